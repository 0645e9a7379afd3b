"""Counting: a pure function of what is published, run by a worker, stored once for the same inputs, then published."""

import hashlib
import logging
from collections import Counter
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count as CountOf

from communities.models import User
from renewal.kernel.audit import record
from renewal.kernel.canonical import canonical_json, digest
from renewal.kernel.outbox import send_later
from voting.elections import election_of, lot_seed, options_of
from voting.explain import explain, votes_of
from voting.models import BoxOpening, Count, CountStep, Outcome, PaperBatch, Poll, PublishedBallot, RollEntry
from voting.rules import dispatch
from voting.rules.vocabulary import Election, Options, Selection
from voting.services.calendar import refuse_before_election
from voting.services.errors import PollMoved, SecondPersonNeeded
from voting.services.logging import final_root
from voting.services.polls import REFERENCE, move, write_note
from voting.states import PollState

logger = logging.getLogger(__name__)

CROSS_CHECK_UP_TO = 30_000  # ballots; a second implementation repeats smaller counts before they are stored


class CountsDiffer(AssertionError):
    """Two ways of counting the same ballots disagree: stop, and let people look."""


def opening_of(poll: Poll) -> dict[str, Any]:
    """Read the frozen opening document."""
    import json

    document: dict[str, Any] = json.loads(poll.opening_document)
    return document


def withdrawn_refs(poll: Poll) -> frozenset[str]:
    """References of the projects that were withdrawn after the vote had opened."""
    return frozenset(poll.options.filter(withdrawn_at__isnull=False).values_list("ref", flat=True))


def election_and_options(poll: Poll) -> tuple[Election, Options]:
    """Build a poll's election from its opening document and opened ballots."""
    opening = opening_of(poll)
    ballots = PublishedBallot.objects.filter(poll=poll).order_by("check_code").values_list("choices", flat=True)
    return election_of(opening, ballots, withdrawn=withdrawn_refs(poll)), options_of(opening)


def count_poll(*, poll_id: int, now: datetime) -> Count:
    """Count an opened poll by its frozen rule and store result, steps and outcome; same inputs, same row."""
    poll = Poll.objects.get(pk=poll_id)
    if poll.state not in {PollState.OPENED, PollState.COUNTED, PollState.PUBLISHED}:
        raise PollMoved(state=poll.state)
    election, options = election_and_options(poll)
    seed = lot_seed(tie_secret=poll.tie_secret, final_root=final_root(poll))
    input_hash = hashlib.sha256(_input_document(poll, election, options, seed)).hexdigest()
    version = hashlib.sha256(REFERENCE.read_bytes()).hexdigest()
    known = Count.objects.filter(poll=poll, input_hash=input_hash, rules_version=version).first()
    if known is None or poll.state == PollState.OPENED:
        selection, paths = _count_twice(election, rule=poll.rule, options=options, seed=seed)
        known = _store(poll, election, selection, paths, seed, input_hash, version, now)
    return known


def _count_twice(election: Election, *, rule: str, options: Options, seed: str) -> tuple[Selection, list[str]]:
    """Count, and up to a size count again by a separate implementation; give the ways that came to the result."""
    first = dispatch.count(election, rule=rule, options=options, seed=seed)
    if election.voters > CROSS_CHECK_UP_TO:
        return first, [first.path]
    other = "numpy" if first.path == "reference" else "reference"
    second = dispatch.count(election, rule=rule, options=options, seed=seed, path=other)
    _refuse_difference(first, second)
    return first, sorted({first.path, second.path})  # amounts beyond 64 bits are counted by the reference both times


@transaction.atomic
def _store(
    poll: Poll,
    election: Election,
    selection: Selection,
    paths: list[str],
    seed: str,
    input_hash: str,
    version: str,
    now: datetime,
) -> Count:
    locked = Poll.objects.select_for_update().get(pk=poll.pk)  # two workers on one poll queue here
    result = _result(election, selection)
    count, is_new = Count.objects.get_or_create(
        poll=poll,
        input_hash=input_hash,
        rules_version=version,
        defaults={
            "rule": poll.rule,
            "seed": seed,
            "result": result,
            "result_hash": digest(result),
            "comparison": _comparison(election, selection, seed),
            "paths": paths,
            "computed_at": now,
        },
    )
    if is_new:
        CountStep.objects.bulk_create(
            CountStep(count=count, seq=seq, option_ref=ref, kind=facts["reason"], facts=facts)
            for seq, (ref, facts) in enumerate(
                (ref, facts) for ref, many in explain(election, selection).items() for facts in many
            )
        )
    if locked.state == PollState.OPENED:
        Outcome.objects.update_or_create(
            poll=poll,
            defaults={
                "count": count,
                "selected": list(selection.winners),
                "cost_pence": 0 if poll.rule == "priorities" else selection.cost,
                "turnout": turnout_of(poll),
            },
        )
        move(poll.pk, old=PollState.OPENED, new=PollState.COUNTED, counted_at=now)
        record(actor=None, action="poll.counted", subject=count, result_hash=count.result_hash)
    return count


def _input_document(poll: Poll, election: Election, options: Options, seed: str) -> bytes:
    """Write everything the count depends on; equal documents give equal outcomes."""
    return canonical_json(
        {
            "opening": hashlib.sha256(poll.opening_document.encode()).hexdigest(),
            "rule": poll.rule,
            "options": asdict(options),
            "seed": seed,
            "withdrawn": sorted(withdrawn_refs(poll)),
            "ballots": sorted(
                [[list(choice) if isinstance(choice, tuple) else choice for choice in ballot], people]
                for ballot, people in election.ballots.items()
            )
            if election.kind != "cumulative"
            else sorted(
                [[[ref, points] for ref, points in ballot], people] for ballot, people in election.ballots.items()
            ),
        }
    )


