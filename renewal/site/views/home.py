"""The first page, and the language choice at ``/``."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, override
from django.views.decorators.http import require_safe

from renewal.kernel.web import render_page
from renewal.site.forms import FindAreaForm
from renewal.site.happening import Happening, happenings, shared_money

SHOWN = 3


@require_safe
def language_choice(request: HttpRequest) -> HttpResponse:
    """Lead from ``/`` to the first page in the language the browser asks for, or that was chosen before."""
    language = get_language_from_request(request)
    with override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        answer = HttpResponseRedirect(reverse("renewal:home"))
    patch_vary_headers(answer, ["Accept-Language", "Cookie"])
    return answer


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the postcode box first, then what is open now, how it works, and ways without the internet."""
    now = timezone.now()
    found = happenings(now)
    context = {
        "form": FindAreaForm(),
        "happening": found[:SHOWN],
        "all_rounds": len(found),
        "shared": shared_money(now),
    }
    return render_page(request, "site/home.html", context)


@require_safe
def round_list(request: HttpRequest) -> HttpResponse:
    """List all rounds by the step they are in; those that residents can act in come first."""
    groups: dict[str, list[Happening]] = {}
    for item in happenings(timezone.now()):
        groups.setdefault(item.step_title, []).append(item)
    return render_page(request, "site/rounds.html", {"groups": groups.items(), "nav": "rounds"})
