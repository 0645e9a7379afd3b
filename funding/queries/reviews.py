"""Reads for officers: the queue, one project under check, rounds to declare for, work by date, appeals to hear."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Prefetch, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import OfficerRole, Role, User
from communities.offices import holds_office
from funding.models import (
    Appeal,
    AppealState,
    Decision,
    Finding,
    HelpGiven,
    InterestDeclaration,
    Project,
    Review,
    Round,
    RoundDeclaration,
)
from funding.queries.projects import LONG, matching
from renewal.kernel.clock import london_day, working_days_between
from renewal.kernel.staff import WorkItem

CHECKERS = (Role.REVIEWER, Role.LEAD)
QUEUE_STATES = {"open": ("sent",), "waiting": ("changes",), "decided": ("passed", "refused"), "all": ()}
SORTS = {
    "due": "review_due",
    "-due": "-review_due",
    "title": "title",
    "-title": "-title",
    "cost": "cost",
    "-cost": "-cost",
}


def bodies_checked_by(user: User, *, on: date) -> QuerySet[OfficerRole]:
    """The roles by which a person checks projects on a day."""
    return OfficerRole.objects.filter(user=user, role__in=CHECKERS, body__isnull=False).held(on=on)


def checks_projects(user: User) -> bool:
    """Tell whether the person checks projects for any body today; the menu asks."""
    return holds_office(user, *CHECKERS, at_a_body=True)


def projects_to_check(user: User, *, at: datetime) -> QuerySet[Project]:
    """Projects an officer may open: of their bodies, in rounds they declared for, without a barring interest (P2)."""
    declared = RoundDeclaration.objects.filter(officer=user, round=OuterRef("round"))
    barred = InterestDeclaration.objects.barring(user).filter(project=OuterRef("pk"))
    bodies = bodies_checked_by(user, on=london_day(at)).values("body")
    own = OfficerRole.objects.filter(user=user, body__isnull=False).held(on=london_day(at)).values("body")
    found = Project.objects.public().filter(Exists(declared), ~Exists(barred), checked_by__in=bodies)
    return found.filter(Q(body__isnull=True) | ~Q(body__in=own))


def joined_open_review() -> FilteredRelation:
    """Join the check that is open, of which a project has at most one."""
    return FilteredRelation("reviews", condition=Q(reviews__ended_at=None))


def queue(
    user: User,
    *,
    at: datetime,
    status: str = "open",
    checker: str = "",
    words: str = "",
    round_slug: str = "",
    over_pence: int = 0,
    sort: str = "due",
) -> QuerySet[Project]:
    """The officer's queue with its filters; soonest due first unless sorted otherwise."""
    found = projects_to_check(user, at=at).exclude(state__in=["withdrawn", "combined"])
    if states := QUEUE_STATES.get(status, QUEUE_STATES["open"]):
        found = found.filter(state__in=states)
    found = found.annotate(open_review=joined_open_review())
    if checker == "me":
        found = found.filter(open_review__officer=user)
    elif checker == "nobody":
        found = found.filter(open_review__isnull=False, open_review__officer=None)
    if round_slug:
        found = found.filter(round__slug=round_slug)
    if over_pence:
        found = found.filter(capital_pence__gt=over_pence - F("revenue_pence"))
    if words.strip():
        found = matching(found, words)
    column = F(SORTS.get(sort, "review_due").lstrip("-"))
    order = column.desc(nulls_last=True) if sort.startswith("-") else column.asc(nulls_last=True)
    reviews = Review.objects.filter(ended_at__isnull=True).select_related("officer")
    return (
        found.annotate(
            review_due=F("open_review__due_on"),
            cost=F("capital_pence") + F("revenue_pence"),
            second=Exists(Decision.objects.filter(project=OuterRef("pk"), state="proposed")),
        )
        .select_related("group", "body", "round__area")
        .defer(*LONG)
        .prefetch_related(Prefetch("reviews", reviews, to_attr="open_reviews"))
        .order_by(order, "reference")
    )


def barred_count(user: User) -> int:
    """How many projects an officer named a barring link to; they are not in the queue."""
    return InterestDeclaration.objects.barring(user).values("project").distinct().count()


def undeclared_rounds(user: User, *, at: datetime) -> QuerySet[Round]:
    """Rounds of the officer's bodies with projects to check, for which interests are not declared yet."""
    bodies = bodies_checked_by(user, on=london_day(at)).values("body")
    waiting = Project.objects.public().filter(round=OuterRef("pk"), checked_by__in=bodies)
    declared = RoundDeclaration.objects.filter(officer=user, round=OuterRef("pk"))
    return Round.objects.filter(Exists(waiting), ~Exists(declared)).select_related("area").order_by("pk")


def rounds_of_officer(user: User, *, at: datetime) -> QuerySet[Round]:
    """Rounds that the officer's bodies convene, or in which they check a project, by title."""
    bodies = bodies_checked_by(user, on=london_day(at)).values("body")
    checked = Project.objects.filter(round=OuterRef("pk"), checked_by__in=bodies)
    return Round.objects.filter(Q(convenor__in=bodies) | Exists(checked)).order_by("title")


def colleagues(user: User, *, at: datetime) -> QuerySet[User]:
    """People who check projects for the same bodies today."""
    on = london_day(at)
    roles = OfficerRole.objects.filter(role__in=CHECKERS, body__in=bodies_checked_by(user, on=on).values("body"))
    return User.objects.filter(pk__in=roles.held(on=on).values("user")).order_by("name", "pk")


