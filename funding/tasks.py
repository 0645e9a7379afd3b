"""Celery entry points of the money: ids in, nothing out, safe to run twice or late (J1)."""

from celery import shared_task
from django.utils import timezone


@shared_task(acks_late=True, autoretry_for=(ConnectionError,), retry_backoff=True)
def compute_allocation(*, run_id: int) -> None:
    from funding.services.allocation import compute_run

    compute_run(run_id=run_id, now=timezone.now())


@shared_task(acks_late=True, autoretry_for=(ConnectionError,), retry_backoff=True)
def post_allocation(*, run_id: int) -> None:
    from funding.services.allocation import post_run

    post_run(run_id=run_id, now=timezone.now())


@shared_task(acks_late=True)
def check_ledger_nightly() -> None:
    from funding.services.ledger import check_ledger

    check_ledger(now=timezone.now())


@shared_task(acks_late=True)
def advance_rounds() -> None:
    from funding.services.rounds import advance_rounds as work

    work(now=timezone.now())


@shared_task(acks_late=True)
def remind_of_checks() -> None:
    from funding.services.checks import chase_changes
    from funding.services.notices import tell_of_due_checks

    tell_of_due_checks(now=timezone.now())
    chase_changes(now=timezone.now())


@shared_task(acks_late=True)
def keep_answers() -> None:
    """Adopt counted orders, let silence accept, end windows, tell what is overdue; each safe to repeat."""
    from funding.services.answers import end_cures
    from funding.services.mandates import settle_silence, tell_overdue
    from funding.services.priorities import adopt_due
    from funding.services.updates import forget_unconfirmed

    now = timezone.now()
    adopt_due(now=now)
    settle_silence(now=now)
    end_cures(now=now)
    tell_overdue(now=now)
    forget_unconfirmed(now=now)
