"""Whether the service is well: what a load balancer and an alarm ask. No page, no person, no secret."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.utils import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis
from redis.exceptions import RedisError

from renewal.kernel.models import Heartbeat, OutboxMessage, OutboxState

OLDEST_OUTBOX_ROW = timedelta(minutes=5)  # overdue by this much, something is stuck
LAST_BEAT = timedelta(seconds=90)  # beat shows a sign of life every 20 seconds


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Say whether this process can serve pages: 200 when it reaches the database, else 503."""
    facts = {"database": database_problem()}
    return _answer(facts)


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Say whether the whole service works: database, broker, oldest outbox row and last beat; else 503."""
    facts = {"database": database_problem(), "broker": broker_problem()}
    if not facts["database"]:
        now = timezone.now()
        facts |= {"outbox": outbox_problem(now=now), "beat": beat_problem(now=now)}
    return _answer(facts)


def _answer(facts: dict[str, str]) -> JsonResponse:
    """Give each part as "ok" or what is wrong with it."""
    is_well = not any(facts.values())
    body = {"status": "ok" if is_well else "failing"} | {name: problem or "ok" for name, problem in facts.items()}
    return JsonResponse(body, status=200 if is_well else 503)


def database_problem() -> str:
    """Look whether the database answers; empty when it does."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "cannot be reached"
    return ""


def broker_problem() -> str:
    """Look whether the broker answers within two seconds; empty when it does."""
    broker = Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
    try:
        broker.ping()
    except RedisError:
        return "cannot be reached"
    finally:
        broker.close()
    return ""


def outbox_problem(*, now: datetime) -> str:
    """Look for promises that should have been kept long ago, or that have been given up."""
    waiting = OutboxMessage.objects.filter(state=OutboxState.WAITING, due_at__lte=now)
    oldest = waiting.order_by("due_at").values_list("due_at", flat=True).first()
    if oldest is not None and now - oldest > OLDEST_OUTBOX_ROW:
        return f"oldest row is {int((now - oldest).total_seconds())} s overdue"
    return ""


def beat_problem(*, now: datetime) -> str:
    """Look when the schedule last gave a sign of life; empty when that was lately."""
    seen_at = Heartbeat.objects.filter(name="beat").values_list("seen_at", flat=True).first()
    if seen_at is None:
        return "never seen"
    if now - seen_at > LAST_BEAT:
        return f"last seen {int((now - seen_at).total_seconds())} s ago"
    return ""


@require_safe
def security_contact(request: HttpRequest) -> HttpResponse:
    """Serve /.well-known/security.txt (RFC 9116): whom to tell about a weakness."""
    until = (timezone.now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    text = f"Contact: {settings.SECURITY_CONTACT}\nExpires: {until}\nPreferred-Languages: en, cy\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
