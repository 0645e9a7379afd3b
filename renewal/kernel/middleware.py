"""The little that happens around every request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from renewal.kernel.drafts import forget_draft_words


def fresh_page(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Begin each request without a memory of the draft words of the page before."""

    def respond(request: HttpRequest) -> HttpResponse:
        forget_draft_words()
        return get_response(request)

    return respond
