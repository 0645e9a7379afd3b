"""What the views of this package share: objects in scope, and the answer to a form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from communities.access import SignedInRequest
from communities.models import Group
from communities.services.helping import is_helper_of, record_helped_step
from communities.wording import words_for
from renewal.kernel.errors import DomainError
from renewal.kernel.parts import Crumb
from renewal.kernel.templatetags.page import route
from renewal.kernel.web import go_to, render_page


@dataclass(frozen=True)
class FormPage:
    """What stands around a form: heading, button, where it leads back to, and what to know first."""

    title: str
    button: str
    back_url: str
    intro: str = ""
    warning: str = ""
    place: str = ""  # whose page this is, in the title of the window


def group_of(request: SignedInRequest, slug: str) -> Group:
    """Return the person's own group; everybody else gets a helpful 404 (P1)."""
    return get_object_or_404(Group.objects.of_member(request.user).select_related("area"), slug=slug)


def own_group(request: SignedInRequest, slug: str) -> Group:
    """Return a group whose pages the person runs."""
    return get_object_or_404(Group.objects.of_owner(request.user).select_related("area"), slug=slug)


def form_for(request: HttpRequest, form: Callable[..., Form], **more: Any) -> Form:
    """Make a form, bound when it was posted."""
    return form(request.POST if request.method == "POST" else None, **more)


def settle(form: Form, act: Callable[[dict[str, Any]], object]) -> bool:
    """Do what a form asks; a refusal becomes an error of the form. True when it is done."""
    if not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except DomainError as refusal:
        name, text = words_for(refusal)
        form.add_error(name if name in form.fields else None, text)
        return False
    return True


def answer_form(
    request: HttpRequest,
    form: Form,
    page: FormPage,
    act: Callable[[dict[str, Any]], object],
    done: tuple[Any, ...],
    said: str,
    *,
    template: str = "communities/form_page.html",
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show a form; when posted and allowed, do it, say so and go on to ``done``; else show what is wrong, with 422."""
    if request.method == "POST" and settle(form, act):
        messages.success(request, said)
        return go_to(request, *done)
    shown = {"form": form, "page": page, **(context or {})}
    return render_page(request, template, shown, status=422 if form.is_bound else 200)


def answer_press(request: HttpRequest, act: Callable[[], object], done: tuple[Any, ...], said: str) -> HttpResponse:
    """Do what a button asks and go on; a refusal is said on the page that follows."""
    try:
        act()
    except DomainError as refusal:
        messages.warning(request, words_for(refusal)[1])
    else:
        messages.success(request, said)
    return go_to(request, *done)


def noted(
    request: SignedInRequest, group: Group, journey: str, act: Callable[[dict[str, Any]], object]
) -> Callable[[dict[str, Any]], object]:
    """Let an accredited helper's deed be noted for the group to confirm; a member's own is done and that is all."""

    def acted(said: dict[str, Any]) -> None:
        act(said)
        if is_helper_of(request.user, group):
            record_helped_step(
                group_id=group.pk, journey=journey, route="beside", actor=request.user, now=timezone.now()
            )

    return acted


def crumbs_of(group: Group) -> list[Crumb]:
    return [Crumb(group.name, route("communities:group_home", group.slug))]
