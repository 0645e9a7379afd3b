"""Two projects become one only when both groups have agreed, and both pages keep the trace."""

import pytest

from funding.models import CombineOffer, Partner
from funding.services import combining, projects
from renewal.kernel.models import Notice
from tests.factories.money import make_council, make_country
from tests.factories.projects import NOW, make_group, make_member, make_project, make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    """Two projects of one round, each with a group of one member, and their members."""
    areas = make_country()
    round_ = make_round(areas["ASH-N"], make_council(areas["ASH"]))
    groups = [make_group(round_.area, slug) for slug in ("allotments", "cooks")]
    people = [make_member(group, name) for group, name in zip(groups, ("Kelly", "Cook"), strict=True)]
    made = [make_project(round_, group=group, number=number) for number, group in enumerate(groups, start=1)]
    return (*made, *people)


def offer(two, **more):
    first, second, kelly, _ = two
    return combining.offer_to_combine(
        project_id=first.pk, into_id=second.pk, words="Stronger.", **{"actor": kelly, "now": NOW} | more
    )


def test_nothing_is_combined_before_the_other_group_agrees(two):
    first, second, kelly, cook = two
    asked = offer(two)

    first.refresh_from_db()
    assert (first.state, first.combined_into) == ("sent", None)
    with pytest.raises(projects.NotAMember):
        combining.agree_to_combine(offer_id=asked.pk, actor=kelly, now=NOW)
    combining.agree_to_combine(offer_id=asked.pk, actor=cook, now=NOW)

    first.refresh_from_db()
    partner = Partner.objects.get(project=second)
    assert (first.state, first.combined_into, partner.group) == ("combined", second, first.group)
    assert list(second.combined_from.all()) == [first]
    assert first.versions.count() == 0  # what was written stays where it was: the page and its versions are its own


def test_both_groups_hear_of_it(two):
    asked = offer(two)
    combining.decline_to_combine(offer_id=asked.pk, words="Not this year.", actor=two[3], now=NOW)

    told = set(Notice.objects.values_list("kind", "person_id"))
    assert told == {("combine_waiting", two[3].pk), ("combine_declined", two[2].pk)}


def test_an_offer_is_answered_or_taken_back_once(two):
    asked = offer(two)
    with pytest.raises(combining.OfferStands):
        offer(two)
    combining.take_offer_back(offer_id=asked.pk, actor=two[2], now=NOW)

    with pytest.raises(combining.OfferMoved):
        combining.agree_to_combine(offer_id=asked.pk, actor=two[3], now=NOW)
    assert offer(two).state == "waiting"


def test_one_person_of_both_groups_does_not_agree_with_themselves(two):
    from communities.models import Membership

    first, second, kelly, _ = two
    Membership.objects.create(group=second.group, user=kelly, role="owner", joined_at=NOW)
    asked = offer(two)

    with pytest.raises(combining.SamePerson):
        combining.agree_to_combine(offer_id=asked.pk, actor=kelly, now=NOW)


def test_a_stranger_and_a_project_of_another_round_are_refused(two):
    first, second, kelly, cook = two
    elsewhere = make_round(first.round.area.parent.children.get(code="MILL"), first.round.convenor, prefix="MIL")
    other = make_project(elsewhere, group=second.group, number=1)

    with pytest.raises(projects.NotAMember):
        offer(two, actor=cook)
    with pytest.raises(projects.CannotCombine):
        combining.offer_to_combine(project_id=first.pk, into_id=other.pk, words="W", actor=kelly, now=NOW)
    assert CombineOffer.objects.count() == 0