def review_project(user: User, ref: str, *, at: datetime) -> Project | None:
    """One project for an officer's page; None for a stranger and for an officer with a barring interest."""
    return (
        projects_to_check(user, at=at)
        .filter(reference=ref)
        .select_related(
            "round__area__parent", "group", "body", "theme", "priority", "checked_by", "created_by", "declared_by"
        )
        .prefetch_related("lines", "tags", "shares__area", "partners__group", "volunteer_roles", "attachments")
        .first()
    )


def findings_of(review: Review | None, user: User) -> list[Finding]:
    """The findings of a check; none for an officer with a barring interest, whatever page asks."""
    if review is None:
        return []
    barred = InterestDeclaration.objects.barring(user).filter(project=review.project_id)
    return list(Finding.objects.filter(~Exists(barred), review=review).select_related("criterion"))


@dataclass(frozen=True)
class Left:
    """Working days left until a day, in words; late ones are marked."""

    text: str
    late: bool
    days: int = 0  # left, or overdue when late


def days_left(due: date | None, *, today: date, nation: str) -> Left:
    """Count the working days to a due day in words; late once it has passed, empty where there is none."""
    if due is None:
        return Left("", False)
    days = working_days_between(today, due, nation=nation)
    if days < 0:
        return Left(_("Overdue by %(days)s") % {"days": -days}, True, -days)
    return Left(str(days), False, days)


def work_of_checker(user: User, now: datetime) -> Iterable[WorkItem]:
    """What waits for an officer on the staff home: declarations, own checks, second checks, unassigned, appeals."""
    today = london_day(now)
    if not bodies_checked_by(user, on=today).exists():
        return
    for round_ in undeclared_rounds(user, at=now):
        yield WorkItem(
            _("Say whether you have a link: %(round)s") % {"round": round_.label}, reverse("funding:interest_declare")
        )
    mine = Review.objects.filter(
        ended_at__isnull=True, officer=user, project__state="sent", project__in=projects_to_check(user, at=now)
    ).select_related("project")
    for review in mine.order_by("due_on")[:50]:
        yield WorkItem(
            f"{review.project.reference} {review.project.label}",
            reverse("funding:review", args=[review.project.reference]),
            review.due_on,
        )
    second = Decision.objects.filter(
        state="proposed", project__in=projects_to_check(user, at=now)
    ).exclude(proposed_by=user)  # fmt: skip
    for decision in second.select_related("project").order_by("proposed_at")[:50]:
        yield WorkItem(
            _("Second check: %(ref)s") % {"ref": decision.project.reference},
            reverse("funding:review_decide", args=[decision.project.reference]),
            london_day(decision.proposed_at) + timedelta(days=2),
        )
    nobody = queue(user, at=now, checker="nobody").count()
    if nobody:
        yield WorkItem(
            ngettext("%(count)s project that nobody checks yet", "%(count)s projects that nobody checks yet", nobody)
            % {"count": nobody},
            reverse("funding:review_queue") + "?checker=nobody",
            count=nobody,
        )
    for appeal in appeals_to_hear(user, at=now):
        yield WorkItem(
            _("Appeal: %(ref)s") % {"ref": appeal.decision.project.reference},
            reverse("funding:review_appeal", args=[appeal.decision.project.reference]),
            appeal.due_on,
        )


def appeals_to_hear(user: User, *, at: datetime) -> QuerySet[Appeal]:
    """Appeals that wait and that the officer took no part in."""
    return (
        Appeal.objects.filter(state=AppealState.SENT, decision__project__in=projects_to_check(user, at=at))
        .exclude(decision__proposed_by=user)
        .exclude(decision__seconded_by=user)
        .exclude(decision__project__reviews__officer=user)
        .select_related("decision__project__round")
        .order_by("due_on")
    )


def hours_and_refusals(round_: Round) -> tuple[int, int]:
    """Whole hours of help begun in a round, and its refusals, as the round's page shows them."""
    minutes, refused = help_and_refusals(round_)
    return -(-minutes // 60), refused


def help_and_refusals(round_: Round) -> tuple[int, int]:
    """Minutes of help given in a round, and how many projects were refused: the two are published together."""
    minutes = HelpGiven.objects.filter(project__round=round_).aggregate(sum=Sum("minutes"))["sum"] or 0
    refused = Decision.objects.filter(project__round=round_, kind="refuse", state="made").count()
    return minutes, refused


@dataclass(frozen=True)
class OpenWork:
    """How many projects an officer's queue holds unfiltered, and how many checks fall due in each coming week."""

    count: int
    weeks: list[tuple[date, int]]


def open_work(user: User, *, at: datetime, weeks: int = 4) -> OpenWork:
    """Count the officer's open queue and what falls due of it (weeks begin on Monday), in one look at the projects."""
    today = london_day(at)
    monday = today - timedelta(days=today.weekday())
    starts = [monday + timedelta(weeks=week) for week in range(weeks)]
    ends = {f"week{number}": start + timedelta(weeks=1) for number, start in enumerate(starts)}
    waiting = projects_to_check(user, at=at).filter(state__in=QUEUE_STATES["open"])
    waiting = waiting.annotate(open_review=joined_open_review())
    due = waiting.aggregate(
        count=Count("pk"), **{name: Count("pk", filter=Q(open_review__due_on__lt=end)) for name, end in ends.items()}
    )
    before = [0, *(due[name] for name in ends)]
    return OpenWork(due["count"], [(start, before[number + 1] - before[number]) for number, start in enumerate(starts)])
