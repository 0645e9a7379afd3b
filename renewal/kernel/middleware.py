"""The little that happens around every request."""

import logging
from collections.abc import Callable
from time import monotonic

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from renewal.kernel.drafts import forget_draft_words

logger = logging.getLogger(__name__)
Answer = Callable[[HttpRequest], HttpResponse]


def logged_request(get_response: Answer) -> Answer:
    """Log each request as method, name of the route, status and time; never its address, which people type."""

    def respond(request: HttpRequest) -> HttpResponse:
        began = monotonic()
        response = get_response(request)
        match = request.resolver_match
        facts = {"method": request.method, "route": match.view_name if match else None, "status": response.status_code}
        logger.info("request", extra=facts | {"seconds": round(monotonic() - began, 4)})
        return response

    return respond


def readable_cookies(get_response: Answer) -> Answer:
    """Drop cookies with a NUL in them: no page of ours set them, and no database can look them up."""

    def respond(request: HttpRequest) -> HttpResponse:
        for name in [name for name, value in request.COOKIES.items() if "\0" in name + value]:
            del request.COOKIES[name]
        return get_response(request)

    return respond


def usual_method(get_response: Answer) -> Answer:
    """Refuse methods that no page has, before a view takes them for a GET; the page for 405 is drawn further out."""

    def respond(request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD", "POST", "OPTIONS"}:
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        return get_response(request)

    return respond


def readable_address(get_response: Answer) -> Answer:
    """Refuse an address or a form with a NUL in it, which nobody types and no database can store."""

    def respond(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("a NUL in the address")  # answered with the page for 400
        if request.method == "POST" and any(
            "\0" in value for _name, values in request.POST.lists() for value in values
        ):
            raise BadRequest("a NUL in a form")
        return get_response(request)

    return respond


def fresh_page(get_response: Answer) -> Answer:
    """Begin each request without a memory of the draft words of the page before."""

    def respond(request: HttpRequest) -> HttpResponse:
        forget_draft_words()
        return get_response(request)

    return respond