def _result(election: Election, selection: Selection) -> dict[str, Any]:
    """Shape a selection for storage and for the published result; no fractions, no floats."""
    votes = votes_of(election)
    return {
        "rule": selection.rule,
        "seed": selection.seed,
        "selected": list(selection.winners),
        "cost": selection.cost,
        "budget": election.budget,
        "voters": election.voters,
        "votes": {project.id: votes[project.id] for project in election.projects},
        "ties": [{"round": tie.round, "tied": list(tie.tied), "decided_by": tie.decided_by} for tie in selection.ties],
        "shares": {phase: f"{share.numerator}/{share.denominator}" for phase, share in selection.shares.items()},
        "compared": selection.compared,
    }


def _comparison(election: Election, selection: Selection, seed: str) -> dict[str, Any]:
    """Say beside the result what counting by votes alone would have chosen, and how many voters gained or lost."""
    if selection.rule in {"greedy", "priorities"}:
        return {}
    by_votes = dispatch.count(election, rule="greedy", seed=seed)
    gained = lost = 0
    mine, theirs = set(selection.winners), set(by_votes.winners)
    for ballot, people in election.ballots.items():
        named = [choice[0] if isinstance(choice, tuple) else choice for choice in ballot]
        difference = len(mine.intersection(named)) - len(theirs.intersection(named))
        gained += people * (difference > 0)
        lost += people * (difference < 0)
    without = {
        name: sum(
            people
            for ballot, people in election.ballots.items()
            if not chosen.intersection(choice[0] if isinstance(choice, tuple) else choice for choice in ballot)
        )
        for name, chosen in (("here", mine), ("by_votes", theirs))
    }
    return {
        "selected": list(by_votes.winners),
        "cost": by_votes.cost,
        "gained": gained,
        "lost": lost,
        "without": without,
    }


def _refuse_difference(one: Selection, other: Selection) -> None:
    if (one.winners, one.cost, one.ties) != (other.winners, other.cost, other.ties):
        raise CountsDiffer(f"the counts by {one.path} and by {other.path} differ")


def turnout_of(poll: Poll) -> dict[str, Any]:
    """Sum up the vote: votes by channel, papers that did not count, and the arithmetic that must close (V4)."""
    opening = BoxOpening.objects.get(poll=poll)
    channels = dict(
        RollEntry.objects.filter(poll=poll).marked().values_list("channel").annotate(CountOf("pk")).order_by("channel")
    )
    spoilt: Counter[str] = Counter()
    returned: Counter[str] = Counter()
    for batch in PaperBatch.objects.filter(poll=poll):
        spoilt.update(batch.spoilt)
        returned.update(batch.returned)
    ballots = PublishedBallot.objects.filter(poll=poll)
    withheld = ballots.filter(is_withheld=True).count()
    return {
        "marked": sum(channels.values()) if not poll.imported_from else opening.published,
        "channels": channels if not poll.imported_from else {"paper": opening.published},
        "published": ballots.count() - withheld,
        "withheld": withheld,
        "rejected": opening.rejected + sum(spoilt.values()),
        "spoilt": dict(spoilt),
        "returned": dict(returned),
        "superseded": opening.superseded,
        "cancelled": opening.cancelled,
        "electronic": opening.electronic,
        "paper": opening.paper,
        "log_leaves": poll.log.filter(kind="ballot").count(),
    }


def arithmetic_closes(turnout: dict[str, Any]) -> bool:
    """Tell whether V4 holds: published + rejected + withheld = marked; leaves - superseded - cancelled = electronic."""
    people = turnout["published"] + turnout["rejected"] + turnout["withheld"] == turnout["marked"]
    log = turnout["log_leaves"] - turnout["superseded"] - turnout["cancelled"] == turnout["electronic"]
    return bool(people and log)


@transaction.atomic
def publish_result(*, poll_id: int, actor: User | None, now: datetime) -> Outcome:
    """Show a counted poll's result to everybody; refuses while the arithmetic does not close (V4).

    Raises BeforeAnElection in a pre-election period for which two officers have not said why.
    """
    poll = Poll.objects.select_for_update().get(pk=poll_id)
    outcome = Outcome.objects.get(poll=poll)
    if poll.state == PollState.PUBLISHED:
        return outcome
    if not arithmetic_closes(outcome.turnout):
        raise PollMoved(state="arithmetic", turnout=outcome.turnout)
    if actor is not None and actor.pk == poll.set_up_by_id == poll.opened_by_id:
        raise SecondPersonNeeded(poll_id=poll.pk)
    if not poll.imported_from:
        refuse_before_election(poll=poll, now=now)
    move(poll.pk, old=PollState.COUNTED, new=PollState.PUBLISHED, published_at=now)
    outcome.published_at = now
    outcome.save(update_fields=["published_at"])
    record(actor=actor, action="poll.published", subject=poll, selected=len(outcome.selected))
    from voting.services.bundle import published_note

    write_note(poll=poll, what="published", now=now, **published_note(poll, outcome))
    send_later(write_result_files, poll_id=poll.pk)
    return outcome


def write_result_files(*, poll_id: int) -> None:
    """Make the downloads of a published poll: bundle, Pabulib file, result and log."""
    from voting.services.bundle import write_files

    write_files(poll_id=poll_id)
