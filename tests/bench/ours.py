"""Count with our rules, as a process that answers JSON lines like `oracle.py`: so both are measured alike.

A question has `file` or `million` (1,000,000 ballots made from that file), `rule`, `completion`, `stop`, `repeat`,
`explain` and `path`. The answer has the best of so many seconds, what else was measured, and the peak memory.
"""

import json
import random
import resource
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from voting.rules import pabulib
from voting.rules.dispatch import count
from voting.rules.explain import explain
from voting.rules.vocabulary import Election, Options, Project


def million(election: Election) -> Election:
    """Resample a city's ballots to a million over 100 projects, changing one choice on half of them."""
    draw, many = random.Random(1), 1_000_000
    factor = many // election.voters
    projects = [Project(p.id, p.cost * factor) for p in election.projects]
    projects += [Project(f"new {n}", draw.choice(projects).cost * 9 // 10) for n in range(100 - len(projects))]
    ids = [p.id for p in projects]
    seen = list(election.ballots)
    merged: Counter[tuple[str, ...]] = Counter()
    for ballot in draw.choices(seen, weights=list(election.ballots.values()), k=many):
        if ballot and draw.random() < 0.5:
            changed = set(ballot) - {draw.choice(ballot)} | {draw.choice(ids)}
            ballot = tuple(sorted(changed))
        merged[ballot] += 1
    return Election(tuple(projects), election.budget * factor, merged, unit=election.unit)


def best(repeat: int, work):
    """Return (least processor seconds, least wall seconds, wall seconds of the first call, result)."""
    walls, cores, result = [], [], None
    for _ in range(repeat):
        began, busy = time.perf_counter(), time.process_time()
        result = work()
        walls.append(time.perf_counter() - began)
        cores.append(time.process_time() - busy)
    return min(cores), min(walls), walls[0], result


def answer(question: dict) -> dict:
    repeat = question.get("repeat", 5)
    parse, _, _, file = best(repeat, lambda: pabulib.read(question["file"]))
    election = million(file.election) if question.get("million") else file.election
    options = Options(completion=question.get("completion", "none"), stop_when_exhaustive=question.get("stop", False))
    levels: list[int] = []

    def work():
        levels.clear()
        return count(
            election,
            rule=question["rule"],
            options=options,
            path=question.get("path", "auto"),
            progress=lambda level, cost: levels.append(level),
        )

    cpu, seconds, first, selection = best(repeat, work)
    measured = {
        "voters": election.voters,
        "ballots": len(election.ballots),
        "projects": len(election.projects),
        "choices": sum(len(ballot) for ballot in election.ballots),
        "runs": len(levels),
        "winners": list(selection.winners),
        "cost": selection.cost,
        "parse_seconds": parse,
        "cpu_seconds": cpu,
        "seconds": seconds,
        "first_seconds": first,
        "path": selection.path,
    }
    if question.get("explain"):
        measured["steps_seconds"] = best(repeat, lambda: explain(election, selection, counterfactuals=False))[0]
        measured["all_seconds"] = best(repeat, lambda: explain(election, selection))[0]
    return measured | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


for line in sys.stdin:
    sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
    sys.stdout.flush()
