"""What an organisation shows before it may hold money for others, and what it may charge."""

import pytest

from communities.services import holders
from communities.services.holders import FeeTooHigh, HolderTerms, NotEstablished, StillHolding
from tests.factories.communities import NOON, GroupFactory, UserFactory, show_purpose

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


def terms(**said):
    facts = {"capacity": "agent", "fee_basis": "on_spend", "fee_permille": 50, "most_award_pence": 1, "most_groups": 1,
             "pays_in_days": 1, "asks_for": "x"} | said  # fmt: skip
    return HolderTerms(**facts)


def established():
    group = GroupFactory(legal_form="charity")
    show_purpose(group)
    for kind in ("constitution", "accounts", "insurance", "bank"):
        group.evidence.create(kind=kind, statement="x", dated_on=TODAY, added_at=NOON)
    return group


def test_an_established_organisation_offers_and_changes_its_offer_without_touching_what_is_signed():
    group = established()
    holder = holders.offer_to_hold(
        group_id=group.pk, terms=terms(), area_ids=[group.area_id], actor=UserFactory(), now=NOON
    )
    again = holders.offer_to_hold(
        group_id=group.pk, terms=terms(fee_permille=70), area_ids=[group.area_id], actor=UserFactory(), now=NOON
    )

    assert (again.pk, again.fee_permille) == (holder.pk, 70)


def test_what_an_organisation_does_not_show_is_named():
    with pytest.raises(NotEstablished) as refusal:
        holders.offer_to_hold(group_id=GroupFactory().pk, terms=terms(), area_ids=[], actor=UserFactory(), now=NOON)

    assert refusal.value.missing == ["legal_form", "social_purpose", "constitution", "accounts", "insurance", "bank"]


@pytest.mark.parametrize(("permille", "is_allowed"), [(100, True), (101, False)])
def test_a_fee_is_capped_at_ten_percent(permille, is_allowed):
    group = established()

    def offer():
        return holders.offer_to_hold(
            group_id=group.pk, terms=terms(fee_permille=permille), area_ids=[], actor=UserFactory(), now=NOON
        )

    if is_allowed:
        assert offer().fee_permille == 100
    else:
        with pytest.raises(FeeTooHigh):
            offer()


def test_a_holder_with_open_agreements_cannot_stop(scene):
    scene.active()

    with pytest.raises(StillHolding):
        holders.move_holder(holder_id=scene.holder.pk, new="closed", actor=scene.treasurer, now=NOON)
