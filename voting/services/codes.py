"""Codes for letters: made in batches, handed out in the clear once, kept as keyed hashes."""

from datetime import datetime

from django.db import transaction

from communities.models import User
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from voting.codes import letter_code_hash, new_letter_code
from voting.models import CodeBatch, Poll, VotingCode
from voting.states import CodeState

LARGEST_BATCH = 20_000


def make_codes(
    *, poll_id: int, count: int, label: str, actor: User | None, now: datetime, is_test: bool = False
) -> list[str]:
    """Make a batch of codes and return them, the only time they are readable; at most 20,000 at once."""
    return make_batch(poll_id=poll_id, count=count, label=label, actor=actor, now=now, is_test=is_test)[1]


@transaction.atomic
def make_batch(
    *, poll_id: int, count: int, label: str, actor: User | None, now: datetime, is_test: bool = False
) -> tuple[CodeBatch, list[str]]:
    """The same, with the batch itself."""
    if not 1 <= count <= LARGEST_BATCH:
        raise ValueError(f"a batch has 1 to {LARGEST_BATCH} codes, not {count}")
    poll = Poll.objects.get(pk=poll_id)
    batch = CodeBatch.objects.create(poll=poll, label=label, made_on=london_day(now), count=count, is_test=is_test)
    codes = [new_letter_code() for _ in range(count)]
    VotingCode.objects.bulk_create(
        (VotingCode(poll=poll, batch=batch, code_hash=letter_code_hash(code), is_test=is_test) for code in codes),
        batch_size=2_000,
    )
    record(actor=actor, action="codes.made", subject=batch, count=count, is_test=is_test)
    return batch, codes


@transaction.atomic
def void_code(*, poll_id: int, code: str, actor: User, now: datetime) -> bool:
    """Make a lost or stolen code of a poll worthless; False when there is no such code or it is void already."""
    found = VotingCode.objects.select_for_update().filter(poll_id=poll_id, code_hash=letter_code_hash(code)).first()
    if found is None or found.state == CodeState.VOID:
        return False
    found.state = CodeState.VOID
    found.save(update_fields=["state"])
    record(actor=actor, action="code.voided", subject=found)
    return True
