"""The files that let anybody repeat a count: the round bundle, a Pabulib file, the result, the log, the votes."""

import csv
import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any

from renewal.kernel.canonical import canonical_json
from voting.elections import election_of, options_of
from voting.models import LogEntry, Outcome, Poll, PublishedBallot
from voting.rules import pabulib
from voting.services.counts import opening_of, withdrawn_refs
from voting.services.files import save_result_file
from voting.services.logging import heads_document
from voting.services.polls import REFERENCE
from voting.small_votes import Tier, shown_channels, shown_votes, tier_of

VERIFY = Path(__file__).resolve().parents[2] / "verify.py"
FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # equal rounds give equal bundles
README = """This archive lets you repeat the count of {title}.

    python3 verify.py round.zip

needs Python 3.11 or newer and nothing else. verify.py and reference.py (the counting rules) are inside, too.
  opening.json  everything fixed before voting; its SHA-256 is entry 0 of the log
  log.json      the public log: hashes of all sealed ballots, notes, and signed heads
  ballots.json  every counted ballot: check code and choices, no names
  result.json   the figures of the vote, the selection and its fingerprint
"""


def ballots_document(poll: Poll) -> bytes:
    """Write all counted ballots by check code; its SHA-256 stands in the log and in the result.

    Of a vote too small to publish them, only two named people get to see this document.
    """
    rows = PublishedBallot.objects.filter(poll=poll).order_by("check_code")
    return canonical_json(
        {"poll": poll.slug, "ballots": [list(row) for row in rows.values_list("check_code", "choices")]}
    )


def log_document(poll: Poll) -> dict[str, Any]:
    """Write the log: entries in order, notes in full, heads with signatures and proofs that each extends the last."""
    entries = LogEntry.objects.filter(poll=poll).order_by("seq")
    return {
        "log": poll.slug,
        "entries": [
            {"seq": entry.seq, "kind": entry.kind, "hash": entry.content_hash}
            | ({"document": entry.document} if entry.kind == LogEntry.Kind.NOTE else {})
            for entry in entries
        ],
        "heads": heads_document(poll),
    }


def result_document(poll: Poll, outcome: Outcome, ballots: bytes) -> dict[str, Any]:
    """Write the figures of the vote and the count; of a small vote only what its size allows (T§3.7)."""
    tier = tier_of_outcome(outcome)
    channels = {"+".join(names): count for names, count in shown_channels(outcome.turnout["channels"])}
    result, turnout = outcome.count.result, outcome.turnout | {"channels": channels}
    if tier == Tier.FEW:
        shown = ("rule", "seed", "selected", "cost", "budget", "ties")
        result, turnout = {name: result[name] for name in shown}, {"marked": "fewer than 30"}
    elif tier == Tier.ROUNDED:
        result = result | {"votes": {ref: shown_votes(votes, tier=tier) for ref, votes in result["votes"].items()}}
        result.pop("shares", None)
    return {
        "poll": poll.slug,
        "title": poll.title,
        "ballots_sha256": hashlib.sha256(ballots).hexdigest(),
        "tie_secret": poll.tie_secret,
        "turnout": turnout,
        "result": result,
        "commitment": poll.opening.commitment,
        "result_sha256": outcome.count.result_hash,
        "rules_sha256": outcome.count.rules_version,
    }


def bundle_of(poll: Poll) -> bytes:
    """Build the round bundle of a published, recomputable poll; equal rounds give equal bytes."""
    outcome = Outcome.objects.select_related("count").get(poll=poll)
    ballots = ballots_document(poll)
    return _bundle(poll, ballots, result_document(poll, outcome, ballots))


def scrutiny_bundle_of(poll: Poll) -> bytes:
    """Build the full record of a vote too small to publish, for its two named scrutineers: withheld ballots stand in
    it as published ones, so that verify.py counts them."""
    outcome = Outcome.objects.select_related("count").get(poll=poll)
    ballots = ballots_document(poll)
    turnout = outcome.turnout
    seen = turnout | {"published": turnout["published"] + turnout["withheld"], "withheld": 0}
    whole = {"turnout": seen, "result": outcome.count.result}
    return _bundle(poll, ballots, result_document(poll, outcome, ballots) | whole)


