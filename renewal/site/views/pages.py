"""Help, legal pages, open data: text, with the few facts that come from elsewhere."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from renewal.kernel.datasets import published_datasets
from renewal.kernel.web import render_page
from voting.models import Poll
from voting.states import PollState

SHOWN_RESULTS = 200
STATEMENT_PREPARED_ON = date(2026, 11, 21)


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render_page(request, "site/help.html", {"nav": "help"})


@require_safe
def formats(request: HttpRequest) -> HttpResponse:
    return render_page(request, "site/formats.html", {"nav": "help"})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render_page(request, "site/accessibility.html", {"prepared_on": STATEMENT_PREPARED_ON})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render_page(request, "site/privacy.html")


@dataclass(frozen=True)
class Cookie:
    """A cookie we may set, for what, and how long the browser keeps it."""

    name: str
    purpose: str
    kept: str


def known_cookies() -> list[Cookie]:
    """List every cookie the service may set; a test compares this with what the pages do set."""
    return [
        Cookie(settings.SESSION_COOKIE_NAME, _("Keeps you signed in, or keeps your place"), _("20 hours")),
        Cookie(settings.CSRF_COOKIE_NAME, _("Makes sure that a form comes from you"), _("1 year")),
        Cookie("messages", _("Shows the result of what you did on the next page"), _("Until it is shown")),
        Cookie("ballot", _("Keeps the key to your choices on this device alone"), _("Until voting closes")),
    ]


@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    return render_page(request, "site/cookies.html", {"cookies": known_cookies()})


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    published = Poll.objects.filter(state=PollState.PUBLISHED).order_by("-closes_at", "pk")[:SHOWN_RESULTS]
    results = [(poll.label, reverse("voting:result", args=[poll.slug])) for poll in published]
    context = {"sets": published_datasets(), "results": results}
    return render_page(request, "site/open_data.html", context)
