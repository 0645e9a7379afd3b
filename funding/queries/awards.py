"""A round's awards as officers and the public read them: figures, answers, checks still to pass."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from communities.models import OfficerRole, Role, User
from funding.answer_states import MandateKind
from funding.models import Award, AwardsSignOff, Mandate, Round, SignOffState
from renewal.kernel.clock import london_day
from renewal.kernel.staff import WorkItem


def rounds_awarded_by(user: User, *, now: datetime) -> QuerySet[Round]:
    """Rounds whose convenor the person acts for as lead, finance, reviewer or auditor; a steward sees all (P1)."""
    held = OfficerRole.objects.filter(user=user).held(on=london_day(now))
    rounds = Round.objects.select_related("area", "convenor", "poll", "cycle")
    if held.filter(role=Role.STEWARD).exists():
        return rounds
    roles = (Role.LEAD, Role.FINANCE, Role.REVIEWER, Role.AUDITOR)
    return rounds.filter(convenor__in=held.filter(role__in=roles, body__isnull=False).values("body"))


def rounds_with_awards(user: User, *, now: datetime) -> QuerySet[Round]:
    """Rounds of the person's body that have awards to sign, newest first; small awards are signed by nobody."""
    found = rounds_awarded_by(user, now=now).filter(awards__isnull=False, all_year=False)
    return found.distinct().order_by("-created_at", "id")


@dataclass(frozen=True)
class AwardLine:
    """One award with the body's answer and what it must still pass."""

    award: Award
    holder: str
    answer: str
    still: list[str]


def award_lines(round_: Round) -> list[AwardLine]:
    """Read a round's awards in the order of the count, with answers and open checks."""
    answers = {
        mandate.ref: str(mandate.get_state_display())
        for mandate in Mandate.objects.filter(round=round_, kind=MandateKind.PROJECT)
    }
    awards = (
        round_.awards.select_related("project__group", "project__body")
        .prefetch_related("gates", "parts__pot__area")
        .order_by("position")
    )
    return [
        AwardLine(
            award=award,
            holder=award.project.lead_name,
            answer=answers.get(award.project.reference, _("No answer asked yet")),
            still=[str(gate.get_kind_display()) for gate in award.gates.all() if gate.passed_at is None],
        )
        for award in awards
    ]


def open_sign_off(round_: Round) -> AwardsSignOff | None:
    """Return the signature that waits for a second person, or the two that were given."""
    return open_sign_offs([round_]).get(round_.pk)


def open_sign_offs(rounds: Iterable[Round]) -> dict[int, AwardsSignOff]:
    """Return the signatures that wait or were given for some rounds, in one query, by the round's key."""
    found = AwardsSignOff.objects.filter(round__in=[round_.pk for round_ in rounds])
    standing = found.filter(state__in=[SignOffState.WAITING, SignOffState.SIGNED]).order_by("-pk")
    return {sign_off.round_id: sign_off for sign_off in standing.select_related("proposed_by", "second")}


def sign_off_work(user: User, now: datetime) -> Iterable[WorkItem]:
    """Awards that wait for this person's signature."""
    if not OfficerRole.objects.filter(user=user, role=Role.LEAD).held(on=london_day(now)).exists():
        return
    rounds = list(rounds_with_awards(user, now=now))
    standing = open_sign_offs(rounds)
    for round_ in rounds:
        sign_off = standing.get(round_.pk)
        if sign_off is None or (sign_off.state == SignOffState.WAITING and sign_off.proposed_by_id != user.pk):
            yield WorkItem(
                _("Sign off the awards of %(round)s") % {"round": round_.label},
                reverse("funding:sign_off", args=[round_.slug]),
            )
