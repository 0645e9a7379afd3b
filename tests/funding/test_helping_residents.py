"""Helpers write down what residents say by phone, on paper or side by side; it counts like online."""

from datetime import date

import pytest
from django.utils import timezone

from communities.models import Helper, Role
from funding.answer_states import AnswerKind
from funding.models import ActionEvent, DeliveryVoice, Question, Signature, Suggestion, UpdateRequest
from funding.services.answers import PlannedAction, Wording, answer_mandate
from funding.services.delivery import report_action
from funding.services.priorities import adopt_list, suggest_need
from renewal.kernel.models import AuditEvent
from tests.factories.answers import QuestionFactory, officer_of
from tests.factories.communities import PostcodeRangeFactory
from tests.factories.projects import make_round
from tests.support.catalogue import client_of
from tests.support.world import build_world
from voting.models import Helper as PlaceHelper
from voting.models import HelpPlace

pytestmark = pytest.mark.django_db
HUB = "/en/staff/helping/residents/"


@pytest.fixture
def world():
    """A round that takes needs, and a helper whom the council accredited; the helper is no officer."""
    world = build_world()
    world.helper = Helper.objects.create(
        user=world.users["person"], body=world.body, accredited_on=date(2026, 1, 1)
    ).user
    world.round = make_round(world.area, world.body, step="priorities", now=timezone.now(), prefix="NEE", slug="needs")
    return world


@pytest.fixture
def client(world):
    return client_of(world, "person")


def need_path(world):
    return f"/en/staff/helping/rounds/{world.round.slug}/need/"


def test_a_helper_writes_down_a_need_with_its_route_and_count(world, client):
    data = {"text": "Somewhere warm to meet", "people": "3", "route": "phone"}

    answer = client.post(need_path(world), data)

    need = Suggestion.objects.get()
    assert (answer.status_code, answer.url) == (303, f"{HUB}?area={world.area.slug}")
    assert (need.text, need.heard_count, need.origin, need.added_by) == (data["text"], 3, "phone", world.helper)


def test_what_sounds_alike_is_shown_before_anything_is_stored_and_can_be_joined(world, client):
    need = suggest_need(round_id=world.round.pk, text="Somewhere warm to meet", now=timezone.now())
    data = {"text": "Somewhere warm to meet people", "people": "2", "route": "paper"}

    asked = client.post(need_path(world), data)
    stored = Suggestion.objects.count()
    joined = client.post(need_path(world), data | {"joins": str(need.pk)})

    assert (asked.status_code, "Is it one of these?" in asked.content.decode(), stored) == (200, True, 1)
    need.refresh_from_db()
    assert (joined.status_code, Suggestion.objects.count(), need.heard_count) == (303, 1, 2)
    assert AuditEvent.objects.get(action="need.heard").actor_id == world.helper.pk


def test_the_helper_may_say_that_it_is_new(world, client):
    suggest_need(round_id=world.round.pk, text="Somewhere warm to meet", now=timezone.now())
    data = {"text": "Somewhere warm to meet people", "people": "2", "route": "beside", "joins": "new"}

    client.post(need_path(world), data)

    assert list(Suggestion.objects.values_list("origin", flat=True)) == ["web", "connector"]


def test_what_somebody_says_about_a_need_stands_below_it_with_its_route(world, client):
    need = suggest_need(round_id=world.round.pk, text="Somewhere warm to meet", now=timezone.now())
    path = f"/en/staff/helping/rounds/{world.round.slug}/comment/"
    data = {"text": "With a kettle.", "name": "Tom", "route": "paper"}

    unknown = client.post(path, data | {"need": "NEE-N99"})
    client.post(path, data | {"need": need.ref})

    assert (unknown.status_code, "No need of this round has that number" in unknown.content.decode()) == (422, True)
    page = client.get(f"/en/rounds/{world.round.slug}/needs/{need.ref}/").content.decode()
    assert "With a kettle." in page
    assert "on paper" in page
    assert AuditEvent.objects.get(action="need.commented").actor_id == world.helper.pk


def test_a_question_asked_by_phone_is_published_with_its_route(world, client):
    data = {"body": world.body.pk, "is_petition": "no", "text": "When does the clinic open?", "route": "phone"}

    client.post(f"/en/staff/helping/area/{world.area.slug}/question/", data)

    assert Question.objects.values_list("text", "route").get() == ("When does the clinic open?", "phone")


