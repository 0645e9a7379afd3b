"""Set up, open, rehearse, close: moves between states happen here, in poll_changes, opening and counts only."""

import hashlib
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from communities.models import User
from renewal.kernel.audit import record
from renewal.kernel.canonical import canonical_json
from renewal.kernel.clock import london_day
from voting import sealing
from voting.models import Option, Poll, PollKey, PollKind, RollEntry
from voting.models.poll import GRACE, KEPT_AFTER_CLOSING
from voting.services.codes import make_codes
from voting.services.errors import (
    NeedsComeFromTheRound,
    PollMoved,
    PollNotReady,
    RollHasBegun,
    SecondPersonNeeded,
    VotingNotOpen,
)
from voting.services.locks import hold_poll
from voting.services.logging import append_note, append_opening, append_sealed_ballots, log_public_key
from voting.services.validator import problems_of
from voting.states import POLL_MOVES, PollState

logger = logging.getLogger(__name__)


REFERENCE = Path(__file__).resolve().parents[1] / "rules" / "reference.py"


SMALLEST_RECOMPUTABLE = 100  # ballots; fewer are counted but never published one by one


@dataclass(frozen=True)
class OptionDraft:
    """One choice as the caller passes it in; frozen as an Option."""

    ref: str
    title: str
    title_cy: str = ""
    summary: str = ""
    summary_cy: str = ""
    cost_pence: int = 0
    demands: Mapping[str, int] = field(default_factory=dict)
    tags: Sequence[str] = ()
    at_most_one_of: str = ""
    url_path: str = ""
    section: str = ""
    section_cy: str = ""


@transaction.atomic
def set_up_poll(
    *,
    area_id: int,
    title: str,
    kind: str,
    roll_kind: str,
    opens_at: datetime,
    closes_at: datetime,
    budget_pence: int,
    rule: str,
    options: Sequence[OptionDraft],
    actor: User | None,
    now: datetime,
    title_cy: str = "",
    parameters: Mapping[str, Any] | None = None,
    limits: Mapping[str, int] | None = None,
    floors: Sequence[Mapping[str, Any]] = (),
    voting_age: int = 16,
    forecast_ballots: int = 0,
    most_choices: int | None = None,
    recomputable: bool | None = None,
    languages: Sequence[str] = (),
    slug: str = "",
    **dates: datetime | None,
) -> Poll:
    """Make a draft poll with its options numbered in the order given.

    ``floors`` are maps of tag, amount (pence) and support_permille. Without ``recomputable`` it follows the forecast:
    fewer than 100 expected ballots are not published one by one, and the page says so before anybody votes.
    ``dates`` may name paper_returned_by, result_expected_at and records_until.
    """
    poll = Poll.objects.create(
        slug=free_slug(slug or title),
        area_id=area_id,
        title=title,
        title_cy=title_cy,
        kind=kind,
        roll_kind=roll_kind,
        opens_at=opens_at,
        closes_at=closes_at,
        budget_pence=budget_pence,
        rule=rule,
        parameters=dict(parameters or {}),
        limits=dict(limits or {}),
        floors=[dict(floor) for floor in floors],
        voting_age=voting_age,
        forecast_ballots=forecast_ballots,
        most_choices=most_choices,
        recomputable=forecast_ballots >= SMALLEST_RECOMPUTABLE if recomputable is None else recomputable,
        languages=list(languages),
        set_up_by_id=None if actor is None else actor.pk,
        **dates,
    )
    set_options(poll=poll, options=options)
    record(actor=actor, action="poll.set_up", subject=poll, options=len(options), budget_pence=budget_pence)
    return poll


def set_options(*, poll: Poll, options: Sequence[OptionDraft]) -> None:
    """Replace the options of a draft poll; a frozen poll refuses in the database."""
    poll.options.all().delete()
    Option.objects.bulk_create(
        Option(
            poll=poll,
            ref=option.ref,
            number=number,
            title=option.title,
            title_cy=option.title_cy,
            summary=option.summary,
            summary_cy=option.summary_cy,
            cost_pence=option.cost_pence,
            demands=dict(option.demands),
            tags=list(option.tags),
            at_most_one_of=option.at_most_one_of,
            url_path=option.url_path,
            section=option.section[:100],
            section_cy=option.section_cy[:100],
        )
        for number, option in enumerate(options, start=1)
    )


def drafts_of(poll: Poll) -> list[OptionDraft]:
    """Return the options of a poll as they were passed in, without those that were withdrawn."""
    return [
        OptionDraft(
            option.ref, option.title, option.title_cy, option.summary, option.summary_cy, option.cost_pence,
            option.demands, option.tags, option.at_most_one_of, option.url_path, option.section, option.section_cy,
        )
        for option in poll.options.filter(withdrawn_at=None).order_by("number")
    ]  # fmt: skip


