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
