"""Lists are corrected by new versions, gatherings are changed in the open, bodies go on record with what binds them."""

from datetime import date, timedelta

import pytest
from django.db import InternalError, ProgrammingError, transaction

from communities.models import Role
from funding.models import Charter, Instrument, Mandate, Priority, PriorityList
from funding.services.charters import CharterExists, record_charter
from funding.services.gatherings import BadTimes, GatheringFacts, cancel_gathering, change_gathering
from funding.services.mandates import charter_of
from funding.services.officers import NotYourBody
from funding.services.priorities import AlreadyAdopted, NotACorrection, adopt_list, correct_list
from renewal.kernel.models import OutboxMessage
from tests.factories.answers import NOON, GatheringFactory, RoundFactory, SuggestionFactory, officer_of
from tests.factories.communities import BodyFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def round_():
    """A round with three needs in the order that the vote gave: C, A, B."""
    round_ = RoundFactory()
    refs = [SuggestionFactory(round=round_, ref=f"R-N{name}", text=f"Need {name} of the place").ref for name in "CAB"]
    adopt_list(round_id=round_.pk, refs=refs, voters=634, votes=dict(zip(refs, (9, 7, 5), strict=True)), now=NOON)
    return round_


def lead_of(round_):
    return officer_of(round_.convenor, role=Role.LEAD)


def correct(round_, *refs, actor=None, why="B belongs to another area."):
    return correct_list(round_id=round_.pk, refs=refs, why=why, actor=actor or lead_of(round_), now=NOON + DAY)


def order(list_):
    return list(list_.priorities.order_by("rank").values_list("ref", "votes"))


def test_g_4_2_a3_a_correction_is_a_new_version_and_the_old_one_stays(round_, client):
    second = correct(round_, "R-NA", "R-NC")

    first = PriorityList.objects.get(round=round_, version=1)
    assert (second.version, second.voters, order(second)) == (2, 634, [("R-NC", 9), ("R-NA", 7)])
    assert order(first) == [("R-NC", 9), ("R-NA", 7), ("R-NB", 5)]
    old = client.get(f"/en/rounds/{round_.slug}/priorities/v1/")
    assert (old.status_code, "This is an earlier version." in old.content.decode()) == (200, True)


@pytest.mark.parametrize("refs", [("R-NB", "R-NA", "R-NC"), ("R-NA", "R-NB", "R-NC")])
def test_no_correction_can_move_a_need(round_, refs):
    assert [ref for ref, _votes in order(correct(round_, *refs))] == ["R-NC", "R-NA", "R-NB"]


def test_a_need_taken_off_comes_back_to_its_counted_place(round_):
    correct(round_, "R-NA")

    assert [ref for ref, _votes in order(correct(round_, "R-NA", "R-NB", "R-NC"))] == ["R-NC", "R-NA", "R-NB"]


def test_a_need_that_nobody_voted_on_cannot_be_slipped_in(round_):
    SuggestionFactory(round=round_, ref="R-NX")

    with pytest.raises(NotACorrection):
        correct(round_, "R-NC", "R-NX")
    with pytest.raises(NotACorrection):
        correct(round_)


def test_a_correction_needs_its_reason_and_a_lead_of_the_convenor(round_):
    with pytest.raises(AlreadyAdopted):
        correct(round_, "R-NC", why=" ")
    with pytest.raises(NotYourBody):
        correct(round_, "R-NC", actor=officer_of(round_.convenor, role=Role.REVIEWER))
    with pytest.raises(NotYourBody):
        correct(round_, "R-NC", actor=officer_of(BodyFactory(), role=Role.LEAD))


def test_a_duty_that_an_earlier_version_made_stays(round_):
    correct(round_, "R-NC")

    assert set(Mandate.objects.filter(round=round_).values_list("ref", flat=True)) == {"R-NA", "R-NB", "R-NC"}


def test_the_database_keeps_adopted_lists_from_being_edited(round_):
    with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
        Priority.objects.filter(list__round=round_, ref="R-NC").update(rank=9)


# Charters ----------------------------------------------------------------------------------------


def put(body, starts_on, *, actor=None, title="Resolution 14"):
    return record_charter(
        body=body, instrument=Instrument.RESOLUTION, title=title, url="", scrutiny_name="", scrutiny_email="",
        starts_on=starts_on, actor=actor or officer_of(body, role=Role.LEAD), now=NOON,
    )  # fmt: skip


def test_a_body_is_bound_from_the_first_day_by_the_newest_record():
    body = BodyFactory()
    first, second = put(body, date(2027, 3, 5)), put(body, date(2027, 3, 6), title="Resolution 15")

    found = [charter_of(body, now=NOON + days * DAY) for days in (-1, 0, 1)]

    assert found == [None, first, second]


def test_only_a_lead_of_the_body_records_it_and_once_a_day():
    body = BodyFactory()
    put(body, date(2027, 3, 5))

    with pytest.raises(CharterExists):
        put(body, date(2027, 3, 5), title="Something else")
    with pytest.raises(NotYourBody):
        put(body, date(2027, 4, 1), actor=officer_of(body, role=Role.REVIEWER))
    assert Charter.objects.get().title == "Resolution 14"


# Gatherings --------------------------------------------------------------------------------------


def facts(**more):
    first = NOON + 9 * DAY
    known = {"title": "What next?", "starts_at": first, "ends_at": first + timedelta(hours=2), "place": "The hall"}
    return GatheringFacts(**{"access": "Step-free", "languages": "English", **known, **more})


def test_a_change_is_told_again_and_reaches_calendars_by_the_next_number():
    gathering = GatheringFactory()
    officer = officer_of(gathering.convenor)

    changed = change_gathering(gathering_id=gathering.pk, facts=facts(), bodies=[], actor=officer, now=NOON)
    cancel_gathering(gathering_id=gathering.pk, words="The hall is flooded.", actor=officer, now=NOON)

    assert (changed.place, changed.sequence) == ("The hall", 1)
    keys = OutboxMessage.objects.filter(key__startswith="gathering-told").values_list("key", flat=True)
    assert set(keys) == {f"gathering-told:{gathering.pk}:{number}" for number in (1, 2)}


def test_a_gathering_that_has_begun_or_moves_into_the_past_is_not_changed():
    gathering = GatheringFactory()
    officer = officer_of(gathering.convenor)

    with pytest.raises(BadTimes):
        change_gathering(
            gathering_id=gathering.pk, facts=facts(starts_at=NOON - DAY), bodies=[], actor=officer, now=NOON
        )
    with pytest.raises(BadTimes):
        change_gathering(gathering_id=gathering.pk, facts=facts(), bodies=[], actor=officer, now=gathering.starts_at)
