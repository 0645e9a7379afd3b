"""One round as its officers see it: where it stands, its numbers, and what must be done before each step opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import User
from funding.models import Appeal, AppealState, Decision, PriorityList, Project, Review, Round, RoundDeclaration, Step
from funding.queries.reviews import colleagues, help_and_refusals
from renewal.kernel.clock import london_day
from voting.models import PollState


@dataclass(frozen=True)
class RoundNumbers:
    """What officers count in a round, by the database in few questions."""

    by_state: dict[str, int]
    unassigned: int
    overdue: int
    second_checks: int
    appeals: int
    for_panel: int
    help_minutes: int
    refused: int

    @property
    def in_check(self) -> int:
        return self.by_state.get("sent", 0) + self.by_state.get("changes", 0)


def numbers_of(round_: Round, *, at: datetime) -> RoundNumbers:
    """Count a round's projects and checks."""
    by_state = dict(Project.objects.filter(round=round_).values_list("state").annotate(count=Count("pk")).order_by())
    checks = Review.objects.filter(project__round=round_, ended_at=None).aggregate(
        unassigned=Count("pk", filter=Q(officer=None)),
        overdue=Count("pk", filter=Q(due_on__lt=london_day(at), project__state="sent")),
        for_panel=Count("pk", filter=Q(needs_panel=True)),
    )
    minutes, refused = help_and_refusals(round_)
    return RoundNumbers(
        by_state=by_state,
        second_checks=Decision.objects.filter(project__round=round_, state="proposed").count(),
        appeals=Appeal.objects.filter(decision__project__round=round_, state=AppealState.SENT).count(),
        help_minutes=minutes,
        refused=refused,
        **checks,
    )


@dataclass(frozen=True)
class Ready:
    """One thing to do before a step opens: its words, whether it is done, where to do it."""

    text: str
    done: bool
    url: str = ""


def checklist(round_: Round, numbers: RoundNumbers, user: User, *, at: datetime) -> list[tuple[str, list[Ready]]]:
    """List by step what must be done before it opens; every line is worked out from what is stored."""
    queue = reverse("funding:review_queue") + f"?round={round_.slug}"
    officers = list(colleagues(user, at=at))
    declared = RoundDeclaration.objects.filter(round=round_, officer__in=officers).count()
    has_list = PriorityList.objects.filter(round=round_).exists()
    polls = (round_.priority_poll, round_.poll)
    needs_welsh = (round_.area.nation or "") == "wales"
    lines: dict[str, Sequence[Ready]] = {
        Step.PRIORITIES: [
            Ready(_("The vote on needs is set up"), polls[0] is not None,
                  reverse("funding:needs_sort", args=[round_.slug])),
        ],
        Step.IDEAS: [
            Ready(_("The order of needs is adopted"), has_list, reverse("funding:priority_list", args=[round_.slug])),
            Ready(_("The rules of the check are fixed"), round_.criteria.exists()),
        ],
        Step.CHECKS: [
            Ready(
                ngettext("%(done)s of %(count)s officer has declared their links",
                         "%(done)s of %(count)s officers have declared their links", len(officers))
                % {"done": declared, "count": len(officers)},
                bool(officers) and declared == len(officers), reverse("funding:interest_declare"),
            ),
            Ready(_("Every project has somebody who checks it"), numbers.unassigned == 0, queue + "&checker=nobody"),
        ],
        Step.VOTE: [
            Ready(_("Every check has ended"), numbers.in_check == 0, queue),
            Ready(_("No second check waits"), numbers.second_checks == 0, queue),
            Ready(_("No appeal waits"), numbers.appeals == 0, reverse("renewal:staff_home")),
            *([Ready(_("Every title and summary is there in Welsh"), not _without_welsh(round_), queue)]
              if needs_welsh else []),
            Ready(_("The vote is set up"), polls[1] is not None),
        ],
        Step.RESULT: [
            Ready(_("The count is published"), polls[1] is not None and polls[1].state == PollState.PUBLISHED),
        ],
    }  # fmt: skip
    return [(str(Step(step).label), list(rows)) for step, rows in lines.items()]


def _without_welsh(round_: Round) -> bool:
    passed = Project.objects.filter(round=round_, state="passed")
    return passed.filter(Q(title_cy="") | Q(summary_cy="") | Q(title="") | Q(summary="")).exists()