def _bundle(poll: Poll, ballots: bytes, result: dict[str, Any]) -> bytes:
    files = {
        "README.txt": README.format(title=poll.title).encode(),
        "ballots.json": ballots,
        "log.json": canonical_json(log_document(poll)),
        "opening.json": poll.opening_document.encode(),
        "reference.py": REFERENCE.read_bytes(),
        "result.json": canonical_json(result),
        "verify.py": VERIFY.read_bytes(),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, FIXED_TIME), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def pabulib_of(poll: Poll, outcome: Outcome) -> str:
    """Write the election in the Pabulib format, voters named by their check codes."""
    ballots = PublishedBallot.objects.filter(poll=poll, is_withheld=False).order_by("check_code")
    rows = list(ballots.values_list("check_code", "choices"))
    election = election_of(opening_of(poll), [choices for _, choices in rows], withdrawn=withdrawn_refs(poll))
    gone = withdrawn_refs(poll)
    voters = [
        (
            code,
            tuple(
                tuple(one) if isinstance(one, list) else one
                for one in choices
                if not isinstance(one, str) or one not in gone
            ),
        )
        for code, choices in rows
    ]
    return pabulib.write(
        election,
        meta={
            "description": poll.title,
            "country": "United Kingdom",
            "unit": poll.area.name,
            "instance": str(poll.closes_at.year),
            "rule": _pabulib_rule(poll),
            "currency": "GBP",
        },
        names={option.ref: option.title for option in poll.options.all()},
        selected=outcome.selected,
        voters=[(code, ballot if poll.kind == "rank" else tuple(sorted(ballot))) for code, ballot in voters],
    )


def _pabulib_rule(poll: Poll) -> str:
    completion = options_of(opening_of(poll)).completion
    if poll.rule == "equal-shares":
        return "equalshares" if completion == "none" else f"equalshares/{completion}"
    return poll.rule


def write_files(*, poll_id: int) -> None:
    """Make every download of a published poll; a poll whose ballots are withheld gets its log and result alone."""
    poll = Poll.objects.select_related("area").get(pk=poll_id)
    outcome = Outcome.objects.select_related("count").get(poll=poll)
    ballots = ballots_document(poll)
    save_result_file(poll, "log.json", canonical_json(log_document(poll)))
    save_result_file(poll, "result.json", canonical_json(result_document(poll, outcome, ballots)))
    if tier_of_outcome(outcome) != Tier.FEW:
        save_result_file(poll, "votes.csv", _votes_csv(outcome).encode())
    if outcome.turnout["withheld"]:
        return
    save_result_file(poll, "ballots.json", ballots)
    save_result_file(poll, "election.pb", pabulib_of(poll, outcome).encode())
    save_result_file(poll, "round.zip", bundle_of(poll))


def tier_of_outcome(outcome: Outcome) -> Tier:
    """Say how much of a counted vote may be shown; an imported one was published by others already."""
    if outcome.poll.imported_from:
        return Tier.FULL
    ballots = outcome.turnout["published"] + outcome.turnout["withheld"]
    return tier_of(ballots=ballots, votes=outcome.count.result["votes"])


def _votes_csv(outcome: Outcome) -> str:
    out = io.StringIO()
    write = csv.writer(out).writerow
    write(["ref", "votes", "selected"])
    chosen, tier = set(outcome.selected), tier_of_outcome(outcome)
    for ref, votes in sorted(outcome.count.result["votes"].items()):
        write([ref, shown_votes(votes, tier=tier), "yes" if ref in chosen else "no"])
    return out.getvalue()


def published_note(poll: Poll, outcome: Outcome) -> dict[str, str]:
    """Return what the log says when a result is published: fingerprints of ballots and result."""
    return {
        "ballots_sha256": hashlib.sha256(ballots_document(poll)).hexdigest(),
        "result_sha256": outcome.count.result_hash,
        "commitment": poll.opening.commitment,
    }
