"""Elections from elsewhere: a Pabulib file becomes a closed poll held on paper, ready for the worker to count."""

import hashlib
import secrets
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from communities.models import Area
from renewal.kernel.canonical import canonical_json, digest
from renewal.kernel.outbox import send_later
from voting import sealing
from voting.codes import ALPHABET
from voting.models import BoxOpening, Option, Poll, PollKey, PublishedBallot
from voting.rules.pabulib import PabulibFile, read
from voting.rules.vocabulary import Options
from voting.services.logging import append_opening
from voting.services.polls import OptionDraft, free_slug, opening_document, set_options
from voting.services.routine import count_now
from voting.states import PollState

# Pabulib's names of rules, as ours; a missing or unknown rule is counted by the fund's default.
RULES: dict[str, tuple[str, Options]] = {
    "greedy": ("greedy", Options()),
    "greedy-no-skip": ("greedy-no-skip", Options()),
    "greedy-threshold": ("greedy-threshold", Options()),
    "equalshares": ("equal-shares", Options()),
    "equalshares/add1": ("equal-shares", Options(completion="add1")),
    "equalshares/add1u": ("equal-shares", Options(completion="add1u")),
    "equalshares/add1-comparison": ("equal-shares", Options(completion="add1", comparison=True)),
}
KINDS = {
    "approval": "approve",
    "choose-one": "approve",
    "knapsack": "budget",
    "ordinal": "rank",
    "cumulative": "approve",
}


def import_poll(*, path: Path, area: Area, now: datetime, using: str = "counter") -> Poll:
    """Make a closed poll of an election file and promise its count; ``using`` may write published ballots.

    Sums become hundredths of the file's currency. Raises PabulibError when the file cannot be read.
    """
    found = read(path)
    if found.election.unit not in (1, 100):
        raise ValueError("sums with more than two decimals cannot be imported")
    rule, options = RULES.get(found.meta.get("rule", ""), ("equal-shares", Options(completion="add1u")))
    poll = _make(found, path.name, area, rule, options, now)
    _fill(poll, found, now, using)
    with transaction.atomic():
        send_later(count_now, key=f"voting.count:{poll.pk}", poll_id=poll.pk)
    return Poll.objects.get(pk=poll.pk)


@transaction.atomic
def _make(found: PabulibFile, name: str, area: Area, rule: str, options: Options, now: datetime) -> Poll:
    scale = 100 // found.election.unit
    meta, election = found.meta, found.election
    title = " ".join(part for part in (meta.get("unit"), meta.get("subunit"), meta.get("instance")) if part) or name
    poll = Poll.objects.create(
        slug=free_slug(title),
        area=area,
        title=title[:200],
        kind=KINDS[election.kind],
        rule=rule,
        parameters=asdict(options),
        opens_at=now - timedelta(days=22),
        closes_at=now - timedelta(days=1),
        budget_pence=election.budget * scale,
        limits={limit: cap * scale for limit, cap in election.limits.items()},
        floors=[
            {"tag": floor.tag, "amount": floor.amount * scale, "support_permille": floor.support_permille}
            for floor in election.floors
        ],
        forecast_ballots=election.voters,
        imported_from=f"{name} ({meta.get('currency', '?')})"[:200],
    )
    set_options(
        poll=poll,
        options=[
            OptionDraft(
                ref=project.id,
                title=(found.names.get(project.id) or project.id)[:200],
                cost_pence=project.cost * scale,
                demands={limit: demand * scale for limit, demand in project.demands.items()},
                tags=project.tags,
                at_most_one_of=project.at_most_one_of,
            )
            for project in election.projects
        ],
    )
    _freeze(poll, election.kind, now)
    return poll


def _freeze(poll: Poll, ballot_kind: str, now: datetime) -> None:
    """Freeze an imported poll as an opening would, and leave it closed."""
    keys, tie_secret = sealing.new_key_pair(), secrets.token_hex(32)
    options = list(Option.objects.filter(poll=poll).order_by("number"))
    poll.public_key = keys.public
    poll.sealed_length = sealing.BLOCK
    poll.tie_secret_hash = hashlib.sha256(bytes.fromhex(tie_secret)).hexdigest()
    poll.began_at, poll.closed_at = poll.opens_at, poll.closes_at
    document = opening_document(poll, options) | {"ballot_kind": ballot_kind, "imported_from": poll.imported_from}
    poll.opening_document = canonical_json(document).decode()
    poll.state = PollState.CLOSED
    poll.save()
    PollKey.objects.bulk_create([PollKey(poll=poll, private_key=keys.private, tie_secret=tie_secret)])
    content_hash = hashlib.sha256(poll.opening_document.encode()).hexdigest()
    append_opening(poll=poll, content_hash=content_hash, document=poll.opening_document, now=now)


def _fill(poll: Poll, found: PabulibFile, now: datetime, using: str) -> None:
    """Publish the file's ballots under random codes, as if they had come out of paper batches."""
    ballots = _coded(found)
    with transaction.atomic(using=using):
        PublishedBallot.objects.using(using).bulk_create(
            (PublishedBallot(poll_id=poll.pk, check_code=code, choices=choices) for code, choices in ballots),
            batch_size=2_000,
        )
        BoxOpening.objects.using(using).create(
            poll_id=poll.pk,
            electronic=0,
            paper=len(ballots),
            superseded=0,
            cancelled=0,
            published=len(ballots),
            commitment=digest([[code, choices] for code, choices in ballots]),
        )
        key = PollKey.objects.using(using).get(pk=poll.pk)
        Poll.objects.using(using).filter(pk=poll.pk, state=PollState.CLOSED).update(
            state=PollState.OPENED, tie_secret=key.tie_secret, box_opened_at=now
        )


def _coded(found: PabulibFile) -> list[tuple[str, list[Any]]]:
    codes: set[str] = set()
    while len(codes) < found.election.voters:
        codes.add("".join(secrets.choice(ALPHABET) for _ in range(8)))
    one_by_one = (
        [list(choice) if isinstance(choice, tuple) else choice for choice in ballot]
        for ballot, people in found.election.ballots.items()
        for _ in range(people)
    )
    return sorted(zip(codes, one_by_one, strict=True))
