"""Fan work out over many areas and every worker; each part is done once, whoever picks it up (R§4.7)."""

import socket
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from celery import group
from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import User
from funding.models import Charter, Cycle, FanOut, FanOutKind, FanOutPart, PartState, Pot, Round
from funding.queries.pots import posted_run
from funding.services.reminders import Letter, write_to_body
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from renewal.kernel.money import pounds
from renewal.kernel.outbox import send_later
from voting.models import Poll, PollState
from voting.services.counts import count_poll

STANDSTILL = timedelta(seconds=30)  # no part takes nearly as long


@transaction.atomic
def fan_out(
    *,
    kind: FanOutKind,
    subjects: Sequence[int],
    key: str,
    now: datetime,
    cycle: Cycle | None = None,
    actor: User | None,
) -> FanOut:
    """Keep one part for each subject and promise to start them; the same key is the same work."""
    work, created = FanOut.objects.get_or_create(
        key=key, defaults={"kind": kind, "cycle": cycle, "asked_by": actor, "asked_at": now}
    )
    FanOutPart.objects.bulk_create(
        [FanOutPart(fan_out=work, subject_id=subject) for subject in subjects], ignore_conflicts=True
    )
    if created:
        record(actor=actor, action="fan_out.asked", subject=work, parts=len(subjects))
    from funding.tasks import start_fan_out

    send_later(start_fan_out, fan_out_id=work.pk, key=f"fan-out:{work.pk}:{work.parts.count()}")
    return work


def count_all(*, now: datetime, actor: User | None = None, polls: Sequence[int] | None = None) -> FanOut:
    """Fan out the counts of every opened box."""
    waiting = Poll.objects.filter(state=PollState.OPENED).order_by("pk") if polls is None else None
    subjects = list(waiting.values_list("pk", flat=True)) if waiting is not None else list(polls or [])
    return fan_out(kind=FanOutKind.COUNTS, subjects=subjects, key=f"counts/{now:%Y-%m-%dT%H:%M}", now=now, actor=actor)


def tell_all(*, cycle: Cycle, now: datetime, actor: User | None = None) -> FanOut:
    """Fan out a notice to the body of each area that has rounds in a divided cycle."""
    areas = Round.objects.in_turn().filter(cycle=cycle).order_by("area_id").values_list("area_id", flat=True).distinct()
    run = posted_run(cycle.pk)
    key = f"notices/{cycle.pk}/{run.pk if run else 0}"
    return fan_out(kind=FanOutKind.NOTICES, subjects=list(areas), key=key, now=now, cycle=cycle, actor=actor)


def start(*, fan_out_id: int, publish: Callable[[list[int]], object]) -> int:
    """Hand every waiting part to the workers; returns how many. Doing it again only repeats what is not done."""
    parts = list(FanOutPart.objects.waiting().filter(fan_out_id=fan_out_id).order_by("pk").values_list("pk", flat=True))
    if parts:
        publish(parts)
    return len(parts)


def publish_group(parts: list[int]) -> None:
    """Send the parts as one Celery group; any number of workers takes them."""
    from funding.tasks import do_part

    group(do_part.s(part_id=part) for part in parts).apply_async()


def do_part(*, part_id: int, now: datetime) -> bool:
    """Do one part under its row lock, effect and mark in one transaction; False where it is done or taken."""
    with transaction.atomic():
        part = (
            FanOutPart.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("fan_out__cycle__fund")
            .filter(pk=part_id, state=PartState.WAITING)
            .first()
        )
        if part is None:
            return False
        _WORK[FanOutKind(part.fan_out.kind)](part, now)
        part.state, part.worker, part.done_at = PartState.DONE, socket.gethostname(), now
        part.attempts += 1
        part.save(update_fields=["state", "worker", "done_at", "attempts"])
    return True


def note_failure(*, part_id: int, error: BaseException) -> None:
    """Keep the kind of the last error; after three tries a part waits for a person."""
    with transaction.atomic():
        part = FanOutPart.objects.select_for_update().get(pk=part_id)
        if part.state == PartState.WAITING:
            part.attempts += 1
            part.error = type(error).__name__
            part.state = PartState.FAILED if part.attempts >= 3 else PartState.WAITING
            part.save(update_fields=["attempts", "error", "state"])


def resume_all(*, now: datetime, publish: Callable[[list[int]], object], standstill: timedelta = STANDSTILL) -> int:
    """Hand over again what is still waiting, for a broker that lost it or a host that was cut off; a job calls it.

    Only where nothing has been done for a while: work that moves has its messages, and a second set of them for
    thousands of areas would only be in its way.
    """
    lately = (now - standstill, now + standstill)  # a host whose clock is far ahead must not hold this up
    done_lately = FanOutPart.objects.filter(done_at__range=lately).values_list("fan_out_id", flat=True).distinct()
    moving = list(done_lately) if standstill else []
    waiting = FanOutPart.objects.waiting().exclude(fan_out__in=moving).order_by("fan_out_id")
    still = list(waiting.values_list("fan_out_id", flat=True).distinct())
    return sum(start(fan_out_id=fan_out_id, publish=publish) for fan_out_id in still)


def _count(part: FanOutPart, now: datetime) -> None:
    count_poll(poll_id=part.subject_id, now=now)


def _tell(part: FanOutPart, now: datetime) -> None:
    """Write the notice of an area's money to the body that convenes there, once."""
    cycle = part.fan_out.cycle
    rounds = Round.objects.in_turn().select_related("convenor__area", "area")
    round_ = rounds.filter(cycle=cycle, area_id=part.subject_id).first()
    if round_ is None or cycle is None:
        return
    body, area = round_.convenor, round_.area
    money = sum(Pot.objects.filter(cycle=cycle, area=area).values_list("amount_pence", flat=True))

    def write() -> tuple[str, str]:
        facts = {"body": body.label, "area": area.label, "money": pounds(money), "year": cycle.year}
        return (
            _("%(body)s: the money for %(area)s") % facts,
            _("%(area)s has %(money)s in %(year)s. See how it was worked out:") % facts,
        )

    letter = Letter(f"area_money.{area.pk}", cycle, write, f"money/shares/{area.slug}/", now)
    write_to_body(body, Charter.objects.of_body(body, on=london_day(now)), letter)


_WORK: dict[FanOutKind, Callable[[FanOutPart, datetime], None]] = {
    FanOutKind.COUNTS: _count,
    FanOutKind.NOTICES: _tell,
}
