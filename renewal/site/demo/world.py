"""What the parts of the demo tell each other while they are seeded.

The parts, in order; each is a module here with one function ``seed(world)``, and is skipped while it does not exist:

    areas       the pack, bodies, personas with their roles, residents
    groups      groups, fund-holders, agreements
    money       fund, cycle, parameter set, the split by the real job, pots, pot holders
    rounds      rounds in every step, with their dates around ``world.now``
    small       money set aside for small awards, ideas to support, a month that was decided
    priorities  suggestions, polls of kind priorities, adopted lists
    projects    projects of every round, partners, checks, decisions
    ballots     codes, polls through voting's services, ballots cast, counts, published results
    answers     mandates and answers, gatherings, questions, what changed
    panels      a panel with minutes and a meeting to come, an offer to combine two projects
    words       comments on projects, a challenge, reports of words and a second look

A part runs once, inside one transaction (``ATOMIC = False`` in the module turns the transaction off): a second
``seed_demo`` finds the part's row in ``SeededPart`` and leaves it alone. So a part that needs objects of an earlier
one fetches them from the database, or through ``world.get``.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

PARTS = (
    "areas",
    "groups",
    "money",
    "rounds",
    "small",
    "priorities",
    "projects",
    "ballots",
    "answers",
    "panels",
    "words",
)


@dataclass
class World:
    """The moment the demo is seeded at, a repeatable source of chance, and where the area pack lies."""

    now: datetime
    areas_dir: str = ""
    random: Random = field(default_factory=lambda: Random(1327))  # noqa: S311 -- made-up content, not secrets
    sign_ins: list[tuple[str, str]] = field(default_factory=list)
    codes: list[tuple[str, str]] = field(default_factory=list)
    known: dict[str, Any] = field(default_factory=dict)

    def days(self, count: float) -> timedelta:
        return timedelta(days=count)

    def get(self, name: str) -> Any:
        """Return what an earlier part put under a name; KeyError names what is missing."""
        return self.known[name]
