from datetime import timedelta

import pytest

from communities.models import NearMatch, NearMatchState, Resident
from communities.services.residents import (
    AddressIncomplete,
    AddressNotInAnArea,
    NearMatchSettled,
    forget_residents,
    keep_residents,
    known_resident,
    settle_near_match,
)
from tests.factories.communities import NOON, PostcodeRangeFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def north():
    return PostcodeRangeFactory(outward="ZZ1").area


def meet(**said):
    return known_resident(**({"name": "Margaret Jones", "house": "12", "postcode": "ZZ1 2CD", "now": NOON} | said))


def test_the_same_person_is_met_again_however_they_write(north):
    assert meet() == meet(name="mrs MARGARET jones", house="12,", postcode="zz12cd", now=NOON + timedelta(days=9))
    assert not NearMatch.objects.exists()


def test_nothing_that_names_a_person_is_kept(north):
    row = Resident.objects.filter(pk=meet().pk).values().get()

    text = str(row).lower()
    assert not any(word in text for word in ("margaret", "jones", "zz1", "2cd"))
    assert row["area_id"] == north.pk


def test_the_token_depends_on_the_pepper(north, settings):
    with_first = meet().match_token
    Resident.objects.all().delete()
    settings.PEPPER = "another pepper of at least thirty-two letters"

    assert meet().match_token != with_first


def test_a_near_spelling_is_another_resident_whom_an_officer_looks_at(north):
    first, near = meet(), meet(name="Maggie Jones", house="12 Mill Lane")

    assert first != near
    match = NearMatch.objects.get()
    assert {match.resident, match.other} == {first, near}
    assert match.state == NearMatchState.WAITING


def test_another_person_of_the_house_is_nobody_near(north):
    meet()

    meet(name="Dev Patel")

    assert not NearMatch.objects.exists()


def test_a_near_match_is_settled_once(north):
    meet()
    meet(name="Maggie Jones")
    match = NearMatch.objects.get()

    settle_near_match(near_match_id=match.pk, same=False, actor=UserFactory(), now=NOON)

    with pytest.raises(NearMatchSettled):
        settle_near_match(near_match_id=match.pk, same=True, actor=UserFactory(), now=NOON)
    match.refresh_from_db()
    assert match.state == NearMatchState.DIFFERENT


@pytest.mark.parametrize("missing", ["name", "house", "postcode"])
def test_an_address_with_a_part_missing_is_refused(north, missing):
    with pytest.raises(AddressIncomplete) as refusal:
        meet(**{missing: " - "})

    assert refusal.value.part == missing


def test_a_postcode_of_two_neighbourhoods_asks_which(north):
    south = PostcodeRangeFactory(outward="ZZ1", first_inward="5AA", last_inward="5ZZ").area

    with pytest.raises(AddressNotInAnArea) as refusal:
        meet(postcode="ZZ1 5AA")

    assert sorted(refusal.value.areas) == [north.pk, south.pk]
    assert meet(postcode="ZZ1 5AA", area_id=south.pk).area == south
    with pytest.raises(AddressNotInAnArea):
        meet(postcode="ZZ1 2CD", area_id=south.pk)


def test_a_person_is_forgotten_when_the_last_appeal_has_ended_and_only_then(north):
    resident = meet()
    keep_residents(resident_ids=[resident.pk], until=NOON + timedelta(days=90))
    keep_residents(resident_ids=[resident.pk], until=NOON + timedelta(days=30))

    assert forget_residents(now=NOON + timedelta(days=90, seconds=-1)) == 0
    assert forget_residents(now=NOON + timedelta(days=90)) == 1
    assert forget_residents(now=NOON + timedelta(days=91)) == 0
    assert meet() != resident
