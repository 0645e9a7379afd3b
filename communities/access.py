"""Who may open a page: signed-in people, officers in a role. Scoped QuerySets decide which objects they reach."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url

from communities.models import Role, User
from communities.offices import holds_office
from renewal.kernel.web import Request

P = ParamSpec("P")


class SignedInRequest(Request):
    """A request of a person who has signed in."""

    user: User


View = Callable[Concatenate[SignedInRequest, P], HttpResponseBase]
OpenView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def signed_in(view: View[P]) -> OpenView[P]:
    """Send a stranger to the sign-in page, and back here afterwards."""

    @wraps(view)
    def opened(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), resolve_url("renewal:sign_in"))
        return view(cast(SignedInRequest, request), *args, **kwargs)

    return cast(OpenView[P], opened)


def officer_required(*roles: Role) -> Callable[[View[P]], OpenView[P]]:
    """Let in people who hold one of the roles today (any role when none is named); others get the helpful 404 (P1)."""

    def guard(view: View[P]) -> OpenView[P]:
        @wraps(view)
        def opened(request: SignedInRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not holds_office(request.user, *roles):
                raise Http404
            return view(request, *args, **kwargs)

        return signed_in(cast(View[P], opened))

    return guard


def has_fresh_step(request: HttpRequest) -> bool:
    """Tell whether an officer has shown the second step again in the last minutes, as signing for money asks (T§4)."""
    return not settings.OFFICERS_NEED_SECOND_STEP or bool(did_recently_reauthenticate(request))
