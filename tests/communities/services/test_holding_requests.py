"""Asking a fund-holder: who may be asked, the answer in time, the grounds of a refusal, the next wish."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from communities.models import DeclineGround, HoldingAgreement, InformalRule
from communities.services import holders, holding_requests
from communities.services.groups import Moved
from communities.services.holding_requests import (
    AboveLimit,
    AlreadyAsked,
    GroundMissing,
    HolderNotOpen,
    NoSocialPurpose,
)
from communities.services.holdings import OwnHolder
from tests.communities.holding_scene import state
from tests.factories.communities import (
    NOON,
    AreaFactory,
    GroupFactory,
    HolderFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


def test_an_answer_is_due_in_ten_working_days_of_the_groups_nation(scene):
    before_easter = datetime(2027, 3, 22, 12, tzinfo=ZoneInfo("Europe/London"))

    assert scene.ask(now=before_easter).due_on.isoformat() == "2027-04-07"  # Good Friday and Easter Monday do not count


@pytest.mark.parametrize("ground", DeclineGround.values)
def test_a_holder_declines_on_a_coded_ground_with_words(scene, ground):
    agreement = scene.ask()

    holding_requests.decline_to_hold(
        agreement_id=agreement.pk, ground=ground, words="Why", actor=scene.treasurer, now=NOON
    )

    agreement.refresh_from_db()
    assert (agreement.state, agreement.ground, agreement.ground_words) == ("declined", ground, "Why")


@pytest.mark.parametrize(("ground", "words"), [("", "Why"), ("campaigning", "Why"), ("law", " "), ("politics", "x")])
def test_there_is_no_other_ground_and_no_refusal_without_words(scene, ground, words):
    agreement = scene.ask()

    with pytest.raises(GroundMissing):
        holding_requests.decline_to_hold(
            agreement_id=agreement.pk, ground=ground, words=words, actor=scene.treasurer, now=NOON
        )

    assert state(agreement) == "asked"


def test_no_ground_is_about_what_a_group_says():
    """Issue 6, part 4: no holder ground restricts campaigning or criticism."""
    words = " ".join([*DeclineGround.values, *(str(label).lower() for label in DeclineGround.labels)])

    assert set(DeclineGround.values) == {
        "law", "safeguarding", "budget", "conflict", "insolvency", "outside_objects", "trustees_duty",
    }  # fmt: skip
    for forbidden in ("campaign", "critic", "politic", "speech", "reputation", "protest", "lobby", "opinion"):
        assert forbidden not in words


def test_the_database_refuses_a_refusal_without_a_ground(scene):
    agreement = scene.ask()

    with pytest.raises(IntegrityError), transaction.atomic():
        HoldingAgreement.objects.filter(pk=agreement.pk).update(
            state="declined", ground="campaigning", ground_words="x"
        )


def test_when_a_holder_declines_the_next_wish_is_asked(scene):
    second, third = scene.another_holder(), scene.another_holder()
    agreement = scene.ask(next_holder_ids=[second.pk, third.pk])

    following = holding_requests.decline_to_hold(
        agreement_id=agreement.pk, ground="budget", words="Why", actor=scene.treasurer, now=NOON
    )

    assert (following.holder, following.state, following.wish) == (second, "asked", 2)
    assert scene.group.holder_wishes.get(used_at=None).holder == third


def test_an_unanswered_request_expires_and_the_next_is_asked_once(scene):
    second = scene.another_holder()
    agreement = scene.ask(next_holder_ids=[second.pk])
    due = NOON + timedelta(days=40)

    assert holding_requests.expire_requests(now=NOON + timedelta(days=3)) == 0
    assert holding_requests.expire_requests(now=due) == 1
    assert holding_requests.expire_requests(now=due) == 0

    assert state(agreement) == "expired"
    assert scene.group.holdings.get(state="asked").holder == second


def test_a_holder_that_cannot_be_asked_is_passed_over(scene):
    paused, third = scene.another_holder(), scene.another_holder()
    agreement = scene.ask(next_holder_ids=[paused.pk, third.pk])
    holders.move_holder(holder_id=paused.pk, new="paused", actor=UserFactory(), now=NOON)

    following = holding_requests.decline_to_hold(
        agreement_id=agreement.pk, ground="budget", words="Why", actor=scene.treasurer, now=NOON
    )

    assert following.holder == third


def test_who_cannot_be_asked_is_refused_with_the_reason(scene):
    elsewhere = HolderFactory(areas=[AreaFactory()])
    full = HolderFactory(areas=[scene.area], most_groups=1)
    HoldingAgreement.objects.create(
        group=GroupFactory(), holder=full, state="active", purpose="x", amount_pence=1, asked_by=scene.member,
        asked_at=NOON, due_on=TODAY, active_from=NOON,
    )  # fmt: skip

    for holder, reason in ((elsewhere, "area"), (full, "full")):
        with pytest.raises(HolderNotOpen) as refusal:
            scene.ask(holder_id=holder.pk)
        assert refusal.value.reason == reason


def test_limits_of_the_holder_and_of_informal_groups_hold_to_the_penny(scene):
    assert scene.ask(amount_pence=500_000).amount_pence == 500_000
    second = scene.another_holder()
    with pytest.raises(AboveLimit) as refusal:
        scene.ask(holder_id=second.pk, amount_pence=500_001)
    assert (refusal.value.most_pence, refusal.value.whose) == (500_000, "informal")
    scene.group.legal_form = "club"
    scene.group.save()
    with pytest.raises(AboveLimit) as refusal:
        scene.ask(holder_id=second.pk, amount_pence=1_000_001)
    assert refusal.value.whose == "holder"


def test_a_rule_of_a_later_day_does_not_hold_today(scene):
    InformalRule.objects.create(code="award_pence", amount=1, starts_on=TODAY + timedelta(days=1), source="test")

    assert scene.ask()


def test_nobody_is_asked_twice_nor_asks_itself_nor_without_purpose(scene):
    scene.ask()
    with pytest.raises(AlreadyAsked):
        scene.ask()
    with pytest.raises(OwnHolder):
        holding_requests.ask_holder(
            group_id=scene.holder.group_id, holder_id=scene.holder.pk, purpose="x", amount_pence=1,
            actor=scene.treasurer, now=NOON,
        )  # fmt: skip
    scene.group.evidence.all().delete()
    with pytest.raises(NoSocialPurpose):
        scene.ask(holder_id=scene.another_holder().pk)


def test_a_holder_without_a_social_purpose_is_not_asked(scene):
    holder = HolderFactory(areas=[scene.area], purpose=False)

    with pytest.raises(holding_requests.HolderNotOpen) as refusal:
        scene.ask(holder_id=holder.pk)

    assert refusal.value.facts["reason"] == "purpose"


def test_two_answers_at_once_leave_one(scene):
    agreement = scene.ask()
    holding_requests.agree_to_hold(agreement_id=agreement.pk, actor=scene.treasurer, now=NOON)

    with pytest.raises(Moved):
        holding_requests.agree_to_hold(agreement_id=agreement.pk, actor=scene.treasurer, now=NOON)
    assert agreement.versions.count() == 1
    assert connection.vendor == "postgresql"
