"""Jobs of groups and fund-holders; each may run twice or late."""

from celery import shared_task
from django.utils import timezone


@shared_task
def expire_requests() -> None:
    from communities.services.holding_requests import expire_requests as work

    work(now=timezone.now())


@shared_task
def expire_invitations() -> None:
    from communities.services.members import expire_invitations as work

    work(now=timezone.now())
