"""The order of needs comes out of the ballot box and nowhere else (G§4.2)."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from funding.models import Mandate, Priority
from funding.services.officers import NotYourBody
from funding.services.priorities import NotSuggesting, adopt_due, adopt_priorities, suggest_need
from funding.services.priority_polls import TooFewNeeds, set_up_priority_poll
from tests.factories.answers import NOON, RoundFactory, SuggestionFactory, officer_of
from tests.factories.voting import cast
from voting.models import Poll
from voting.models.poll import GRACE
from voting.services.bundle import bundle_of
from voting.services.counts import count_poll, publish_result
from voting.services.opening import open_box
from voting.services.polls import close_poll, open_poll

DAY = timedelta(days=1)
WINDOW = {"opens_at": NOON, "closes_at": NOON + 15 * DAY}
ROOT = Path(__file__).resolve().parents[3]


def finish(poll):
    """Close, open, count and publish; returns the outcome."""
    after = poll.closes_at + GRACE
    close_poll(poll_id=poll.pk, now=after)
    open_box(poll_id=poll.pk, now=after)
    count_poll(poll_id=poll.pk, now=after)
    return publish_result(poll_id=poll.pk, actor=None, now=after)


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_g_4_2_a2_the_adopted_order_is_the_counted_one_with_its_voters_and_votes():
    round_ = RoundFactory()
    needs = SuggestionFactory.create_batch(3, round=round_)
    poll = set_up_priority_poll(round_id=round_.pk, actor=officer_of(round_.convenor), now=NOON - DAY, **WINDOW)
    open_poll(poll_id=poll.pk, actor=officer_of(round_.convenor), now=NOON)
    with pytest.raises(NotSuggesting):  # what people vote on is frozen
        suggest_need(round_id=round_.pk, text="Something else altogether", now=NOON)
    for refs in ([2], [2], [2, 0], [0], [1]):
        cast(poll, choices=[needs[number].ref for number in refs], now=NOON + DAY)
    outcome, after = finish(poll), poll.closes_at + GRACE

    done = [adopt_due(now=after), adopt_due(now=after)]

    list_ = adopt_priorities(round_id=round_.pk, now=after)
    order = [priority.ref for priority in list_.priorities.order_by("rank")]
    assert done == [1, 0]
    assert (list_.version, list_.voters, order) == (1, 5, list(outcome.selected))
    assert order[0] == needs[2].ref
    assert dict(Priority.objects.values_list("ref", "votes")) == {needs[0].ref: 2, needs[1].ref: 1, needs[2].ref: 3}
    assert Mandate.objects.filter(kind="priority").count() == 3


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_g_4_2_a2_the_result_shows_method_turnout_and_tally_and_its_file_counts_again(client, tmp_path):
    round_ = RoundFactory()
    needs = SuggestionFactory.create_batch(3, round=round_)
    poll = set_up_priority_poll(round_id=round_.pk, actor=officer_of(round_.convenor), now=NOON - DAY, **WINDOW)
    open_poll(poll_id=poll.pk, actor=officer_of(round_.convenor), now=NOON)
    for number in range(101):  # fewer than 100 ballots are not published
        refs = {needs[number % 3].ref, needs[number % 2].ref}
        cast(poll, choices=sorted(refs), now=NOON + DAY)
    finish(poll)
    adopt_due(now=poll.closes_at + GRACE)

    order = client.get(f"/en/rounds/{round_.slug}/priorities/").content.decode()
    result = client.get(f"/en/polls/{poll.slug}/result/")
    method = client.get(f"/en/polls/{poll.slug}/result/method/")

    assert f'href="/en/polls/{poll.slug}/result/"' in order
    words = result.content.decode()
    assert (result.status_code, method.status_code) == (200, 200)
    assert "101" in words
    assert all(need.text in words for need in needs)
    bundle = tmp_path / "priorities.zip"
    bundle.write_bytes(bundle_of(Poll.objects.get(pk=poll.pk)))
    done = subprocess.run([sys.executable, ROOT / "verify.py", bundle], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.django_db
def test_one_need_alone_is_no_vote():
    round_ = RoundFactory()
    SuggestionFactory(round=round_)

    with pytest.raises(TooFewNeeds):
        set_up_priority_poll(round_id=round_.pk, actor=officer_of(round_.convenor), now=NOON - DAY, **WINDOW)


@pytest.mark.django_db
def test_only_the_convenors_officers_set_up_the_vote():
    round_ = RoundFactory()
    SuggestionFactory.create_batch(2, round=round_)

    with pytest.raises(NotYourBody):
        set_up_priority_poll(round_id=round_.pk, actor=officer_of(RoundFactory().convenor), now=NOON - DAY, **WINDOW)
