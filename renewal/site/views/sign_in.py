"""Signing in: a code by e-mail or a passkey, a second step for officers, and the demo's short cut."""

import time
from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as start_session
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from communities.models import User
from renewal.kernel.web import go_to, render_page
from renewal.site.account_forms import CodeForm, SignInForm
from renewal.site.adapters import TOO_MANY, home_of
from renewal.site.models import SeededPart


class CodeProcess(LoginCodeVerificationProcess):  # type: ignore[misc]  # allauth has no types
    """allauth's code by e-mail, except that a new address gets a code too and becomes an account when it is typed."""

    @classmethod
    def begin(cls, request: HttpRequest, email: str) -> "CodeProcess":
        user = User.objects.filter(email__iexact=email).first()
        login = Login(user=user, email=email)
        login.state["stages"] = {"current": LoginByCodeStage.key}
        stage = LoginByCodeStage(LoginStageController(request, login), request, login)
        stage.state.update(cls.initial_state(user=user, email=email) | {"initiated_by_user": True})
        process = cls(stage=stage)
        process.send()
        process.persist()
        return process

    def send_by_email(self, email: str, skip_enumeration_mails: bool = False) -> None:
        code = self.generate_code()
        get_adapter().send_mail("account/email/login_code", email, {"request": self.request, "code": code})

    def finish(self, redirect_url: str | None) -> HttpResponse:
        if self.user is None:
            email = self.state["email"]
            self._user = User.objects.filter(email__iexact=email).first() or User.objects.create_user(email)
            self.stage.login.user = self._user
        return cast(HttpResponse, super().finish(redirect_url))


@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for an e-mail address and send a code to it."""
    if request.user.is_authenticated:
        return go_to(request, safe_next(request) or home_of(request.user))
    form = SignInForm(request.POST or None, initial={"next": safe_next(request)})
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if ratelimit.consume(request, app="allauth.account", action="request_login_code", key=email.lower()):
            CodeProcess.begin(request, email)
            return go_to(request, with_next("account_confirm_login_code", safe_next(request)))
        form.add_error(None, str(TOO_MANY))
    context = {"form": form, "demo_people": demo_people(), "next": safe_next(request)}
    return render_page(request, "site/sign_in.html", context, status=422 if form.errors else 200)


@login_stage_required(stage=LoginByCodeStage.key, redirect_urlname="renewal:sign_in")  # type: ignore[untyped-decorator]  # as above
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Take the typed code. One that has run out is replaced by a new one, and the page stays the same."""
    process = CodeProcess(stage=request._login_stage)  # type: ignore[attr-defined]  # the decorator sets it
    email = process.state["email"]
    here = with_next("account_confirm_login_code", safe_next(request))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and "again" in request.POST:
        return _send_again(request, email, _("We have sent a new code. The old one no longer works."), here)
    if request.method == "POST" and form.is_valid():
        if time.time() - process.state["at"] > process.timeout:
            return _send_again(request, email, _("That code had run out. We have sent you a new one."), here)
        if form.cleaned_data["code"] == process.code:
            return process.finish(safe_next(request) or None)
        if not process.record_invalid_attempt():
            messages.warning(request, TOO_MANY)
            return go_to(request, "renewal:sign_in")
        form.add_error("code", get_adapter().error_messages["incorrect_code"])
    context = {"form": form, "email": email, "next": safe_next(request)}
    return render_page(request, "site/sign_in_code.html", context, status=422 if form.errors else 200)


def _send_again(request: HttpRequest, email: str, words: str, here: str) -> HttpResponse:
    if ratelimit.consume(request, app="allauth.account", action="request_login_code", key=email.lower()):
        CodeProcess.begin(request, email)
        messages.success(request, words)
    else:
        messages.warning(request, TOO_MANY)
    return go_to(request, here)


def sign_out(request: HttpRequest) -> HttpResponse:
    """Ask, then sign out. A ballot in progress is kept on the device."""
    if request.method == "POST":
        logout(request)
        messages.success(request, _("You are signed out."))
        return go_to(request, "renewal:home")
    if not request.user.is_authenticated:
        return go_to(request, "renewal:home")
    return render_page(request, "site/sign_out.html", {"back_url": home_of(request.user)})


def start_again(request: HttpRequest) -> HttpResponse:
    """Lead to the one sign-in page; allauth sends people here by its own name."""
    return go_to(request, "renewal:sign_in")


def closed_account(request: HttpRequest) -> HttpResponse:
    """Tell somebody whose account is closed, and whom to call."""
    messages.warning(request, get_adapter().error_messages["account_inactive"])
    return go_to(request, "renewal:sign_in")


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demo's people; this page does not exist without the demo setting."""
    if not settings.DEMO:
        raise Http404
    known = {email for email, _words in demo_people()}
    person = User.objects.filter(email=request.POST.get("email", ""), email__in=known).first()
    if person is None:
        raise Http404
    start_session(request, person, backend="django.contrib.auth.backends.ModelBackend")
    with override(person.language):
        return go_to(request, safe_next(request) or home_of(person))


def demo_people() -> list[tuple[str, str]]:
    """List the seeded people as (e-mail address, what they are); nobody outside the demo."""
    if not settings.DEMO:
        return []
    seeded = SeededPart.objects.order_by("pk").values_list("notes", flat=True)
    return [(email, words) for notes in seeded for email, words in notes.get("sign_ins", [])]


def safe_next(request: HttpRequest) -> str:
    """Return where the person wanted to go, when that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours and wanted.startswith("/") else ""


def with_next(name: str, wanted: str) -> str:
    return reverse(name) + (f"?{urlencode({'next': wanted})}" if wanted else "")


def told_as_422(view: Any) -> Any:
    """Answer 422 where one of allauth's own views shows its form with errors."""

    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        form = (getattr(response, "context_data", None) or {}).get("form")
        if form is not None and request.method == "POST" and form.errors:
            response.status_code = 422
        return cast(HttpResponse, response)

    return answer
