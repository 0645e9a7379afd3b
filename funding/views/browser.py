"""The one cookie of public signals: a random value that lets one browser count once, set only when it acts."""

import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from renewal.kernel.keyed import keyed_hash

COOKIE = "once"
LASTS = 400 * 24 * 60 * 60


def known_browser(request: HttpRequest, scope: str) -> str:
    """Return this browser's keyed hash within a scope (a round, a question), empty when it has never acted."""
    value = request.COOKIES.get(COOKIE, "")
    return keyed_hash("browser", scope, value) if re.fullmatch(r"[A-Za-z0-9_-]{20,64}", value) else ""


def browser_for(request: HttpRequest, scope: str) -> str:
    """Return this browser's keyed hash, giving it a value first; ``keep_browser`` sends the cookie."""
    if not known_browser(request, scope):
        request.COOKIES[COOKIE] = secrets.token_urlsafe(24)
        request.new_browser = True  # type: ignore[attr-defined]  # read by keep_browser below
    return known_browser(request, scope)


def keep_browser(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Send the cookie with the answer when this browser acted for the first time."""
    if getattr(request, "new_browser", False):
        response.set_cookie(
            COOKIE,
            request.COOKIES[COOKIE],
            max_age=LASTS,
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    return response


def network_of(request: HttpRequest) -> str:
    """Return the address that a request came from; only its keyed hash is ever stored."""
    return str(request.META.get("REMOTE_ADDR", ""))