@transaction.atomic
def change_draft(*, poll_id: int, options: Sequence[OptionDraft], actor: User, now: datetime, **facts: Any) -> Poll:
    """Change a poll that has not opened; whoever does so cannot open it, and what was rehearsed is a draft again.

    ``facts`` are fields of the poll as set_up_poll takes them. Raises PollMoved, RollHasBegun for another area or kind
    of roll once there are people, and NeedsComeFromTheRound.
    """
    poll = Poll.objects.select_for_update().get(pk=poll_id)
    if poll.state not in {PollState.DRAFT, PollState.REHEARSAL}:
        raise PollMoved(state=poll.state)
    changed = {name: value for name, value in facts.items() if getattr(poll, name) != value}
    before = drafts_of(poll)
    if not changed and list(options) == before:
        return poll
    if changed.keys() & {"area_id", "roll_kind"} and (poll.roll.exists() or poll.codes.exists()):
        raise RollHasBegun(poll_id=poll_id)
    new = sorted({one.ref for one in options} - {one.ref for one in before})
    if new and poll.kind == PollKind.PRIORITIES and any(one.url_path for one in before):
        raise NeedsComeFromTheRound(refs=new)
    if poll.state == PollState.REHEARSAL:
        move(poll_id, old=PollState.REHEARSAL, new=PollState.DRAFT)
    Poll.objects.filter(pk=poll_id).update(**changed, changed_by_ids=sorted({*poll.changed_by_ids, actor.pk}))
    if list(options) != before:
        set_options(poll=poll, options=options)
        changed["options"] = len(options)
    record(actor=actor, action="poll.changed", subject=poll, fields=sorted(changed))
    poll.refresh_from_db()
    return poll


def free_slug(text: str) -> str:
    """Make an address from a title that no other poll has."""
    start = slugify(text)[:100] or "vote"
    slug, number = start, 1
    while Poll.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{start}-{number}"
    return slug


@transaction.atomic
def open_poll(*, poll_id: int, actor: User | None, now: datetime) -> Poll:
    """Freeze a poll into one hashed document (log entry 0), make its key and tie secret, and take votes.

    Another person opens than set it up or changed it; a job (no actor) opens only what nobody made by hand. Raises
    PollNotReady with the validator's problems.
    """
    poll = Poll.objects.select_for_update().get(pk=poll_id)
    if poll.authors and (actor is None or actor.pk in poll.authors):
        raise SecondPersonNeeded(poll_id=poll.pk)
    if PollState.OPEN not in POLL_MOVES[poll.state] or poll.opening_document:
        raise PollMoved(state=poll.state)
    if problems := [problem for problem in problems_of(poll, now=now) if problem.stops]:
        raise PollNotReady(problems=[problem.code for problem in problems])
    freeze(poll, now=now)
    poll.opened_by_id = None if actor is None else actor.pk
    poll.state = PollState.OPEN
    poll.save()
    record(actor=actor, action="poll.opened", subject=poll)
    return poll


def freeze(poll: Poll, *, now: datetime) -> None:
    """Fix everything that decides the outcome, write entry 0 and keep the key where only `counter` reads it."""
    keys = sealing.new_key_pair()
    tie_secret = secrets.token_hex(32)
    options = list(poll.options.order_by("number"))
    poll.public_key = keys.public
    poll.crypto_scheme = sealing.SCHEME
    poll.sealed_length = sealing.sealed_length_for(poll=poll.slug, refs=[option.ref for option in options])
    poll.tie_secret_hash = hashlib.sha256(bytes.fromhex(tie_secret)).hexdigest()
    poll.began_at = now
    poll.records_until = poll.records_until or london_day(poll.closes_at + KEPT_AFTER_CLOSING)
    document = canonical_json(opening_document(poll, options))
    poll.opening_document = document.decode()
    PollKey.objects.bulk_create([PollKey(poll=poll, private_key=keys.private, tie_secret=tie_secret)])
    append_opening(
        poll=poll, content_hash=hashlib.sha256(document).hexdigest(), document=poll.opening_document, now=now
    )


def opening_document(poll: Poll, options: Sequence[Option]) -> dict[str, Any]:
    """Return what log entry 0 holds: everything that decides who wins, and the code that counts."""
    return {
        "version": 1,
        "poll": poll.slug,
        "title": poll.title,
        "area": {"code": poll.area.code, "name": poll.area.name},
        "kind": poll.kind,
        "roll_kind": poll.roll_kind,
        "roll_size": RollEntry.objects.filter(poll=poll).count() if poll.roll_kind == "list" else None,
        "voting_age": poll.voting_age,
        "languages": poll.offered_languages(),
        "opens_at": poll.opens_at,
        "closes_at": poll.closes_at,
        "grace_minutes": int(GRACE.total_seconds()) // 60,
        "budget": poll.budget_pence,
        "rule": poll.rule,
        "parameters": poll.parameters,
        "limits": poll.limits,
        "floors": poll.floors,
        "most_choices": poll.most_choices,
        "recomputable": poll.recomputable,
        "options": [
            {
                "ref": option.ref,
                "number": option.number,
                "title": option.title,
                "title_cy": option.title_cy,
                "summary": option.summary,
                "cost": option.cost_pence,
                "demands": option.demands,
                "tags": option.tags,
                "at_most_one_of": option.at_most_one_of,
            }
            for option in options
        ],
        "precedence": "paper and in person stand; otherwise the last before closing",
        "withdrawn": "a withdrawn option cannot be selected; other choices of the same ballot stand",
        "crypto_scheme": poll.crypto_scheme,
        "public_key": bytes(poll.public_key or b"").hex(),
        "sealed_length": poll.sealed_length,
        "tie_secret_hash": poll.tie_secret_hash,
        "log_public_key": log_public_key(),
        "rules_sha256": hashlib.sha256(REFERENCE.read_bytes()).hexdigest() if REFERENCE.exists() else "",
    }


