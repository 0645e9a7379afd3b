"""The table of journeys and routes of residents: each online form has its way by phone and on paper (DESIGN §1)."""

from datetime import date

import pytest
from django.utils import timezone

from communities.models import Helper
from communities.models import Route as HelpRoute
from funding import answer_urls
from funding.models import DeliveryVoice, Question, Signature, Suggestion, SuggestionComment
from funding.services.priorities import suggest_need
from renewal.kernel.offline import offline_ways
from tests.factories.communities import PostcodeRangeFactory
from tests.funding.answer_worlds import delivered
from tests.funding.need_worlds import taking_needs
from tests.funding.voice_worlds import petition
from tests.support.catalogue import all_rows, client_of
from tests.support.world import build_world

# Posts of residents that are no journey without the internet, each with why.
BUSES = "More buses on Sundays"
ONLINE_ALONE: dict[str, str] = {}


OWN = {"send", *(pattern.name for pattern in (*answer_urls.FUNDING, *answer_urls.RENEWAL))}


def test_every_form_of_a_resident_about_needs_and_answers_belongs_to_a_way():
    covered = {name for way in offline_ways("resident") for name in way.online}
    of_residents = {
        row.name
        for row in all_rows()
        if row.method == "post"
        and row.answers["stranger"] not in (404, "sign-in")
        and row.name.partition(":")[2] in OWN
    }

    assert sorted(of_residents - covered - set(ONLINE_ALONE)) == []
    assert {"suggest", "support", "vote", "found", "ask", "sign", "updates"} <= {
        way.key for way in offline_ways("resident")
    }


@pytest.fixture
def helper():
    """A client of somebody accredited, in a world with a round that takes needs."""
    world = build_world()
    Helper.objects.create(user=world.users["person"], body=world.body, accredited_on=date(2026, 1, 1))
    world.round = world.needs_round = taking_needs(world)
    PostcodeRangeFactory(area=world.area)
    return world, client_of(world, "person")


@pytest.mark.django_db
@pytest.mark.parametrize("route", HelpRoute.values)
def test_a_helper_walks_each_journey_of_a_resident_on_each_route(helper, route):
    world, client = helper
    action = delivered(world).answers.get().actions.get()
    asked = petition(world)
    stands = suggest_need(round_id=world.round.pk, text="Lights along the river path", now=timezone.now())
    voices = DeliveryVoice.objects.count()
    base = "/en/staff/helping"
    posts = [
        (f"{base}/rounds/{world.round.slug}/need/", {"text": "A safer crossing at the school", "people": "2"}),
        (
            f"{base}/area/{world.area.slug}/question/",
            {"body": world.body.pk, "is_petition": "yes", "text": BUSES},
        ),
        (
            f"{base}/petitions/{asked.pk}/",
            {"name": "Amina Said", "house": "12", "postcode": "ZZ1 2CD", "is_known": "on"},
        ),
        (
            f"{base}/rounds/{world.round.slug}/comment/",
            {"need": stands.ref.lower(), "text": "My mother cannot cross there.", "name": "Tom"},
        ),
        (f"{base}/actions/{action.pk}/", {"verdict": "confirm", "words": "It is there."}),
    ]

    answers = [client.post(path, data | {"route": route}).status_code for path, data in posts]

    assert answers == [303, 303, 303, 303, 303]
    origin = {"beside": "connector"}.get(route, route)
    assert Suggestion.objects.filter(round=world.round, origin=origin, heard_count=2).count() == 1
    said = SuggestionComment.objects.get(suggestion=stands)
    assert (said.text, said.name, said.route) == ("My mother cannot cross there.", "Tom", route)
    assert Question.objects.get(text=BUSES).route == route
    assert Signature.objects.get(question=asked).route == route
    assert DeliveryVoice.objects.filter(route=route).count() == 1
    assert DeliveryVoice.objects.count() == voices + 1
