"""Finding an area, with and without knowing which of two it is."""

import pytest
from django.urls import reverse

from tests.communities.pages import PACK, add_ranges
from tests.support.world import build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    world = build_world()
    add_ranges(world)
    return world


def post(client, postcode):
    return client.post(reverse("communities:area_find"), {"postcode": postcode})


def test_a_postcode_of_one_neighbourhood_leads_to_its_page(client, world):
    world.area.postcode_ranges.create(outward="ZZ2", first_inward="0AA", last_inward="9ZZ")

    answer = post(client, "zz21aa")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/en/area/upper-test/")


def test_a_postcode_of_two_neighbourhoods_asks_which_and_keeps_only_the_areas(client, world):
    answer = post(client, "ZZ1 5AA")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/en/area/choose/")
    assert "5AA" not in str(dict(client.session))
    chosen = client.post("/en/area/choose/", {"area": "lower-test"})
    assert chosen.headers["Location"] == "/en/area/lower-test/"


def test_who_is_not_sure_is_led_to_the_authority_with_a_number_to_call(client, world):
    post(client, "ZZ1 5AA")

    answer = client.post("/en/area/choose/", {"area": "not-sure"})

    assert answer.headers["Location"] == "/en/area/testborough/"
    page = client.get("/en/area/testborough/").content.decode()
    assert "Call 01632 960100 and we will find your neighbourhood with you." in page


def test_an_area_that_was_not_offered_cannot_be_chosen(client, world):
    post(client, "ZZ1 5AA")

    assert client.post("/en/area/choose/", {"area": "testland"}).status_code == 422


@pytest.mark.parametrize("typed", ["'", "ZZ1 5AA" * 3000, "<script>", "12", " "])
def test_what_is_no_postcode_is_answered_with_how_to_write_one(client, world, typed):
    answer = post(client, typed)

    assert answer.status_code == 422
    assert "Enter a full UK postcode, like ZZ1 2CD" in answer.content.decode()


def test_an_unknown_area_is_a_helpful_404(client, world):
    assert client.get("/en/area/nowhere/").status_code == 404


def test_a_welsh_page_has_welsh_names(client, world):
    from communities.services.area_pack import read_pack
    from communities.services.areas import load_areas

    load_areas(pack=read_pack(PACK))

    assert "Gogledd Ashcombe" in client.get("/cy/area/ashcombe-north/").content.decode()
