"""The least a test about money needs: a small country, a fund, a cycle, people who sign, a posted run."""

from datetime import UTC, date, datetime, timedelta

from communities.models import Area, Body, BodyKind, Group, OfficerRole, Role, User
from funding.models import AllocationRun, Cycle, Fund, ParameterSet, Pot, Project, Round
from funding.services.allocation import approve_run, compute_run, post_run, request_run
from funding.services.ledger import EntryDraft, post_entries
from funding.services.parameter_sets import write_parameter_set
from voting.models import Count, Outcome
from voting.services.polls import OptionDraft, set_up_poll

NOW = datetime(2027, 3, 5, 12, 0, tzinfo=UTC)
STARTS = date(2020, 1, 1)
# code, level, parent, people, need in thousandths
COUNTRY = [
    ("UK", "uk", "", 40_000, None),
    ("E92000001", "nation", "UK", 40_000, None),
    ("VALE", "strategic", "E92000001", 40_000, None),
    ("ASH", "authority", "VALE", 40_000, None),
    ("ASH-N", "neighbourhood", "ASH", 8_100, 400),
    ("ASH-S", "neighbourhood", "ASH", 9_300, 600),
    ("MILL", "neighbourhood", "ASH", 9_000, 900),
    ("OLD", "neighbourhood", "ASH", 6_900, 400),
    ("FERN", "neighbourhood", "ASH", 6_700, 200),
]


def make_country(rows=COUNTRY) -> dict[str, Area]:
    """Make the areas of a small country, by code."""
    areas: dict[str, Area] = {}
    for code, level, parent, people, need in rows:
        above = areas.get(parent)
        areas[code] = Area.objects.create(
            code=code,
            slug=code.lower(),
            name=code.title(),
            level=level,
            nation="england" if level != "uk" else "",
            parent=above,
            path=(above.path if above else "") + code + "/",
            population=people,
            need_ten_thousandths=None if need is None else need * 10,
            valid_from=STARTS,
        )
    return areas


def make_person(name: str) -> User:
    return User.objects.create(email=f"{name.lower().replace(' ', '.')}@example.org", name=name)


def make_steward(name: str = "Steward") -> User:
    person = make_person(name)
    OfficerRole.objects.create(user=person, role=Role.STEWARD, starts_on=STARTS)
    return person


def make_council(area: Area, slug: str = "ashcombe") -> Body:
    return Body.objects.create(slug=slug, name=slug.title(), kind=BodyKind.COUNCIL, area=area)


def make_officer(body: Body, name: str, role: Role = Role.LEAD) -> User:
    person = make_person(name)
    OfficerRole.objects.create(user=person, body=body, role=role, starts_on=STARTS)
    return person


def make_cycle(*, capital_pence: int = 30_000_000, revenue_pence: int = 10_000_000, year: int = 2027) -> Cycle:
    fund, _ = Fund.objects.get_or_create(slug="national", defaults={"name": "National Renewal Fund"})
    return Cycle.objects.create(
        fund=fund,
        year=year,
        capital_pence=capital_pence,
        revenue_pence=revenue_pence,
        starts_on=date(year, 1, 1),
        ends_on=date(year + 1, 1, 1),
    )


def make_set(document=None, name: str = "Standard") -> ParameterSet:
    return write_parameter_set(name=name, document=document if document is not None else {}, now=NOW)


def make_run(cycle: Cycle | None = None, parameter_set: ParameterSet | None = None, **about) -> AllocationRun:
    """Ask for a run over the areas there are; nobody asked, so that anybody may sign."""
    cycle = cycle or make_cycle()
    parameter_set = parameter_set or make_set()
    return request_run(cycle_id=cycle.pk, parameter_set_id=parameter_set.pk, now=NOW, **about)


