"""Who may open what: the vote is open to everybody, because residents need no account."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from tests.factories.voting import draft_poll
from tests.support.catalogue import Row
from tests.support.world import World
from voting.services.polls import open_poll


def build(world: World) -> None:
    now = timezone.now()
    world.poll = draft_poll(
        area_id=world.area.pk, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=20), now=now
    )
    open_poll(poll_id=world.poll.pk, actor=None, now=now)


def of_poll(world: World) -> dict:
    return {"poll": world.poll.slug}


YEAR = datetime(2027, 1, 1, tzinfo=UTC)
ROWS = [
    Row("voting:start", of_poll, others=200),
    Row("voting:residency_method", of_poll, others=200),
    Row("voting:residency", lambda w: {**of_poll(w), "method": "code"}, others=200),
    Row("voting:choose", of_poll, others=302),
    Row("voting:choose_one", lambda w: {**of_poll(w), "number": 1}, others=302),
    Row("voting:total", of_poll, others=302),
    Row("voting:empty", of_poll, others=302),
    Row("voting:review", of_poll, others=302),
    Row("voting:send", of_poll, method="post", others=302),
    Row("voting:sent", of_poll, others=302),
    Row("voting:email_reference", of_poll, method="post", others=302),
    Row("voting:finish", of_poll, method="post", others=303),
    Row("voting:result", of_poll, others=404),
    Row("voting:result_method", of_poll, others=404),
    Row("voting:result_sheet", of_poll, others=404),
    Row("voting:result_file", lambda w: {**of_poll(w), "name": "round.zip"}, others=404),
    Row("voting:result_project", lambda w: {**of_poll(w), "ref": "ASH-001"}, others=404),
    Row("voting:my_ballots", others=200),
    Row("voting:paper_request", others=200),
    Row("voting:receipt_lookup", others=200),
]
