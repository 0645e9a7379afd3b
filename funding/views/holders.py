"""Who holds an area's money: the ordered list in public, the choice by officers, and challenges to a later choice."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.access import SignedInRequest, officer_required
from communities.models import Area, Role
from funding.forms.holders import ChooseHolderForm, ConfirmHolderForm, DeclineForm
from funding.models import AllocationRun, HolderCandidate, HolderKind, HolderProposal
from funding.queries.holders import (
    areas_held_for,
    earlier_holders,
    list_of,
    pots_to_hold,
    standing_cycles,
    standing_holder,
    waiting_proposal,
)
from funding.queries.levels import lines_of_challenges
from funding.queries.shares import standing_run
from funding.rules.answering import last_day
from funding.services.holders import decide_proposal, decline, draw_up_list, propose_holder
from funding.wording import words_for
from renewal.kernel.errors import DomainError
from renewal.kernel.money import pounds
from renewal.kernel.parts import Cell, Column, Crumb, Row
from renewal.kernel.web import go_to, render_page

choosers = officer_required(Role.LEAD, Role.FINANCE, Role.REVIEWER, Role.STEWARD)
PAGE_SIZE = 50


@require_safe
def pot_holder(request: HttpRequest, area: str) -> HttpResponse:
    """The ordered list of an area, who was chosen and why, and how to ask for a second look."""
    place = get_object_or_404(Area, slug=area)
    run = standing_run(place)
    if run is None:
        return render_page(request, "funding/shares_none.html", {"nav": "money", "area": place})
    holder = standing_holder(place, run)
    now = timezone.now()
    context = {
        "nav": "money",
        "area": place,
        "year": run.cycle.year,
        "listed": list_of(place, run),
        "holder": holder,
        "last_day": last_day(holder.challenge_until) if holder else None,
        "may_challenge": holder is not None and not holder.first_willing and now < holder.challenge_until,
        "challenges": lines_of_challenges(holder.challenges.all()) if holder else [],
        "earlier": [(row, lines_of_challenges(row.challenges.all())) for row in earlier_holders(place, run)],
        "crumbs": [
            Crumb(_("How the money is shared"), reverse("funding:shares")),
            Crumb(place.label, reverse("funding:share_detail", args=[place.slug])),
        ],
    }
    return render_page(request, "funding/pot_holder.html", context)


@require_safe
@choosers
def holders_staff(request: SignedInRequest) -> HttpResponse:
    """Every area of this officer's body with money, and who holds it; those with nobody come first."""
    areas = pots_to_hold(request.user, standing_cycles(), now=timezone.now())
    page = Paginator(areas, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "columns": [Column(_("Area")), Column(_("Money"), numeric=True), Column(_("Who holds it"))],
        "rows": [
            Row(
                [
                    Cell(
                        f"{area.label}, {area.parent.label}" if area.parent else area.label,
                        url=reverse("funding:holder_choose", args=[area.slug]),
                    ),
                    Cell(pounds(area.money), numeric=True),
                    _state_of(area),
                ]
            )
            for area in page.object_list
        ],
        "staff_nav": "holders",
    }
    return render_page(request, "funding/staff/holders.html", context)


def _state_of(area: Any) -> Cell:
    if area.proposed:
        return Cell(_("Waiting for a second person"), tag="wait")
    if area.disputed:
        return Cell(_("A second look is under way"), tag="wait")
    return Cell(HolderKind(area.kind).label if area.kind else _("Nobody yet"), tag="" if area.kind else "bad")


def _mine(request: SignedInRequest, slug: str) -> tuple[Area, AllocationRun]:
    area = get_object_or_404(areas_held_for(request.user, now=timezone.now()).select_related("parent"), slug=slug)
    run = standing_run(area)
    if run is None:
        raise Http404
    return area, run


@require_http_methods(["GET", "HEAD", "POST"])
@choosers
def holder_choose(request: SignedInRequest, area: str) -> HttpResponse:
    """Choose the first willing body at once; a later one goes, with its reason, to a second person."""
    place, run = _mine(request, area)
    proposal = waiting_proposal(place, run)
    willing = (
        HolderCandidate.objects.willing()
        .filter(area=place, cycle_id=run.cycle_id)
        .select_related("body", "group")
        .order_by("place")
    )
    data = request.POST if request.method == "POST" else None
    confirm = ConfirmHolderForm(data) if proposal and proposal.proposed_by_id != request.user.pk else None
    form = ChooseHolderForm(data, candidates=willing) if proposal is None else None
    shown = confirm or form
    if request.method == "POST" and shown is not None and shown.is_valid():
        try:
            _decide(request, proposal, shown.cleaned_data)
        except DomainError as refusal:
            shown.add_error("reason" if "reason" in shown.fields else None, words_for(refusal))
        else:
            return go_to(request, "funding:holder_choose", place.slug)
    context = {
        "area": place,
        "year": run.cycle.year,
        "listed": list_of(place, run),
        "holder": standing_holder(place, run),
        "proposal": proposal,
        "form": shown,
        "decline": DeclineForm(candidates=willing) if willing else None,
        "staff_nav": "holders",
        "crumbs": [Crumb(_("Who holds the money"), reverse("funding:holders_staff"))],
    }
    status = 422 if shown is not None and shown.errors else 200
    return render_page(request, "funding/staff/holder_choose.html", context, status=status)


def _decide(request: SignedInRequest, proposal: HolderProposal | None, data: dict[str, Any]) -> None:
    now = timezone.now()
    if proposal is not None:
        confirmed = data["decision"] == "confirm"
        decide_proposal(proposal_id=proposal.pk, actor=request.user, confirm=confirmed, words=data["words"], now=now)
        messages.success(request, _("The choice is published.") if confirmed else _("It went back with your words."))
        return
    made = propose_holder(candidate_id=data["candidate"].pk, actor=request.user, reason=data.get("reason", ""), now=now)
    if isinstance(made, HolderProposal):
        messages.success(request, _("A second person now reads your reason and confirms it or sends it back."))
    else:
        messages.success(request, _("The choice is published."))


@require_POST
@choosers
def holder_list(request: SignedInRequest, area: str) -> HttpResponse:
    """Draw the list up from the fund-holders that serve the area, in the published order."""
    place, run = _mine(request, area)
    made = draw_up_list(area=place, cycle=run.cycle, actor=request.user, now=timezone.now())
    messages.success(request, _("Added to the list: %(count)s.") % {"count": made})
    return go_to(request, "funding:holder_choose", place.slug)


@require_POST
@choosers
def holder_decline(request: SignedInRequest, area: str) -> HttpResponse:
    """Record that a body of the list does not want to hold this money."""
    place, run = _mine(request, area)
    form = DeclineForm(
        request.POST, candidates=HolderCandidate.objects.willing().filter(area=place, cycle_id=run.cycle_id)
    )
    if form.is_valid():
        decline(
            candidate_id=form.cleaned_data["candidate"].pk,
            words=form.cleaned_data["words"],
            actor=request.user,
            now=timezone.now(),
        )
        messages.success(request, _("It is recorded. The next body of the list is now first."))
    else:
        messages.error(request, _("Choose the body, and say how you know that it does not want to."))
    return go_to(request, "funding:holder_choose", place.slug)
