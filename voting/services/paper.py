"""Paper votes: declarations mark the roll, papers are keyed blind by two people, a third decides, the batch is sealed.

The declaration outside names a person, the paper inside does not; a batch is opened only when it is large enough that
nobody can join the two. Sealing makes sealed ballots like those of every other channel (T§3.6).
"""

import hashlib
import secrets
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from communities.models import HowKnown, User
from communities.services.residents import person_token
from renewal.kernel.audit import record
from renewal.kernel.errors import DomainError
from voting import sealing
from voting.codes import letter_code_hash, short_code
from voting.models import (
    Adjudication,
    Option,
    PaperBatch,
    PaperEntry,
    Poll,
    PostalNote,
    RollEntry,
    SealedBallot,
    SpoiltReason,
    VotingCode,
)
from voting.services.casting import mark_paper_declaration, refuse_interest
from voting.services.choices import refuse_bad_choices
from voting.services.errors import ChoicesRefused
from voting.services.roll import Person, entry_by_person, note_postal
from voting.states import BATCH_MOVES, BatchState, CodeState, PollState

SMALLEST_BATCH = 50


class BatchMoved(DomainError):
    """The batch is not at the step that this belongs to; ``state`` says where it is."""


class BatchTooSmall(DomainError):
    """Fewer envelopes than would hide whose paper is whose; wait for more, or say that it is the last batch."""


class SameClerk(DomainError):
    """The second entry and the decision on differences each need another person."""


class BatchDoesNotAddUp(DomainError):
    """Envelopes and papers differ, or differences wait for a decision."""


class SignerNotKnown(DomainError):
    """Nobody could be told of a replaced vote: the code's person left no address, and who signed was not typed."""


class SignedBySomebodyElse(DomainError):
    """Name and address of the declaration are not those of the person whose code it is."""


class NotThisPaper(DomainError):
    """Papers are numbered from 1 without gaps; ``expected`` is the next one."""


@transaction.atomic
def begin_batch(*, poll_id: int, label: str, actor: User, now: datetime) -> PaperBatch:
    """Begin to receive envelopes for one batch."""
    poll = Poll.objects.get(pk=poll_id)
    if poll.state not in {PollState.OPEN, PollState.PAUSED, PollState.CLOSED}:
        raise BatchMoved(state=poll.state)
    batch = PaperBatch.objects.create(poll=poll, label=label)
    record(actor=actor, action="paper.batch_begun", subject=batch)
    return batch


@transaction.atomic
def accept_declaration(
    *, batch_id: int, code: str, person: Person | None, received_at: datetime, actor: User, now: datetime
) -> str:
    """Scan one declaration: mark the roll, or return it. Gives "accepted", "late", "duplicate" or "no_code".

    ``person`` is who signed. It is needed where the code is new, and where nothing says how to reach the code's person:
    whoever voted by a code alone must be told, too, when paper replaces that vote (T§3.6). Raises SignerNotKnown and
    SignedBySomebodyElse, and InterestDeclared.
    """
    batch = _locked(batch_id, BatchState.RECEIVING)
    refuse_interest(poll_id=batch.poll_id, user=actor)
    reason = _why_returned(batch, code, person, received_at, now)
    if reason:
        batch.returned = {**batch.returned, reason: batch.returned.get(reason, 0) + 1}
        batch.save(update_fields=["returned"])
        return reason
    batch.envelope_count += 1
    batch.save(update_fields=["envelope_count"])
    return "accepted"


def _why_returned(batch: PaperBatch, code: str, person: Person | None, received_at: datetime, now: datetime) -> str:
    poll = batch.poll
    if received_at >= (poll.paper_returned_by or poll.closes_at):
        return SpoiltReason.LATE.value
    known = VotingCode.objects.select_for_update().filter(poll=poll, code_hash=letter_code_hash(code))
    found = known.exclude(state=CodeState.VOID).first()
    if found is None:
        return SpoiltReason.NO_CODE.value
    if found.roll_entry is not None:
        entry = found.roll_entry
        _keep_reachable(entry, person)
    elif person is None:
        return SpoiltReason.NO_CODE.value
    else:
        entry = entry_by_person(poll=poll, person=person, how=HowKnown.LETTER, now=now)
        VotingCode.objects.filter(pk=found.pk).update(state=CodeState.USED, roll_entry=entry)
    marked = mark_paper_declaration(poll_id=poll.pk, roll_entry_id=entry.pk, batch_id=batch.pk, now=now)
    return "" if marked else SpoiltReason.DUPLICATE.value


def _keep_reachable(entry: RollEntry, person: Person | None) -> None:
    """Keep where to write to a known person, from the declaration where nothing else says so; the same for everybody,
    so that the clerk does not learn who has voted already."""
    if person is None:
        if not entry.contact_email and not PostalNote.objects.filter(roll_entry=entry).exists():
            raise SignerNotKnown(roll_entry_id=entry.pk)
    elif person_token(name=person.name, house=person.house, postcode=person.postcode) != entry.resident.match_token:
        raise SignedBySomebodyElse(roll_entry_id=entry.pk)
    else:
        note_postal(entry, person)


