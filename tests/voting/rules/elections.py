"""Elections for the tests of the rules: the real files of ../shared, and small random ones full of ties."""

import random
from dataclasses import replace
from functools import cache
from pathlib import Path

from voting.rules import pabulib
from voting.rules.vocabulary import Election, Floor, Options, Project

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "pabulib"
FILES = sorted(path.name for path in FOLDER.glob("*.pb*")) if FOLDER.is_dir() else []
SMALL = [name for name in FILES if (FOLDER / name).stat().st_size < 100_000 and not name.endswith(".gz")]


@cache
def real(name):
    return pabulib.read(FOLDER / name)


def small_election(seed, kind="approval", limits=False, groups=False):
    """Build a tiny election in which votes, costs and shares often coincide; every seed gives its own."""
    draw = random.Random(f"{kind} {seed}")
    size, voters = draw.randint(1, 6), draw.choice([1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 61])
    few = draw.random() < 0.7  # few different costs make ties
    costs = [draw.choice([6, 12, 12, 24, 30]) if few else draw.randint(1, 40) for _ in range(size)]
    budget = draw.choice([sum(costs) // 2, max(costs), sum(costs), draw.randint(1, 80), 60])
    ids = [str(n) for n in range(1, size + 1)]
    draw.shuffle(ids)
    projects = [
        Project(
            c,
            cost,
            demands={"revenue": draw.choice([0, cost, cost // 2])} if limits else {},
            at_most_one_of=draw.choice(["", "a", "b"]) if groups else "",
        )
        for c, cost in zip(ids, costs, strict=True)
    ]
    ballots, patterns = [], [draw.sample(ids, draw.randint(0, size)) for _ in range(4)]
    for _ in range(voters):
        named = draw.choice(patterns) if draw.random() < 0.6 else draw.sample(ids, draw.randint(0, size))
        if kind == "choose-one":
            named = named[:1]
        ballots.append(tuple((c, draw.choice([0, 1, 1, 2, 3])) if kind == "cumulative" else c for c in named))
    caps = {"revenue": draw.choice([budget // 2, budget, 10 * budget])} if limits else {}
    return Election.of_ballots(projects, budget, ballots, kind=kind, limits=caps, unit=1)


def with_floors(seed, election):
    """Tag the projects of an election and set money aside for one or two tags."""
    draw = random.Random(f"floors {seed}")
    projects = tuple(
        replace(p, tags=tuple(draw.sample(["green", "digital"], draw.randint(0, 2)))) for p in election.projects
    )
    amounts = {tag: draw.choice([0, 12, election.budget // 3, election.budget // 2]) for tag in ("green", "digital")}
    floors = [Floor(tag, amount, draw.choice([0, 0, 200, 500])) for tag, amount in amounts.items()]
    while sum(floor.amount for floor in floors) > election.budget:
        floors.pop()
    return replace(election, projects=projects, floors=tuple(floors))


def some_options(seed, **fixed):
    """Choose options of equal shares at random, so that every combination is met."""
    draw = random.Random(f"options {seed}")
    chosen = {
        "completion": draw.choice(["none", "u", "add1", "add1u"]),
        "utility": draw.choice(["cost", "cost", "cardinality"]),
        "step": draw.choice([0, 1, 2, 3]),
        "stop_when_exhaustive": draw.random() < 0.4,
        "whole_start": draw.random() < 0.3,
        "comparison": draw.random() < 0.2,
    }
    return Options(**(chosen | fixed))
