"""The few helpers that every view uses."""

from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails


class Request(HttpRequest):
    """A request as our middleware leaves it."""

    htmx: HtmxDetails


class SeeOther(HttpResponseRedirect):
    """Go and look there, by GET: the answer to a post that was done."""

    status_code = 303


def is_partial(request: HttpRequest) -> bool:
    """Tell whether htmx asks for a fragment (a history restore asks for the whole page)."""
    htmx = cast(Request, request).htmx
    return bool(htmx) and not htmx.history_restore_request


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    partial: str = "",
    status: int = 200,
) -> HttpResponse:
    """Answer with the page, or with its ``{% partialdef %}`` block when htmx asks; always varies on HX-Request."""
    name = f"{template}#{partial}" if partial and is_partial(request) else template
    response = render(request, name, dict(context or {}), status=status)
    response.headers["Vary"] = ", ".join(filter(None, [response.headers.get("Vary"), "HX-Request"]))
    return response


def go_to(request: HttpRequest, to: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """Redirect after a post (303), with or without htmx."""
    address = resolve_url(to, *args, **kwargs)
    if is_partial(request):
        return HttpResponseClientRedirect(address)
    return SeeOther(address)


def address_without(request: HttpRequest, name: str) -> str:
    """Return the address of a list without one of its filters, from its first page on."""
    query = request.GET.copy()
    query.pop(name, None)
    query.pop("page", None)
    return f"{request.path}?{query.urlencode()}" if query else request.path