@transaction.atomic
def open_envelopes(*, batch_id: int, actor: User, now: datetime, is_last: bool = False) -> PaperBatch:
    """Stop receiving, open and mix the envelopes of a full batch, and begin the first entry."""
    batch = _locked(batch_id, BatchState.RECEIVING)
    if batch.envelope_count < (1 if is_last else SMALLEST_BATCH):
        raise BatchTooSmall(envelopes=batch.envelope_count, least=SMALLEST_BATCH)
    _move(batch, BatchState.FIRST_ENTRY)
    record(actor=actor, action="paper.envelopes_opened", subject=batch, envelopes=batch.envelope_count)
    return batch


@transaction.atomic
def key_paper(
    *, batch_id: int, paper: int, choices: Sequence[str], spoilt_reason: str, version_letter: str, actor: User
) -> PaperEntry:
    """Write down what one clerk reads on one paper; papers come in the order of the pile, from 1.

    Raises SameClerk, InterestDeclared, NotThisPaper and BatchMoved. What breaks the poll's rules is kept as read:
    sealing counts it as spoilt.
    """
    batch = PaperBatch.objects.select_for_update().get(pk=batch_id)
    turn = _turn_of(batch)
    refuse_interest(poll_id=batch.poll_id, user=actor)
    _take_seat(batch, turn, actor)
    expected = batch.entries.filter(turn=turn).count() + 1
    if paper != expected:
        raise NotThisPaper(expected=expected)
    return PaperEntry.objects.create(
        batch=batch,
        turn=turn,
        paper=paper,
        version_letter=version_letter[:1],
        choices=sorted(set(choices)) if batch.poll.kind != "rank" else list(choices),
        spoilt_reason=spoilt_reason,
    )


@transaction.atomic
def undo_last_paper(*, batch_id: int, actor: User) -> bool:
    """Take back the last paper that this clerk keyed; False when there is none."""
    batch = PaperBatch.objects.select_for_update().get(pk=batch_id)
    turn = _turn_of(batch)
    _take_seat(batch, turn, actor)
    last = batch.entries.filter(turn=turn).order_by("-paper").first()
    if last is None:
        return False
    last.delete()
    return True


@transaction.atomic
def finish_entry(*, batch_id: int, actor: User) -> PaperBatch:
    """End one clerk's entry: the second clerk begins, or the two are compared."""
    batch = PaperBatch.objects.select_for_update().get(pk=batch_id)
    turn = _turn_of(batch)
    _take_seat(batch, turn, actor)
    if batch.entries.filter(turn=turn).count() != batch.envelope_count:
        raise BatchDoesNotAddUp(envelopes=batch.envelope_count, entered=batch.entries.filter(turn=turn).count())
    _move(batch, BatchState.SECOND_ENTRY if turn == PaperEntry.Turn.FIRST else BatchState.COMPARING)
    record(actor=actor, action="paper.entry_finished", subject=batch, turn=turn)
    return batch


@dataclass(frozen=True)
class Difference:
    """A paper that two clerks read differently, and what a third decided, if anybody has."""

    paper: int
    first: PaperEntry
    second: PaperEntry
    decision: Adjudication | None


def differences(batch: PaperBatch) -> list[Difference]:
    """List the papers that were read differently, without saying who read which."""
    entries: dict[int, dict[str, PaperEntry]] = {}
    for entry in batch.entries.all():
        entries.setdefault(entry.paper, {})[entry.turn] = entry
    decided = {decision.paper: decision for decision in batch.adjudications.all()}
    return [
        Difference(paper, both["first"], both["second"], decided.get(paper))
        for paper, both in sorted(entries.items())
        if len(both) == 2
        and (both["first"].choices, both["first"].spoilt_reason)
        != (both["second"].choices, both["second"].spoilt_reason)
    ]


@transaction.atomic
def adjudicate(*, batch_id: int, paper: int, choices: Sequence[str], spoilt_reason: str, actor: User) -> Adjudication:
    """Decide, as a third person, what a paper says."""
    batch = _locked(batch_id, BatchState.COMPARING)
    if actor.pk in (batch.first_clerk_id, batch.second_clerk_id):
        raise SameClerk(batch_id=batch_id)
    refuse_interest(poll_id=batch.poll_id, user=actor)
    decision, _ = Adjudication.objects.update_or_create(
        batch=batch,
        paper=paper,
        defaults={"choices": list(choices), "spoilt_reason": spoilt_reason, "decided_by_id": actor.pk},
    )
    return decision


