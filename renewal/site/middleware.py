"""Give a page to answers that Django would leave bare, and guard the officers' pages."""

import time
from collections.abc import Callable
from urllib.parse import urlsplit

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language_from_path
from django.utils.translation import gettext as _

from communities.services.people import choose_language


def helpful_refusals(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Turn an empty 405 into a page that says what to do, its Allow header kept."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 405 and not response.streaming and not response.content:
            page = render(request, "errors/405.html", status=405)
            page.headers["Allow"] = response.headers.get("Allow", "")
            return page
        return response

    return respond


def guard_officers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """On staff pages: sign out after 15 idle minutes, and ask for the second step where it is not set up."""

    def respond(request: HttpRequest) -> HttpResponse:
        if "/staff/" not in request.path_info[:10] or not request.user.is_authenticated:
            return get_response(request)
        now, seen = int(time.time()), request.session.get("staff_seen_at")
        if seen is not None and now - seen > settings.OFFICERS_IDLE_SECONDS:
            logout(request)
            messages.warning(request, _("You were signed out after 15 minutes without any work. Sign in to go on."))
            return redirect(f"{reverse('renewal:sign_in')}?{urlencode({'next': request.path})}")
        if seen is None or now - seen >= 60:
            request.session["staff_seen_at"] = now
        if settings.OFFICERS_NEED_SECOND_STEP and not is_mfa_enabled(request.user):
            messages.warning(request, _("Officers need a second step. Set it up once, then open the staff pages."))
            return redirect("mfa_activate_totp")
        return get_response(request)

    return respond


def kept_language(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Keep the language a signed-in person changes to: a page of ours in one language led to one in another.

    A link out of an e-mail or a message changes nothing: it may be in the language of whoever sent it.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        language = get_language_from_path(request.path_info)
        came_from = urlsplit(request.META.get("HTTP_REFERER", ""))
        before = get_language_from_path(came_from.path) if came_from.netloc == request.get_host() else None
        if language and before and before != language and request.method == "GET" and request.user.is_authenticated:
            choose_language(person_id=request.user.pk, language=language)
        return get_response(request)

    return respond
