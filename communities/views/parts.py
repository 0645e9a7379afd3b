"""What the views of this package share: objects in scope, and the answer to a form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.access import SignedInRequest
from communities.models import Group, Route
from communities.services.helped_steps import record_helped_step
from communities.services.helping import is_helper_of
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


def run_group(request: SignedInRequest, slug: str) -> Group:
    """Return a group whose pages the person runs, or helps to run."""
    return get_object_or_404(Group.objects.run_by(request.user).select_related("area"), slug=slug)


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
        if said:
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
        if said:
            messages.success(request, said)
    return go_to(request, *done)


ROUTES = "help-routes"  # session key: by which route a helper works with each group


def route_of(request: SignedInRequest, group: Group) -> str:
    """Return how a helper works with a group: as said last, else as when the help began, else together in person."""
    said = request.session.get(ROUTES, {}).get(str(group.pk))
    if said in Route.values:
        return str(said)
    begun = group.helped_steps.filter(helper__user=request.user).order_by("done_at").first()
    return str(begun.route if begun else Route.BESIDE)


def note_step(
    request: SignedInRequest, group: Group, journey: str, *, effect: str = "", facts: Mapping[str, Any] | None = None
) -> None:
    """Note what a helper did or wants to do for a group, and say that it waits for the group's word."""
    record_helped_step(
        group_id=group.pk,
        journey=journey,
        route=route_of(request, group),
        effect=effect,
        facts=facts,
        actor=request.user,
        now=timezone.now(),
    )
    words = (
        _("This waits for the group’s word: nothing has happened yet.") if effect else _("The group will confirm it.")
    )
    messages.info(request, words)


Act = Callable[[dict[str, Any]], object]


def for_group(
    request: SignedInRequest,
    group: Group,
    journey: str,
    act: Act,
    *,
    facts: Callable[[dict[str, Any]], Mapping[str, Any]] | None = None,
) -> Act:
    """Let a member's deed be done and that is all. A helper's is noted for the group to confirm.

    With ``facts`` (from what was said to what the deed needs, kept with the step) a helper's deed is not done now: it
    happens when the group has confirmed.
    """

    def acted(said: dict[str, Any]) -> None:
        if not is_helper_of(request.user, group):
            act(said)
        elif facts is not None:
            note_step(request, group, journey, effect=journey, facts=facts(said))
        else:
            act(said)
            note_step(request, group, journey)

    return acted


def press_for_group(
    request: SignedInRequest,
    group: Group,
    journey: str,
    act: Callable[[], object],
    done: tuple[Any, ...],
    said: str,
    *,
    facts: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Do what a button asks for a group, or let it wait for the group's word, and go on."""
    kept = None if facts is None else (lambda _said: facts)
    waits = facts is not None and is_helper_of(request.user, group)
    deed = for_group(request, group, journey, lambda _said: act(), facts=kept)
    return answer_press(request, lambda: deed({}), done, "" if waits else said)


def crumbs_of(group: Group) -> list[Crumb]:
    return [Crumb(group.name, route("communities:group_home", group.slug))]