def move(poll_id: int, *, old: str, new: str, **fields: Any) -> None:
    """Move a poll from one state to another; raise PollMoved when somebody was first."""
    if new not in POLL_MOVES[old]:
        raise ValueError(f"no move from {old} to {new}")
    if not Poll.objects.filter(pk=poll_id, state=old).update(state=new, **fields):
        raise PollMoved(state=Poll.objects.values_list("state", flat=True).get(pk=poll_id))


@transaction.atomic
def close_poll(*, poll_id: int, now: datetime, actor: User | None = None) -> Poll:
    """End voting: wait for every cast under way, set `closed`, log what is not logged yet.

    Not before closing time and the 30 minutes for people on the review page. Closing again changes nothing (J1).
    """
    hold_poll(poll_id)
    poll = Poll.objects.get(pk=poll_id)
    if poll.state in {PollState.CLOSED, PollState.OPENED, PollState.COUNTED, PollState.PUBLISHED}:
        return poll
    if now < poll.closes_at + GRACE:
        raise VotingNotOpen(closes_at=poll.closes_at.isoformat())
    move(poll_id, old=poll.state, new=PollState.CLOSED, closed_at=now)
    append_sealed_ballots(poll_id=poll_id, now=now)
    write_note(poll=poll, what="closed", now=now)
    RollEntry.objects.filter(poll_id=poll_id, has_reviewed=True).update(has_reviewed=False)
    record(actor=actor, action="poll.closed", subject=poll)
    poll.refresh_from_db()
    return poll


@transaction.atomic
def withdraw_option(*, poll_id: int, ref: str, reason: str, actor: User | None, now: datetime) -> Option:
    """Take an option out of an open poll; sent votes stand for their other choices, and the log says so."""
    poll = Poll.objects.select_for_update().get(pk=poll_id)
    if poll.state not in {PollState.OPEN, PollState.PAUSED, PollState.CLOSED}:
        raise PollMoved(state=poll.state)
    option = poll.options.get(ref=ref)
    if option.withdrawn_at is None:
        option.withdrawn_at = now
        option.withdrawn_reason = reason
        option.save(update_fields=["withdrawn_at", "withdrawn_reason"])
        write_note(poll=poll, what="withdrawn", now=now, ref=ref, reason=reason)
        record(actor=actor, action="poll.option_withdrawn", subject=poll, ref=ref)
    return option


@transaction.atomic
def start_rehearsal(*, poll_id: int, actor: User, now: datetime) -> tuple[Poll, list[str]]:
    """Open a copy of a draft poll for test codes only; returns it with ten codes. The real poll stays untouched."""
    poll = Poll.objects.select_for_update().get(pk=poll_id)
    if poll.state not in {PollState.DRAFT, PollState.REHEARSAL}:
        raise PollMoved(state=poll.state)
    options = drafts_of(poll)
    copy = Poll.objects.get(pk=poll_id)
    copy.pk, copy.slug, copy.rehearsal_of = None, free_slug(f"{poll.slug}-rehearsal"), poll
    copy.state, copy.opens_at, copy.set_up_by_id, copy.changed_by_ids = PollState.DRAFT, now, None, []
    copy.save(force_insert=True)
    set_options(poll=copy, options=options)
    freeze(copy, now=now)
    copy.state = PollState.OPEN
    copy.save()
    if poll.state == PollState.DRAFT:
        move(poll_id, old=PollState.DRAFT, new=PollState.REHEARSAL)
    codes = make_codes(poll_id=copy.pk, count=10, label="rehearsal", actor=actor, now=now, is_test=True)
    record(actor=actor, action="poll.rehearsed", subject=poll, copy_id=copy.pk)
    return copy, codes


def write_note(*, poll: Poll, what: str, now: datetime, **facts: Any) -> None:
    """Append a public note to the log of a poll."""
    document = canonical_json({"note": what, "poll": poll.slug, "at": now, **facts})
    append_note(poll=poll, content_hash=hashlib.sha256(document).hexdigest(), document=document.decode(), now=now)
