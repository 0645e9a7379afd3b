"""Reads of an area's small awards: the money, the ideas by where they stand, the months that were decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Area, OfficerRole, User
from funding.models import Cycle, Pot, Project, PurseState, Round, SmallIdea, SmallMonth, SmallPurse
from funding.services.purses import SETTERS, money_in
from renewal.kernel.clock import london_day
from renewal.kernel.money import Pence
from renewal.kernel.staff import WorkItem


def purse_of(area: Area) -> SmallPurse | None:
    """Return an area's newest purse that two people have signed; None when it never set money aside."""
    return (
        SmallPurse.objects.standing()
        .filter(area=area)
        .select_related("round__convenor", "area__parent", "body", "cycle")
        .prefetch_related("parts")
        .order_by("-cycle__year", "-id")
        .first()
    )


@dataclass(frozen=True)
class PurseMoney:
    """What was set aside, and what is left of it, both colours together and apart."""

    aside: Pence
    left: Pence
    left_capital: Pence
    left_revenue: Pence


def money_of_purse(purse: SmallPurse) -> PurseMoney:
    """Return what was set aside for small awards and what of it is left, in pence."""
    left = money_in(purse)
    return PurseMoney(
        aside=Pence(sum(part.pence for part in purse.parts.all())),
        left=Pence(sum(left.values())),
        left_capital=Pence(left.get("capital", 0)),
        left_revenue=Pence(left.get("revenue", 0)),
    )


def _with_names(projects: QuerySet[Project]) -> QuerySet[Project]:
    return projects.select_related("group", "body", "round", "small_idea", "theme")


def ideas_open(purse: SmallPurse, *, at: datetime) -> QuerySet[Project]:
    """Ideas that people can support now; those that end first come first."""
    found = Project.objects.filter(round=purse.round, small_idea__in=SmallIdea.objects.collecting(at=at))
    return _with_names(found).order_by("small_idea__closes_at", "reference")


def ideas_between(purse: SmallPurse, *, at: datetime) -> QuerySet[Project]:
    """Ideas whose days are over and that wait for the decision of their month."""
    waiting = SmallIdea.objects.waiting(before=at)
    found = Project.objects.filter(round=purse.round, small_idea__in=waiting)
    return _with_names(found).order_by("small_idea__closes_at", "reference")


def ideas_checked(purse: SmallPurse) -> QuerySet[Project]:
    """Ideas and joint starts that are being checked."""
    found = Project.objects.filter(round=purse.round).public().filter(state__in=["sent", "changes"])
    return _with_names(found).order_by("sent_at", "reference")


def ideas_funded(purse: SmallPurse) -> QuerySet[Project]:
    """What was funded, newest first."""
    found = Project.objects.filter(round=purse.round).filter(
        Q(small_idea__outcome="funded") | Q(kind="joint_start", state="funded")
    )
    return _with_names(found).order_by("-ended_at", "reference")


def months_decided(purse: SmallPurse) -> QuerySet[SmallMonth]:
    """The months whose awards have been decided, newest first."""
    return purse.months.filter(decided_at__isnull=False).order_by("-first_day")


def promise_of(purse: SmallPurse, *, at: datetime) -> SmallMonth | None:
    """Return the month that runs now, with the commitment of its lot; its secret is no page's business yet."""
    return purse.months.filter(first_day=london_day(at).replace(day=1), decided_at__isnull=True).first()


def idea_for_support(area: Area, ref: str) -> Project | None:
    """Fetch an idea of an area that passed its check; None when there is none."""
    return (
        _with_names(Project.objects.public())
        .filter(round__area=area, round__all_year=True, reference=ref, small_idea__isnull=False)
        .select_related("round__area")
        .first()
    )


@dataclass(frozen=True)
class MonthLine:
    """One idea of a decided month: its place, what it asked, its support, and what became of it with the reason."""

    place: int
    project: Project
    support: int
    outcome: str
    reason: str
    left: Pence


def lines_of(month: SmallMonth) -> list[MonthLine]:
    """Read a decided month from its published document, in the order of its places."""
    projects = {one.reference: one for one in _with_names(Project.objects.filter(small_idea__month=month))}
    rows = {row["ref"]: row for row in month.document.get("list", [])}
    reasons = {
        "funded": _("There was enough money when its turn came."),
        "no_money": _("There was not enough money left when its turn came."),
        "no_support": _("No resident supported it in its days."),
    }
    return [
        MonthLine(
            place=one["place"],
            project=projects[one["ref"]],
            support=rows[one["ref"]]["support"],
            outcome=one["outcome"],
            reason=reasons[one["outcome"]],
            left=Pence(sum(one["left"].values())),
        )
        for one in month.document.get("places", [])
        if one["ref"] in projects
    ]


@dataclass(frozen=True)
class AsideChoice:
    """An area whose money an officer could set aside in a cycle, with what its pots have for projects."""

    area: Area
    cycle: Cycle
    pence: Pence


def areas_to_set_aside(user: User, *, at: datetime) -> list[AsideChoice]:
    """List areas where the person's body leads rounds, money was divided, and nothing stands aside yet."""
    held = OfficerRole.objects.filter(user=user, role__in=SETTERS, body__isnull=False).held(on=london_day(at))
    rounds = Round.objects.in_turn().filter(convenor__in=held.values("body"))
    cycle = Cycle.objects.filter(pots__isnull=False).order_by("-year").first()
    if cycle is None:
        return []
    taken = SmallPurse.objects.filter(cycle=cycle).exclude(state=PurseState.SENT_BACK).values("area")
    pots = Pot.objects.filter(cycle=cycle, area__in=rounds.values("area")).exclude(area__in=taken)
    sums: dict[Area, int] = {}
    for pot in pots.select_related("area").order_by("area__name", "pk"):
        sums[pot.area] = sums.get(pot.area, 0) + pot.for_projects_pence
    return [AsideChoice(area, cycle, Pence(pence)) for area, pence in sums.items() if pence]


def sets_aside(user: User) -> bool:
    """Tell whether the person may set money aside for any body today; the page of awards asks."""
    held = OfficerRole.objects.filter(user=user, role__in=SETTERS, body__isnull=False)
    return held.held(on=london_day(timezone.now())).exists()


def purse_work(user: User, now: datetime) -> Iterable[WorkItem]:
    """Money to set aside that waits for this person's signature."""
    held = OfficerRole.objects.filter(user=user, role__in=SETTERS, body__isnull=False).held(on=london_day(now))
    waiting = SmallPurse.objects.filter(state=PurseState.PROPOSED, body__in=held.values("body"))
    for purse in waiting.exclude(proposed_by=user).select_related("area").order_by("proposed_at"):
        yield WorkItem(
            _("Sign the money for small awards: %(area)s") % {"area": purse.area.label},
            reverse("funding:purse", args=[purse.pk]),
        )
