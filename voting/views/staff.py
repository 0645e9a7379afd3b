"""Officers' pages of votes: the list, setting up, the checks, and changes that a second officer confirms."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_POST, require_safe

from communities.access import SignedInRequest, officer_required
from communities.models import Area, Role
from communities.models.area import AreaQuerySet
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError
from renewal.kernel.parts import Cell, Column, Fact, Row
from renewal.kernel.templatetags.page import short_day, when
from renewal.kernel.web import go_to, render_page
from voting.models import Poll, PollRequest
from voting.models.poll import PollQuerySet
from voting.poll_forms import PRESETS, DraftForm, PollForm, start_from
from voting.services import poll_changes
from voting.services import polls as polls_service
from voting.services.validator import problems_of
from voting.staff_forms import ChangeForm
from voting.states import PollState
from voting.wording import PROBLEMS, words_for

officers = officer_required(Role.COUNTING, Role.LEAD)


STATES = {
    "draft": later("Draft"),
    "rehearsal": later("Rehearsal"),
    "open": later("Open"),
    "paused": later("Paused"),
    "closed": later("Closed"),
    "opened": later("Box open"),
    "counted": later("Counted"),
    "published": later("Published"),
    "cancelled": later("Cancelled"),
}


def own_polls(request: SignedInRequest) -> PollQuerySet:
    """Fetch the votes that this officer runs today (P1: others are not found)."""
    return Poll.objects.run_by(request.user, on=london_day(timezone.now())).select_related("area")


def own_poll(request: SignedInRequest, slug: str) -> Poll:
    found: Poll = get_object_or_404(own_polls(request), slug=slug)
    return found


@require_safe
@officers
def staff_polls(request: SignedInRequest) -> HttpResponse:
    """All votes of this officer, newest first."""
    rows = [
        Row(
            [
                Cell(poll.label, url=f"{poll.slug}/"),
                Cell(poll.area.label),
                Cell(STATES[poll.state], tag="good" if poll.state == PollState.OPEN else "plain"),
                Cell(short_day(poll.closes_at)),
            ]
        )
        for poll in own_polls(request).real().order_by("-closes_at", "-id")
    ]
    columns = [Column(_("Vote")), Column(_("Area")), Column(_("Where it stands")), Column(_("Closes"))]
    return render_page(request, "voting/staff_polls.html", {"rows": rows, "columns": columns, "staff_nav": "polls"})


@officers
def poll_new(request: SignedInRequest) -> HttpResponse:
    """Set a vote up without a developer: from nothing, or with the projects of an earlier one."""
    own = own_polls(request).real()
    copied = own.filter(slug=request.GET.get("from", "")).first()
    form = PollForm(
        request.POST or None,
        areas=own_areas(request),
        polls=own,
        initial=start_from(preset=request.GET.get("preset", ""), poll=copied),
    )
    if form.is_valid():
        poll = polls_service.set_up_poll(**form.facts(), actor=request.user, now=timezone.now())
        return go_to(request, "voting:staff_poll", poll.slug)
    status = 422 if request.method == "POST" else 200
    context = {
        "form": form,
        "presets": [(key, words) for key, (words, _facts) in PRESETS.items()],
        "last": own.order_by("-opens_at", "-id").first(),
        "staff_nav": "polls",
    }
    return render_page(request, "voting/staff_poll_new.html", context, status=status)


def own_areas(request: SignedInRequest) -> AreaQuerySet:
    """Fetch the areas in which this officer may hold a vote."""
    on = london_day(timezone.now())
    paths = request.user.officer_roles.filter(body__isnull=False).held(on=on).values_list("body__area__path", flat=True)
    areas = [area.pk for area in Area.objects.current(on=on) if area.path.startswith(tuple(paths))]
    return Area.objects.filter(pk__in=areas)


@officers
def poll_draft(request: SignedInRequest, poll: str) -> HttpResponse:
    """Change anything of a vote until it opens."""
    found = own_poll(request, poll)
    if found.state not in {PollState.DRAFT, PollState.REHEARSAL}:
        messages.warning(request, _("This vote has opened. Nothing in it can change."))
        return go_to(request, "voting:staff_poll", found.slug)
    form = DraftForm(request.POST or None, poll=found, areas=own_areas(request) | Area.objects.filter(pk=found.area_id))
    if form.is_valid():
        try:
            polls_service.change_draft(poll_id=found.pk, actor=request.user, now=timezone.now(), **form.facts())
        except DomainError as refusal:
            form.add_error(None, words_for(refusal))
        else:
            messages.success(request, _("Saved. Another person opens the vote."))
            return go_to(request, "voting:staff_poll", found.slug)
    status = 422 if request.method == "POST" else 200
    context = {"poll": found, "form": form, "has_codes": found.codes.exists(), "staff_nav": "polls"}
    return render_page(request, "voting/staff_poll_draft.html", context, status=status)


@require_safe
@officers
def staff_poll(request: SignedInRequest, poll: str) -> HttpResponse:
    """One vote: what the validator says, what can be done now, and what waits for a second officer."""
    return _poll_page(request, own_poll(request, poll), ChangeForm())


def _poll_page(request: SignedInRequest, found: Poll, form: ChangeForm, status: int = 200) -> HttpResponse:
    now = timezone.now()
    problems = problems_of(found, now=now) if found.state in {PollState.DRAFT, PollState.REHEARSAL} else []
    facts = [
        Fact(_("Area"), found.area.label),
        Fact(_("Where it stands"), STATES[found.state]),
        Fact(_("Opens"), when(found.opens_at)),
        Fact(_("Closes"), when(found.closes_at)),
        Fact(_("Projects"), f"{found.options.count():,}"),
        Fact(_("On the roll"), f"{found.roll.count():,}"),
        Fact(_("Can everybody recount it?"), _("Yes") if found.recomputable else _("No, too few people")),
    ]
    context = {
        "poll": found,
        "facts": facts,
        "problems": [(PROBLEMS[one.code], one) for one in problems],
        "may_open": request.user.pk not in found.authors and not any(one.stops for one in problems),
        "is_draft": found.state in {PollState.DRAFT, PollState.REHEARSAL},
        "can_change": found.state in {PollState.OPEN, PollState.PAUSED},
        "waiting": found.requests.filter(confirmed_at=None).first(),
        "form": form,
        "me": request.user.pk,
        "staff_nav": "polls",
    }
    return render_page(request, "voting/staff_poll.html", context, status=status)


def _doing(request: SignedInRequest, poll: Poll, work: Callable[..., object], done: str, **facts: Any) -> HttpResponse:
    """Call one service and say what happened, on the page of the vote."""
    try:
        work(**facts)
    except DomainError as refusal:
        messages.warning(request, words_for(refusal))
    else:
        messages.success(request, done)
    return go_to(request, "voting:staff_poll", poll.slug)


@require_POST
@officers
def poll_open(request: SignedInRequest, poll: str) -> HttpResponse:
    """Open a vote, as another person than set it up."""
    found = own_poll(request, poll)
    work = polls_service.open_poll
    return _doing(
        request, found, work, _("The vote is open."), poll_id=found.pk, actor=request.user, now=timezone.now()
    )


@require_POST
@officers
def poll_rehearse(request: SignedInRequest, poll: str) -> HttpResponse:
    """Open a copy for test codes, and show the codes once."""
    found = own_poll(request, poll)
    try:
        copy, codes = polls_service.start_rehearsal(poll_id=found.pk, actor=request.user, now=timezone.now())
    except DomainError as refusal:
        messages.warning(request, words_for(refusal))
        return go_to(request, "voting:staff_poll", found.slug)
    return render_page(
        request, "voting/staff_rehearsal.html", {"poll": found, "copy": copy, "codes": codes, "staff_nav": "polls"}
    )


@require_POST
@officers
def poll_change(request: SignedInRequest, poll: str) -> HttpResponse:
    """Propose a pause, an extension or a cancellation."""
    found, form = own_poll(request, poll), ChangeForm(request.POST)
    if not form.is_valid():
        return _poll_page(request, found, form, status=422)
    return _doing(
        request, found, poll_changes.propose_change, _("Proposed. A second officer must confirm it."),
        poll_id=found.pk, what=form.cleaned_data["what"], reason=form.cleaned_data["reason"],
        closes_at=form.closes_at(), actor=request.user, now=timezone.now(),
    )  # fmt: skip


@require_POST
@officers
def poll_confirm(request: SignedInRequest, poll: str, pk: int) -> HttpResponse:
    """Confirm what another officer proposed, or drop it."""
    found = own_poll(request, poll)
    change = get_object_or_404(PollRequest, pk=pk, poll=found, confirmed_at=None)
    if request.POST.get("answer") == "drop":
        return _doing(
            request, found, poll_changes.drop_change, _("Taken back."), request_id=change.pk, actor=request.user
        )
    work = poll_changes.confirm_change
    return _doing(request, found, work, _("Done."), request_id=change.pk, actor=request.user, now=timezone.now())
