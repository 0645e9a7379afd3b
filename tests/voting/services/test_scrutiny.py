"""A vote of fewer than 30 shows no number; two named people check the count from the full record and sign."""

import json
import subprocess
import sys

import pytest

from tests.factories.communities import UserFactory
from tests.factories.voting import AFTER, cast, finish, opened_poll
from voting.models import Poll, Scrutiny
from voting.results import result_page, why
from voting.services.bundle import VERIFY, result_document, scrutiny_bundle_of
from voting.services.errors import SecondPersonNeeded
from voting.services.scrutiny import sign_scrutiny

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "counter"])]


def small_vote() -> Poll:
    poll = opened_poll(forecast_ballots=20)
    for choices in (["ASH-001"], ["ASH-001", "ASH-003"], ["ASH-002"], []):
        cast(poll, choices=choices)
    return finish(poll)


def test_a_vote_of_four_people_shows_winners_and_no_number(tmp_path):
    poll = small_vote()
    page = result_page(poll)

    assert page.is_few
    assert page.sentence.startswith("Fewer than 30 people voted")
    assert [one.option.ref for one in page.funded] == page.outcome.selected
    reasons = [one.reason for one in [*page.funded, *page.others]] + why(poll, "ASH-001").steps
    assert not [reason for reason in reasons if any(sign.isdigit() for sign in reason.replace("30", ""))]
    document = json.loads(json.dumps(result_document(poll, page.outcome, b"")))
    assert "votes" not in document["result"]
    assert "shares" not in document["result"]
    assert document["turnout"] == {"marked": "fewer than 30"}

    archive = tmp_path / "scrutiny.zip"
    archive.write_bytes(scrutiny_bundle_of(poll))
    done = subprocess.run([sys.executable, VERIFY, archive], capture_output=True, text=True, check=False)
    assert "Everything holds." in done.stdout

    opener, other = UserFactory(), UserFactory(name="Ruth Counting")
    Poll.objects.filter(pk=poll.pk).update(opened_by_id=opener.pk)
    with pytest.raises(SecondPersonNeeded):
        sign_scrutiny(poll_id=poll.pk, actor=opener, now=AFTER)
    for _ in range(2):
        sign_scrutiny(poll_id=poll.pk, actor=other, now=AFTER)
    assert Scrutiny.objects.count() == 1
    assert result_page(Poll.objects.get(pk=poll.pk)).scrutineers == ("Ruth Counting",)