@transaction.atomic
def seal_batch(*, batch_id: int, actor: User, now: datetime) -> PaperBatch:
    """Turn a reconciled batch into sealed ballots; afterwards `app` sees none of its entries (V3).

    Refuses unless envelopes = first entries = second entries and every difference has been decided.
    """
    batch = _locked(batch_id, BatchState.COMPARING)
    refuse_interest(poll_id=batch.poll_id, user=actor)
    waiting = [one for one in differences(batch) if one.decision is None]
    counts = Counter(batch.entries.values_list("turn", flat=True))
    if waiting or not counts["first"] == counts["second"] == batch.envelope_count:
        raise BatchDoesNotAddUp(envelopes=batch.envelope_count, open=len(waiting), **counts)
    accepted, spoilt = _final_papers(batch)
    _seal(batch.poll, accepted)
    batch.accepted_count = len(accepted)
    batch.spoilt = dict(spoilt)
    batch.sealed_by_id = actor.pk
    batch.sealed_at = now
    batch.state = BatchState.SEALED
    batch.save()
    record(actor=actor, action="paper.batch_sealed", subject=batch, accepted=len(accepted), spoilt=sum(spoilt.values()))
    return batch


def _final_papers(batch: PaperBatch) -> tuple[list[list[str]], Counter[str]]:
    """Return the choices of every valid paper in random order, and how many were spoilt, by reason."""
    decided = {decision.paper: decision for decision in batch.adjudications.all()}
    options = list(batch.poll.options.all())
    accepted: list[list[str]] = []
    spoilt: Counter[str] = Counter()
    for entry in batch.entries.filter(turn=PaperEntry.Turn.FIRST):
        paper = decided.get(entry.paper, entry)
        reason = paper.spoilt_reason or _broken_rule(batch.poll, options, paper.choices)
        if reason:
            spoilt[reason] += 1
        else:
            accepted.append(paper.choices)
    accepted.sort(key=lambda _: secrets.token_bytes(8))
    return accepted, spoilt


def _broken_rule(poll: Poll, options: Sequence[Option], choices: Sequence[str]) -> str:
    withdrawn = {option.ref for option in options if option.withdrawn_at}
    try:
        refuse_bad_choices(poll, options, [ref for ref in choices if ref not in withdrawn])
    except ChoicesRefused as refusal:
        too_much = refusal.facts["why"] in {"too_many", "over_budget"}
        return SpoiltReason.TOO_MANY.value if too_much else SpoiltReason.UNCLEAR.value
    return ""


def _seal(poll: Poll, papers: Sequence[Sequence[str]]) -> None:
    ballots = []
    for choices in papers:
        ciphertext = sealing.seal_ballot(
            public_key=bytes(poll.public_key or b""),
            poll=poll.slug,
            choices=choices,
            check_code=short_code(secrets.token_bytes(5)),  # nobody holds it; it only keeps paper and web alike
            length=poll.sealed_length or 0,
        )
        ballots.append(
            SealedBallot(
                poll=poll,
                ciphertext=ciphertext,
                content_hash=hashlib.sha256(ciphertext).hexdigest(),
                idempotency_key=uuid.uuid4(),
                is_paper=True,
            )
        )
    SealedBallot.objects.bulk_create(ballots, batch_size=500)


def _locked(batch_id: int, state: str) -> PaperBatch:
    batch = PaperBatch.objects.select_for_update(of=("self",)).select_related("poll").get(pk=batch_id)
    if batch.state != state:
        raise BatchMoved(state=batch.state)
    return batch


def _turn_of(batch: PaperBatch) -> str:
    if batch.state not in {BatchState.FIRST_ENTRY, BatchState.SECOND_ENTRY}:
        raise BatchMoved(state=batch.state)
    return PaperEntry.Turn.FIRST.value if batch.state == BatchState.FIRST_ENTRY else PaperEntry.Turn.SECOND.value


def _take_seat(batch: PaperBatch, turn: str, actor: User) -> None:
    """Keep the two entries to one clerk each, and apart."""
    if turn == PaperEntry.Turn.FIRST:
        mine, other = batch.first_clerk_id, batch.second_clerk_id
    else:
        mine, other = batch.second_clerk_id, batch.first_clerk_id
    if actor.pk == other or mine not in (None, actor.pk):
        raise SameClerk(batch_id=batch.pk)
    if mine is None:
        name = "first_clerk_id" if turn == PaperEntry.Turn.FIRST else "second_clerk_id"
        PaperBatch.objects.filter(pk=batch.pk).update(**{name: actor.pk})
        setattr(batch, name, actor.pk)


def _move(batch: PaperBatch, new: str) -> None:
    if new not in BATCH_MOVES[batch.state]:
        raise BatchMoved(state=batch.state)
    if not PaperBatch.objects.filter(pk=batch.pk, state=batch.state).update(state=new):
        raise BatchMoved(state=batch.state)
    batch.state = new
