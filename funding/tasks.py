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
    from funding.services.decisions import chase_changes
    from funding.services.notices import tell_of_due_checks

    tell_of_due_checks(now=timezone.now())
    chase_changes(now=timezone.now())


@shared_task(acks_late=True)
def forget_files() -> None:
    from funding.services.files import delete_unreferenced_bytes, forget_files_of_unsent

    forget_files_of_unsent(now=timezone.now())
    delete_unreferenced_bytes(now=timezone.now())


@shared_task(acks_late=True)
def keep_answers() -> None:
    """Adopt counted orders, let silence accept, end windows, tell what is overdue and what opened; safe to repeat."""
    from funding.services.mandates import settle_silence
    from funding.services.news import promise_step_news
    from funding.services.petitions import forget_unused_codes
    from funding.services.priorities import adopt_due
    from funding.services.rejections import end_cures
    from funding.services.reminders import tell_overdue
    from funding.services.updates import forget_unconfirmed

    now = timezone.now()
    adopt_due(now=now)
    settle_silence(now=now)
    end_cures(now=now)
    tell_overdue(now=now)
    promise_step_news(now=now)
    forget_unconfirmed(now=now)
    forget_unused_codes(now=now)


@shared_task(acks_late=True)
def advance_small_awards() -> None:
    from funding.services.small_awards import advance_small_awards as work
    from funding.services.small_support import forget_unused_support_codes

    work(now=timezone.now())
    forget_unused_support_codes(now=timezone.now())


@shared_task(acks_late=True)
def start_fan_out(*, fan_out_id: int) -> None:
    from funding.services.fanout import publish_group, start

    start(fan_out_id=fan_out_id, publish=publish_group)


@shared_task(acks_late=True)
def do_part(*, part_id: int) -> None:
    from funding.services.fanout import do_part as work
    from funding.services.fanout import note_failure

    try:
        work(part_id=part_id, now=timezone.now())
    except Exception as error:
        note_failure(part_id=part_id, error=error)
        raise


@shared_task(acks_late=True)
def resume_fan_outs() -> None:
    from funding.services.fanout import publish_group, resume_all

    resume_all(now=timezone.now(), publish=publish_group)


@shared_task(acks_late=True)
def lapse_challenges() -> None:
    from funding.services.levels import lapse_challenges as work

    work(now=timezone.now())


@shared_task(acks_late=True)
def decide_project_level(*, project_id: int) -> None:
    from funding.services.levels import decide_level_if_divided

    decide_level_if_divided(project_id=project_id, now=timezone.now())


@shared_task(acks_late=True, autoretry_for=(ConnectionError,), retry_backoff=True)
def roll_over_year(*, cycle_id: int, actor_id: int) -> None:
    from communities.models import User
    from funding.services.rollover import roll_over

    roll_over(cycle_id=cycle_id, actor=User.objects.get(pk=actor_id), now=timezone.now())
