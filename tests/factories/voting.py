"""Polls with options, people on their roll, and votes cast through the services."""

import uuid
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from communities.models import NearMatch, Resident
from tests.factories.communities import AreaFactory, PostcodeRangeFactory
from voting.models import Poll, RollEntry
from voting.sealing import DeviceSecret
from voting.services.casting import Receipt, cast_ballot
from voting.services.counts import count_poll, publish_result
from voting.services.opening import open_box
from voting.services.polls import OptionDraft, close_poll, open_poll, set_up_poll

OPENS = datetime(2027, 3, 1, 9, tzinfo=UTC)
CLOSES = datetime(2027, 3, 22, 17, tzinfo=UTC)
NOON = datetime(2027, 3, 5, 12, tzinfo=UTC)
AFTER = CLOSES + timedelta(minutes=30)

DRAFTS = [
    OptionDraft("ASH-001", "A kitchen for the hall", "Cegin i’r neuadd", "Step-free.", "Heb risiau.", 1_150_000),
    OptionDraft("ASH-002", "Lights for the skatepark", "Goleuadau", "Until 9pm.", "Tan 9pm.", 1_250_000),
    OptionDraft("ASH-003", "Repair café", "Caffi trwsio", "On Saturdays.", "Ar ddydd Sadwrn.", 480_000),
    OptionDraft("ASH-004", "Minibus to the clinic", "Bws mini", "Every Thursday.", "Bob dydd Iau.", 960_000),
    OptionDraft("ASH-005", "Chess club", "Clwb gwyddbwyll", "In term.", "Yn ystod y tymor.", 290_000),
]


def draft_poll(**changed) -> Poll:
    """A draft poll of five projects and £40,000 in a new neighbourhood."""
    facts = {
        "title": "Ashcombe North 2027",
        "title_cy": "Gogledd Ashcombe 2027",
        "kind": "approve",
        "roll_kind": "open",
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "budget_pence": 4_000_000,
        "rule": "equal-shares",
        "parameters": {"completion": "add1u"},
        "options": DRAFTS,
        "forecast_ballots": 400,
        "actor": None,
        "now": OPENS - timedelta(days=7),
    } | changed
    if "area_id" not in facts:
        facts["area_id"] = AreaFactory().pk
    return set_up_poll(**facts)


def opened_poll(**changed) -> Poll:
    """The same, open."""
    poll = draft_poll(**changed)
    return open_poll(poll_id=poll.pk, actor=None, now=OPENS)


def poll_open_now(**changed) -> Poll:
    """A poll that is open by the real clock, in an area with a postcode, for tests that go through servers."""
    now = timezone.now()
    if "area_id" not in changed:
        area = AreaFactory()
        PostcodeRangeFactory(area=area)
        changed["area_id"] = area.pk
    poll = draft_poll(opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=9), now=now, **changed)
    return open_poll(poll_id=poll.pk, actor=None, now=now)


def resident(area, number: int | None = None) -> Resident:
    mark = uuid.uuid4().hex
    return Resident.objects.create(area=area, match_token=mark, near_token="", how_known="officer", known_at=NOON)


def voter(poll: Poll) -> RollEntry:
    """Somebody new on the roll."""
    return RollEntry.objects.create(poll=poll, resident=resident(poll.area))


def near_match(poll: Poll) -> NearMatch:
    """Two people on the roll who may be one, waiting for an officer."""
    one, other = voter(poll), voter(poll)
    return NearMatch.objects.create(resident=one.resident, other=other.resident, found_at=NOON)


def cast(poll: Poll, entry: RollEntry | None = None, choices=("ASH-001",), **changed) -> Receipt:
    """Cast a vote through the service; a fresh device unless told otherwise."""
    entry = entry or voter(poll)
    device = DeviceSecret.new(entry_id=entry.pk)
    facts = {
        "poll_id": poll.pk,
        "roll_entry_id": entry.pk,
        "choices": list(choices),
        "check_code": device.check_code,
        "idempotency_key": device.idempotency_key,
        "channel": "web",
        "now": NOON,
    } | changed
    return cast_ballot(**facts)


def finish(poll: Poll, *, publish: bool = True, now: datetime = AFTER) -> Poll:
    """Close, open the box, count and publish. Needs a test that commits and may use `counter`."""
    close_poll(poll_id=poll.pk, now=now)
    open_box(poll_id=poll.pk, now=now)
    count_poll(poll_id=poll.pk, now=now)
    if publish:
        publish_result(poll_id=poll.pk, actor=None, now=now)
    return Poll.objects.get(pk=poll.pk)
