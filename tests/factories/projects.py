"""Rounds in any step, groups that write, projects in any state, officers who check them."""

from datetime import UTC, date, datetime, timedelta

from communities.models import Area, Body, Group, Membership, OfficerRole, Role, User
from funding.models import Cycle, Decision, Finding, Fund, Project, Review, Round, RoundDeclaration, Step, Theme
from funding.models.round import STEP_ORDER
from funding.services.rounds import open_round

NOW = datetime(2027, 3, 5, 12, 0, tzinfo=UTC)
LENGTH = timedelta(days=30)


def make_cycle(year: int = 2027) -> Cycle:
    fund, _ = Fund.objects.get_or_create(slug="national", defaults={"name": "National Renewal Fund"})
    return Cycle.objects.get_or_create(
        fund=fund,
        year=year,
        defaults={
            "capital_pence": 10**9, "revenue_pence": 10**9, "starts_on": date(year, 1, 1),
            "ends_on": date(year + 1, 1, 1),
        },
    )[0]  # fmt: skip


def windows_in(step: str, now: datetime = NOW, into: timedelta = timedelta(days=10)) -> dict:
    """Seven windows of 30 days, such that ``step`` began ``into`` ago."""
    place = STEP_ORDER.index(step)
    start = now - into - LENGTH * place
    return {name: (start + LENGTH * number, start + LENGTH * (number + 1)) for number, name in enumerate(STEP_ORDER)}


def make_round(
    area: Area, convenor: Body, *, step: str = Step.IDEAS, now: datetime = NOW, prefix: str = "ASH", **more
) -> Round:
    """Open a round that stands in a step, 10 days in."""
    return open_round(
        area_id=area.pk,
        cycle_id=more.pop("cycle", None) or make_cycle().pk,
        convenor_id=convenor.pk,
        slug=more.pop("slug", f"round-{prefix.lower()}"),
        prefix=prefix,
        title=f"{area.name} 2027 round",
        title_cy=f"Rownd 2027 {area.name}",
        windows=windows_in(step, now),
        actor=None,
        now=now,
        **more,
    )


def make_member(group: Group, name: str) -> User:
    user = User.objects.create(email=f"{name.lower()}@example.org", name=name)
    Membership.objects.create(group=group, user=user, role="owner", joined_at=NOW)
    return user


def make_group(area: Area, slug: str = "allotments", legal_form: str = "informal") -> Group:
    return Group.objects.create(slug=slug, name=slug.title(), legal_form=legal_form, area=area)


def make_officer(body: Body, name: str, role: str = Role.REVIEWER, *, declared: Round | None = None) -> User:
    user = User.objects.create(email=f"{name.lower()}@council.example.org", name=name)
    OfficerRole.objects.create(user=user, body=body, role=role, starts_on=date(2020, 1, 1))
    if declared is not None:
        RoundDeclaration.objects.create(officer=user, round=declared, declared_at=NOW)
    return user


def make_project(round_: Round, *, group: Group | None = None, number: int = 1, state: str = "sent", **more) -> Project:
    """Make a project of £5,000 capital and £1,000 revenue, with an open check when it was sent."""
    group = group or Group.objects.filter(area=round_.area).first() or make_group(round_.area)
    user = User.objects.filter(memberships__group=group).first() or make_member(group, f"member-of-{group.slug}")
    ended = state in ("withdrawn", "late", "funded", "unfunded", "combined")
    fields = {
        "title": f"Raised beds {number}",
        "title_cy": f"Gwelyau uchel {number}",
        "summary": "Eight beds at waist height.",
        "summary_cy": "Wyth gwely ar uchder y canol.",
        "theme": Theme.objects.newest().get(code="places"),
        "place": "Mill Lane",
        "sent_at": None if state in ("draft", "declaring", "late") else NOW - timedelta(days=3),
        "ended_at": NOW if ended else None,
        "signed_by": user if state == "declaring" else None,
        **more,
    }
    lines = fields.pop("lines", [("Timber", "capital", 500_000), ("Training", "revenue", 100_000)])
    project = Project.objects.create(
        round=round_, reference=fields.pop("reference", f"{round_.prefix}-{number:03d}"), group=group,
        checked_by=round_.convenor, state=state, created_by=fields.pop("created_by", user),
        created_at=NOW - timedelta(days=9),
        capital_pence=sum(p for _, c, p in lines if c == "capital"),
        revenue_pence=sum(p for _, c, p in lines if c == "revenue"),
        **fields,
    )  # fmt: skip
    for position, (item, colour, pence) in enumerate(lines, start=1):
        project.lines.create(position=position, item=item, colour=colour, amount_pence=pence)
    project.shares.create(area=round_.area, percent=100)
    if state in ("sent", "changes"):
        Review.objects.create(project=project, due_on=date(2027, 3, 15))
    return project


def find_all_met(project: Project, officer: User) -> Review:
    """Give the officer the check and find every criterion met."""
    review = project.reviews.get(ended_at__isnull=True)
    Review.objects.filter(pk=review.pk).update(officer=officer, assigned_at=NOW, began_at=NOW)
    for criterion in project.round.criteria.all():
        Finding.objects.create(review=review, criterion=criterion, met="meets", reason="Seen.", found_at=NOW)
    return review


def make_refusal(project: Project, first: User, second: User) -> Decision:
    """Refuse a project by two officers, through the services."""
    from funding.services import checks, decisions

    checks.give_help(project_id=project.pk, actor=first, kind="help", minutes=30, now=NOW)
    decision = decisions.propose_refusal(
        project_id=project.pk, actor=first, reason="unsafe", words="The roof cannot bear it.",
        words_cy="Ni all y to ei ddal.", next_step="Ask for a survey.", next_step_cy="Gofynnwch am arolwg.", now=NOW,
    )  # fmt: skip
    return decisions.second_refusal(decision_id=decision.pk, actor=second, now=NOW)