def sign_run(run: AllocationRun) -> AllocationRun:
    """Let two people sign."""
    for name in ("First Signer", "Second Signer"):
        user, _ = User.objects.get_or_create(
            email=f"{name.lower().replace(' ', '.')}@example.org", defaults={"name": name}
        )
        run = approve_run(run_id=run.pk, user=user, outcome_hash=run.outcome_hash, now=NOW)
    return run


def make_posted_run(cycle: Cycle | None = None, parameter_set: ParameterSet | None = None, **about) -> AllocationRun:
    """Compute, sign and post a run over the areas there are."""
    run = make_run(cycle, parameter_set, **about)
    run = compute_run(run_id=run.pk, now=NOW)
    sign_run(run)
    return post_run(run_id=run.pk, now=NOW)


def make_round(area: Area, cycle: Cycle, *, slug: str = "", convenor: Body | None = None):
    """A round in an area, without steps; tests of money need none."""
    return Round.objects.create(
        slug=slug or f"{area.slug}-{cycle.year}",
        area=area,
        cycle=cycle,
        convenor=convenor or Body.objects.filter(kind=BodyKind.COUNCIL).first() or make_council(area),
        title=f"{area.name} {cycle.year}",
        prefix=_prefix(cycle),
    )


def _prefix(cycle: Cycle) -> str:
    """A prefix that no other round of the cycle has."""
    number = cycle.rounds.count()
    return "R" + "".join(chr(65 + number // 26**place % 26) for place in (2, 1, 0))


def make_project(round_, reference: str, *, capital: int = 0, revenue: int = 0, form: str = "charity", **about):
    """A project that passed its checks, led by a group of the named legal form."""
    group = Group.objects.create(
        slug=reference.lower(), name=f"Friends of {reference}", legal_form=form, area=round_.area
    )
    return Project.objects.create(
        round=round_,
        reference=reference,
        group=group,
        checked_by=round_.convenor,
        state="passed",
        title=f"Project {reference}",
        title_cy=f"Prosiect {reference}",
        capital_pence=capital,
        revenue_pence=revenue,
        created_by=User.objects.first() or make_person("Maker"),
        created_at=NOW,
        sent_at=NOW,
        **about,
    )


def publish_outcome(round_, projects, *, selected, votes=None, budget: int | None = None, limits=None):
    """Give a round a counted, published poll over projects, with an outcome typed in by the test."""
    limits = (
        limits
        if limits is not None
        else {
            pot.colour: pot.for_projects_pence for pot in Pot.objects.of_area(round_.area_id, cycle_id=round_.cycle_id)
        }
    )
    poll = set_up_poll(
        area_id=round_.area_id,
        title=round_.title,
        title_cy=round_.title,
        kind="approve",
        roll_kind="open",
        opens_at=NOW - timedelta(days=22),
        closes_at=NOW - timedelta(days=1),
        budget_pence=sum(limits.values()) if budget is None else budget,
        rule="equal-shares",
        parameters={"completion": "add1u"},
        limits=limits,
        options=[
            OptionDraft(
                project.reference,
                project.title,
                project.title_cy,
                "",
                "",
                project.cost_pence,
                {"capital": project.capital_pence, "revenue": project.revenue_pence},
            )
            for project in projects
        ],
        forecast_ballots=400,
        actor=None,
        now=NOW - timedelta(days=30),
    )
    count = Count.objects.create(
        poll=poll,
        input_hash="1" * 64,
        rule="equal-shares",
        rules_version="1" * 64,
        seed="seed",
        result={"votes": votes or {project.reference: 100 - at for at, project in enumerate(projects)}},
        result_hash="2" * 64,
        computed_at=NOW,
    )
    Outcome.objects.create(poll=poll, count=count, selected=list(selected), published_at=NOW)
    Round.objects.filter(pk=round_.pk).update(poll=poll)
    round_.refresh_from_db()
    return round_


def post_entry(*, key, kind, legs, now=NOW):
    """Post one movement: pence by account id."""
    return post_entries([EntryDraft(key, kind, legs)], now=now)[0]
