"""Count with pabutools (GPL-3, development only). Runs in its own environment, as a process that answers JSON lines.

A question has `text` or `file` (a .pb file), `rule` (greedy, equal-shares, add1, phragmen), `lot` (place by project id)
and `sat`. The answer has `winners`, `seconds` for the rule alone, `parse_seconds` and `peak_mb`.

Its greedy takes satisfaction per cost, so "cost" there means the order by votes, and "points" the order by points.
Its Phragmen takes approval ballots alone, so ballots with points or places become the projects they support.
"""

import gzip
import json
import resource
import sys
import tempfile
import time

from pabutools import election as pb
from pabutools import rules
from pabutools.tiebreaking import TieBreakingRule

sys.setrecursionlimit(10**6)  # pabutools recurses once for each funded project
SATS = {
    "cost": pb.Cost_Sat,
    "cardinality": pb.Cardinality_Sat,
    "score": pb.Additive_Cardinal_Sat,
    "borda": pb.Additive_Borda_Sat,
}


class PointsTimesCost(pb.AdditiveSatisfaction):
    """Points as our greedy adds them up (the last of k ranked projects has 1), times the cost."""

    def __init__(self, instance, profile, ballot):
        super().__init__(instance, profile, ballot, lambda _, __, given, p, ___: points(given, p) * p.cost)


SATS["points"] = PointsTimesCost


def points(ballot, project) -> int:
    if project not in ballot:
        return 0
    given = ballot[project] if isinstance(ballot, dict) else None  # ranked ballots are dicts of nothing
    return len(ballot) - list(ballot).index(project) if given is None else given


def as_approvals(profile):
    if isinstance(profile, pb.AbstractApprovalProfile):
        return profile
    return pb.ApprovalProfile([pb.ApprovalBallot(p for p in ballot if points(ballot, p) > 0) for ballot in profile])


def answer(question: dict) -> dict:
    began = time.perf_counter()
    text = question.get("text")
    if text is None:
        opened = gzip.open if question["file"].endswith(".gz") else open
        with opened(question["file"], "rt", encoding="utf-8-sig", newline="") as file:
            text = file.read()
    with tempfile.NamedTemporaryFile("w", suffix=".pb", encoding="utf-8", newline="") as copy:
        copy.write(text)
        copy.flush()
        instance, profile = pb.parse_pabulib(copy.name)
    if question["rule"] == "read":
        return {
            "projects": {p.name: str(p.cost) for p in instance},
            "budget": str(instance.budget_limit),
            "ballots": sorted(ballot_text(ballot) for ballot in profile),
        }
    votes = {p: sum(1 for ballot in profile if p in ballot and points(ballot, p) > 0) for p in instance}
    if question["rule"] == "phragmen":
        profile = as_approvals(profile)
    profile = profile.as_multiprofile()
    parsed, busy = time.perf_counter(), time.process_time()
    lot = question["lot"]
    ties = TieBreakingRule(lambda _, __, p: (p.cost, -votes[p], lot[p.name]))
    sat = SATS[question.get("sat", "cost")]
    if question["rule"] == "greedy":
        won = rules.greedy_utilitarian_welfare(instance, profile, sat_class=sat, tie_breaking=ties)
    elif question["rule"] == "equal-shares":
        won = rules.method_of_equal_shares(instance, profile, sat_class=sat, tie_breaking=ties)
    elif question["rule"] == "add1":
        won = rules.method_of_equal_shares(
            instance, profile, sat_class=sat, tie_breaking=ties, voter_budget_increment=question.get("step", 1)
        )
    else:
        won = rules.sequential_phragmen(instance, profile, tie_breaking=ties)
    return {
        "winners": [p.name for p in won],
        "cpu_seconds": time.process_time() - busy,
        "seconds": time.perf_counter() - parsed,
        "parse_seconds": parsed - began,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def ballot_text(ballot) -> str:
    if isinstance(ballot, dict):
        return ",".join(sorted(f"{p.name}:{points}" for p, points in ballot.items()))
    named = [p.name for p in ballot]
    return ",".join(named if isinstance(ballot, (list, tuple)) or hasattr(ballot, "index") else sorted(named))


for line in sys.stdin:
    try:
        result = answer(json.loads(line))
    except Exception as fault:  # the asker decides what a failure means
        result = {"error": f"{type(fault).__name__}: {fault}"}
    sys.stdout.write(json.dumps(result) + "\n")
    sys.stdout.flush()
