"""The least a test about money needs: a small country, a fund, a cycle, people who sign, a posted run."""

from datetime import UTC, date, datetime

from communities.models import Area, Body, BodyKind, OfficerRole, Role, User
from funding.models import AllocationRun, Cycle, Fund, ParameterSet
from funding.services.allocation import approve_run, compute_run, post_run, request_run
from funding.services.parameter_sets import write_parameter_set

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
