"""Jobs of the ballot box; each may run twice or late."""

from celery import shared_task
from django.utils import timezone


@shared_task
def close_due_polls() -> None:
    from voting.services.routine import close_due_polls as work

    work(now=timezone.now())


@shared_task
def log_sealed_ballots() -> None:
    from voting.services.routine import log_sealed_ballots as work

    work(now=timezone.now())


@shared_task
def tell_voters() -> None:
    from voting.services.notices import tell_voters as work

    work(now=timezone.now())


@shared_task
def remind_voters() -> None:
    from voting.services.notices import remind_voters as work

    work(now=timezone.now())


@shared_task
def forget_what_is_over() -> None:
    from voting.services.retention import forget_what_is_over as work

    work(now=timezone.now())


@shared_task
def count_opened_polls() -> None:
    from voting.services.routine import count_opened_polls as work

    work()