def test_a_petition_is_signed_beside_somebody_whose_home_the_helper_knows(world, client):
    PostcodeRangeFactory(area=world.area)
    petition = QuestionFactory(kind="petition", area=world.area, body=world.body)
    path = f"/en/staff/helping/petitions/{petition.pk}/"
    data = {"name": "Amina Said", "house": "12 Mill Lane", "postcode": "ZZ1 2CD", "route": "beside"}

    refused = client.post(path, data)
    signed = client.post(path, data | {"is_known": "on"})

    assert (refused.status_code, signed.status_code, Signature.objects.get().route) == (422, 303, "beside")


def delivered(world):
    need = suggest_need(round_id=world.round.pk, text="Somewhere warm to meet", now=timezone.now())
    mandate = adopt_list(round_id=world.round.pk, refs=[need.ref], voters=9, now=timezone.now())
    mandate = mandate.priorities.get().mandates.get()
    officer = officer_of(world.body)
    yes = Wording(AnswerKind.ACCEPT, "Yes.", actions=(PlannedAction("A room opens", date(2027, 10, 1)),))
    answer_mandate(mandate_id=mandate.pk, wording=yes, actor=officer, now=timezone.now())
    action = mandate.answers.get().actions.get()
    report_action(
        action_id=action.pk, kind=ActionEvent.Kind.DONE, words="Open.", evidence="Photo", actor=officer,
        now=timezone.now(),
    )  # fmt: skip
    return action


def test_what_somebody_found_is_written_down_by_a_helper(world, client):
    action = delivered(world)
    data = {"route": "phone", "verdict": "confirm", "words": "The room is open."}

    client.post(f"/en/staff/helping/actions/{action.pk}/", data)

    assert DeliveryVoice.objects.values_list("verdict", "route").get() == ("confirm", "phone")


def test_an_officer_of_the_body_that_promised_cannot_record_a_confirmation_but_can_record_a_dispute(world):
    action = delivered(world)
    client, path = client_of(world, "reviewer"), f"/en/staff/helping/actions/{action.pk}/"
    data = {"route": "phone", "words": "The room is open."}

    confirmed = client.post(path, data | {"verdict": "confirm"})
    disputed = client.post(path, data | {"verdict": "dispute"})

    assert (confirmed.status_code, disputed.status_code) == (422, 303)
    assert "an officer of another body" in confirmed.content.decode()
    assert DeliveryVoice.objects.get().verdict == "dispute"


def test_news_by_letter_is_asked_for_and_stopped_by_phone(world, client):
    data = {"postal": "Tom Reed\n12 Mill Lane\nZZ1 2CD", "language": "en"}

    client.post(f"/en/staff/helping/area/{world.area.slug}/letters/", data)
    wish = UpdateRequest.objects.get()
    client.post("/en/staff/helping/letters/stop/", {"number": str(wish.pk)})

    assert wish.area == world.area
    assert not UpdateRequest.objects.exists()


def test_the_page_for_a_phone_call_shows_what_can_be_done_in_a_place(world, client):
    QuestionFactory(kind="petition", area=world.area, body=world.body, text="Open the gates on Sundays")
    delivered(world)

    page = client.get(f"{HUB}?area={world.area.slug}").content.decode()

    for words in ("Write down a need", "Sign: Open the gates on Sundays", "A room opens", "Send news by letter"):
        assert words in page


def test_a_helper_of_a_place_helps_there_and_nowhere_else(world):
    place = HelpPlace.objects.create(area=world.area, name="The library", kind="library")
    user = world.users["other_member"]
    PlaceHelper.objects.create(place=place, user_id=user.pk, starts_on=date(2026, 1, 1))
    other = make_round(world.other_area, world.body, step="priorities", now=timezone.now(), prefix="OTH", slug="other")
    client = client_of(world, "other_member")

    assert client.get(need_path(world)).status_code == 200
    assert client.get(f"/en/staff/helping/rounds/{other.slug}/need/").status_code == 404


@pytest.mark.parametrize("part", ["member", "counting", "auditor", "steward", "holder"])
def test_nobody_else_finds_these_pages(world, part):
    assert client_of(world, part).get(HUB).status_code == 404
    assert client_of(world, part).get(need_path(world)).status_code == 404


def test_help_ends_with_the_accreditation(world, client):
    Helper.objects.filter(user=world.helper).update(ends_on=date(2026, 1, 2))

    assert client.get(HUB).status_code == 404


def test_an_officer_who_answers_elsewhere_does_not_help_here(world):
    far = officer_of(world.other_body, role=Role.LEAD)
    type(world.other_body).objects.filter(pk=world.other_body.pk).update(area=world.other_area)
    client = client_of(world, "person")
    client.force_login(far, backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(need_path(world)).status_code == 404
