"""The demo's rounds: every step of a round can be seen somewhere, with dates around the day of the demo."""

from datetime import date, datetime, timedelta

from communities.models import Area, Body
from funding.models import Cycle, RoundDeclaration, Step
from funding.services.rounds import open_round
from renewal.kernel.clock import at, is_working_day, london_day
from renewal.site.demo.money import ROOT
from renewal.site.demo.world import World

# area, body that convenes, slug, letters of the references, step it stands in, days since that step began, voting age
ROUNDS = [
    ("Z05000001", "ashcombe-council", "ashcombe-north", "ASH", Step.VOTE, 9, 11),
    ("Z05000002", "ashcombe-council", "ashcombe-south", "ASO", Step.RESULT, 3, 16),
    ("Z05000003", "ashcombe-council", "ashcombe-riverside", "ASR", Step.CHECKS, 12, 16),
    ("Z05000004", "ashcombe-council", "ashcombe-hill", "HIL", Step.IDEAS, 14, 16),
    ("Z05000005", "ashcombe-council", "coldbrook", "COL", Step.PRIORITIES, 8, 16),
    ("Z05000021", "bro-hafren-council", "llanhafren", "LLA", Step.VOTE, 11, 16),
    ("Z05000022", "bro-hafren-council", "pontyfelin", "PON", Step.DELIVERY, 60, 16),
    ("Z05000023", "bro-hafren-council", "cwm-derw", "CWM", Step.CHECKS, 6, 16),
    ("Z05000024", "bro-hafren-council", "traeth-arian", "TRA", Step.CHANGED, 15, 16),
]
# step: first day and last day of its window, counted from the start of the round
CALENDAR = {
    Step.PRIORITIES: (0, 27),
    Step.IDEAS: (33, 65),
    Step.CHECKS: (71, 94),
    Step.VOTE: (100, 121),
    Step.RESULT: (127, 140),
    Step.DELIVERY: (146, 500),
    Step.CHANGED: (510, 600),
}


def windows_for(step: Step, days_in: int, *, today: date, nation: str) -> dict[str, tuple[datetime, datetime]]:
    """Give each step its window so that ``step`` began ``days_in`` days ago; steps end at 5pm on a working day."""
    start = today - timedelta(days=CALENDAR[step][0] + days_in)
    windows = {}
    for name, (first, last) in CALENDAR.items():
        windows[name.value] = (at(start + timedelta(days=first), 9), at(working(start, last, nation), 17))
    return windows


def working(start: date, days: int, nation: str) -> date:
    """The first working day on or after so many days from the start."""
    day = start + timedelta(days=days)
    while not is_working_day(day, nation=nation):
        day += timedelta(days=1)
    return day


def seed(world: World) -> None:
    """Open the rounds; officers of the two councils have declared that they have no link to the groups."""
    cycle = Cycle.objects.filter(fund__area__code=ROOT).order_by("-year").first()
    if cycle is None:
        return  # the money part makes the cycle that rounds belong to
    today = london_day(world.now)
    for code, convenor, slug, prefix, step, days_in, age in ROUNDS:
        area = Area.objects.get(code=code)
        body = Body.objects.get(slug=convenor)
        round_ = open_round(
            area_id=area.pk,
            cycle_id=cycle.pk,
            convenor_id=body.pk,
            slug=f"{slug}-{cycle.year}",
            prefix=prefix,
            title=f"{area.name} {cycle.year} round",
            title_cy=f"Rownd {cycle.year} {area.name_cy or area.name}",
            windows=windows_for(step, days_in, today=today, nation=area.nation or "england"),
            actor=None,
            now=world.now,
            voting_age=age,
        )
        for officer in {role.user for role in body.officer_roles.filter(role__in=["reviewer", "lead"])}:
            RoundDeclaration.objects.create(officer=officer, round=round_, declared_at=world.now)
