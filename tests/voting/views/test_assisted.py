"""Voting with a helper: read back, sent once, and nothing of the person before is left on the device."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.factories.communities import UserFactory
from tests.factories.voting import NOON, opened_poll
from voting.models import BallotDraft, HelpEvent, HelpPlace, PollInterest, RollEntry, SealedBallot

pytestmark = pytest.mark.django_db
WHO = {"channel": "phone", "name": "Carol Example", "house": "3", "postcode": "ZZ1 2CD", "is_old_enough": "yes"}


@pytest.fixture
def helper(client, poll):
    """An accredited person of a library, signed in."""
    user = UserFactory()
    place = HelpPlace.objects.create(area=poll.area, name="Library", kind="library", postcode="ZZ1 2CD", may_vouch=True)
    place.helpers.create(user_id=user.pk, starts_on=NOON.date() - timedelta(days=1))
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def begin(client, poll, **changed):
    place = HelpPlace.objects.get()
    facts = WHO | {"poll": poll.pk, "place": place.pk} | changed
    return client.post(reverse("voting:assisted_vote"), facts)


def ballot(client, poll, step, **choices):
    return client.post(reverse("voting:assisted_ballot", args=[poll.slug]), {"step": step} | choices)


def test_choices_are_read_back_sent_once_and_gone(client, poll, helper):
    assert begin(client, poll).url == reverse("voting:assisted_ballot", args=[poll.slug])
    read = ballot(client, poll, "read", project=["ASH-001", "ASH-003"]).content.decode()
    assert "Nothing has been sent yet." in read
    assert "Repair café" in read

    sent = ballot(client, poll, "send", project=["ASH-001", "ASH-003"]).content.decode()

    assert "The vote has been sent" in sent
    assert "Repair café" not in sent
    assert (RollEntry.objects.get().channel, SealedBallot.objects.count()) == ("phone", 1)
    assert list(HelpEvent.objects.values_list("helper_id", "place__name")) == [(helper.pk, "Library")]
    assert not BallotDraft.objects.exists()
    assert ballot(client, poll, "choose").url == reverse("voting:assisted_vote")


def test_the_start_for_the_next_person_forgets_the_one_before(client, poll, helper):
    begin(client, poll)

    client.get(reverse("voting:assisted_vote"))

    assert ballot(client, poll, "send", project=["ASH-001"]).url == reverse("voting:assisted_vote")
    assert not SealedBallot.objects.exists()


def test_one_check_opens_every_ballot_of_the_person_with_a_helper_too(client, poll, helper):
    above = opened_poll(area_id=poll.area.parent_id, title="Borough")
    begin(client, poll)

    page = ballot(client, poll, "send", project=["ASH-001"]).content.decode()
    assert reverse("voting:assisted_ballot", args=[above.slug]) in page
    ballot(client, above, "send", project=["ASH-002"])

    assert sorted(RollEntry.objects.values_list("poll__title", "channel")) == [
        ("Ashcombe North 2027", "phone"),
        ("Borough", "phone"),
    ]
    assert ballot(client, poll, "send", project=["ASH-002"]).url == reverse("voting:assisted_vote")


def test_a_helper_with_an_interest_is_told_and_nothing_is_recorded(client, poll, helper):
    PollInterest.objects.create(poll=poll, user_id=helper.pk, option_ref="ASH-001")

    page = begin(client, poll)

    assert page.status_code == 422
    assert "You have an interest" in page.content.decode()
    assert not RollEntry.objects.exists()


def test_a_service_vouches_for_a_person_without_an_address(client, poll, helper):
    begin(client, poll, no_address="on", house="", postcode="", channel="assisted")
    ballot(client, poll, "send", project=["ASH-001"])

    entry = RollEntry.objects.get()
    assert (entry.channel, entry.checks.get().method) == ("assisted", "no-address")


def test_a_ranked_ballot_is_read_back_and_sent_in_its_order(client, poll, helper):
    rank = opened_poll(area_id=poll.area_id, kind="rank", title="Rank", most_choices=3, rule="greedy", parameters={})
    begin(client, rank)
    ranks = {"rank-ASH-003": "1", "rank-ASH-001": "2"}

    read = ballot(client, rank, "read", **ranks).content.decode()

    assert read.index("Repair café") < read.index("A kitchen for the hall")
    assert 'name="rank-ASH-003" value="1"' in read
    assert "The vote has been sent" in ballot(client, rank, "send", **ranks).content.decode()
