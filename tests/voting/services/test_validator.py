"""What keeps a poll from opening: an election near, texts missing in a promised language, a ballot nobody can print."""

from datetime import date, timedelta

import pytest

from tests.factories.communities import AreaFactory, UserFactory
from tests.factories.voting import CLOSES, DRAFTS, NOON, OPENS, draft_poll
from voting.models import PreElectionPeriod
from voting.services.calendar import (
    BeforeAnElection,
    LineNotRead,
    confirm_exception,
    import_calendar,
    propose_exception,
    refuse_before_election,
)
from voting.services.errors import PollNotReady, SecondPersonNeeded
from voting.services.polls import OptionDraft, open_poll
from voting.services.validator import problems_of

pytestmark = pytest.mark.django_db
NEAR = CLOSES.date() - timedelta(days=5)


def codes_of(poll) -> list[str]:
    return [problem.code for problem in problems_of(poll, now=OPENS) if problem.stops]


def election(area, *, first=NEAR):
    line = f"Council election; {area.code}; {first}; {first + timedelta(days=30)}"
    import_calendar(text=line, source="The published calendar", actor=None, now=NOON)
    return PreElectionPeriod.objects.get()


def test_a_window_that_touches_a_pre_election_period_waits_for_two_officers():
    poll = draft_poll()
    period, first, second = election(poll.area.parent), UserFactory(), UserFactory()
    assert codes_of(poll) == ["pre_election"]
    with pytest.raises(PollNotReady):
        open_poll(poll_id=poll.pk, actor=None, now=OPENS)

    made = propose_exception(period_id=period.pk, area_id=poll.area_id, reason="The money ends.", actor=first, now=NOON)
    with pytest.raises(SecondPersonNeeded):
        confirm_exception(exception_id=made.pk, actor=first, now=NOON)
    assert codes_of(poll) == ["pre_election"]
    confirm_exception(exception_id=made.pk, actor=second, now=NOON)

    assert codes_of(poll) == []
    assert open_poll(poll_id=poll.pk, actor=None, now=OPENS).state == "open"


def test_an_election_elsewhere_or_after_closing_stops_nothing():
    poll, elsewhere = draft_poll(), AreaFactory()
    election(elsewhere)
    assert codes_of(poll) == []

    PreElectionPeriod.objects.all().delete()
    election(poll.area, first=CLOSES.date() + timedelta(days=1))
    assert codes_of(poll) == []


def test_no_result_is_announced_before_an_election():
    poll = draft_poll()
    election(poll.area)

    refuse_before_election(poll=poll, now=NOON)
    with pytest.raises(BeforeAnElection):
        refuse_before_election(poll=poll, now=CLOSES)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Council; {code}; 2027-05-06", "parts"),
        ("Council; {code}; 6 May; 2027-05-06", "day"),
        ("Council; {code}; 2027-05-07; 2027-05-06", "day"),
        ("Council; X00; 2027-04-01; 2027-05-06", "area"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_nothing_is_imported(line, why):
    area = AreaFactory()
    text = f"Good; {area.code}; 2027-03-25; 2027-05-06\n" + line.format(code=area.code)

    with pytest.raises(LineNotRead) as refusal:
        import_calendar(text=text, source="x", actor=None, now=NOON)

    assert refusal.value.facts["why"] == why
    assert not PreElectionPeriod.objects.filter(election_on=date(2027, 5, 6)).exists()


def test_a_promised_language_needs_every_text():
    options = [*DRAFTS[:2], OptionDraft("ASH-009", "Only English", cost_pence=100_000)]

    assert codes_of(draft_poll(options=options)) == []
    assert codes_of(draft_poll(options=options, languages=["cy"])) == ["option_without_welsh"]


def test_a_ballot_that_cannot_be_set_in_large_print_does_not_open():
    options = [*DRAFTS[:2], OptionDraft("ASH-009", "Gŵyl y Pentref", cost_pence=100_000)]
    assert codes_of(draft_poll(options=options)) == []

    assert codes_of(draft_poll(options=[*options, OptionDraft("ASH-010", "村の祭り", cost_pence=100_000)])) == [
        "not_accessible"
    ]
