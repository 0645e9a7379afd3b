"""A round for its officers: step, dates, numbers, what must be done before each step opens."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communities.access import SignedInRequest, officer_required
from communities.models import Role
from funding.models import ProjectState
from funding.queries.reviews import rounds_of_officer
from funding.queries.rounds import round_step, timeline
from funding.queries.staff_rounds import checklist, numbers_of
from renewal.kernel.parts import Cell, Column, Crumb, Row
from renewal.kernel.web import render_page


@require_safe
@officer_required(Role.REVIEWER, Role.LEAD)
def staff_rounds(request: SignedInRequest) -> HttpResponse:
    """The rounds of the officer's bodies."""
    now = timezone.now()
    found = rounds_of_officer(request.user, at=now).select_related("area").prefetch_related("phases")[:200]
    rows = [(round_, round_step(round_, now)) for round_ in found]
    return render_page(request, "funding/staff_rounds.html", {"staff_nav": "rounds", "rows": rows})


@require_safe
@officer_required(Role.REVIEWER, Role.LEAD)
def staff_round(request: SignedInRequest, slug: str) -> HttpResponse:
    """Where a round stands, in numbers that are links, and what is left to do before each step."""
    now = timezone.now()
    rounds = rounds_of_officer(request.user, at=now)
    round_ = get_object_or_404(
        rounds.select_related("area", "convenor", "poll", "priority_poll").prefetch_related("phases", "criteria"),
        slug=slug,
    )
    numbers = numbers_of(round_, at=now)
    queue = reverse("funding:review_queue") + f"?round={slug}"
    rows = [
        Row([Cell(str(ProjectState(state).label)), Cell(str(count), numeric=True)])
        for state, count in sorted(numbers.by_state.items(), key=lambda row: ProjectState.values.index(row[0]))
    ]
    waiting = [
        Row([Cell(text, url=url), Cell(str(count), numeric=True)])
        for text, count, url in (
            (_("Checks that are overdue"), numbers.overdue, queue),
            (_("Projects that nobody checks yet"), numbers.unassigned, queue + "&checker=nobody"),
            (_("Second checks that wait"), numbers.second_checks, queue),
            (_("Appeals that wait"), numbers.appeals, reverse("renewal:staff_home")),
            (_("Projects that a panel must look at"), numbers.for_panel, reverse("funding:panels")),
        )
    ]
    context = {
        "staff_nav": "rounds", "crumbs": [Crumb(_("Your rounds"), reverse("funding:staff_rounds"))], "round": round_,
        "step": round_step(round_, now), "steps": timeline(round_, now), "numbers": numbers,
        "columns": [Column(_("Projects")), Column(_("How many"), numeric=True)], "rows": rows,
        "waiting_columns": [Column(_("What waits")), Column(_("How many"), numeric=True)], "waiting": waiting,
        "checklist": checklist(round_, numbers, request.user, at=now),
    }  # fmt: skip
    return render_page(request, "funding/staff_round.html", context)
