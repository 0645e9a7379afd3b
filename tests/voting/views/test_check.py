"""The check before a vote: one question a page, codes, and where news of the vote goes."""

import pytest
from django.urls import reverse

from tests.factories.communities import UserFactory
from tests.factories.voting import NOON, opened_poll
from tests.voting.views.voter import pass_check, url
from voting.models import RollEntry
from voting.services.codes import void_code

pytestmark = pytest.mark.django_db


def test_a_code_opens_for_the_same_person_again_and_for_nobody_else(client, poll, code):
    pass_check(client, poll, code)

    assert pass_check(client, poll, code).status_code == 303
    refused = pass_check(client, poll, code, name="Somebody Else")

    assert refused.status_code == 422
    assert "Somebody else has used this code." in refused.content.decode()


def test_guessing_is_stopped_and_answers_do_not_differ(client, poll):
    pages = [pass_check(client, poll, "0000 0000 0000 0") for _ in range(7)]
    locked = [pass_check(client, poll, "0000 0000 0000 0") for _ in range(3)]

    assert len({len(page.content) for page in pages}) == 1
    assert "too often" in locked[-1].content.decode()


def test_a_young_person_is_told_when_they_can_vote(client, poll, code):
    page = pass_check(client, poll, code, old_enough="no")

    assert "You can vote here when you are 16." in page.content.decode()
    assert not RollEntry.objects.exists()


def test_the_check_asks_one_question_a_page_and_keeps_what_was_answered(client, poll, code):
    ask = [reverse("voting:residency_question", args=[poll.slug, "code", name]) for name in ("age", "code", "home")]
    pages = [client.get(url("residency", poll, "code"))]

    assert client.get(ask[2]).url == url("residency", poll, "code")  # nothing is skipped
    assert client.post(ask[0], {"is_old_enough": "yes"}).url == ask[1]
    pages.append(client.get(ask[1]))
    assert client.post(ask[1], {"code": code}).url == ask[2]
    pages.append(client.get(ask[2]))

    assert [page.content.decode().count("<h1") for page in pages] == [1, 1, 1]
    assert code in client.get(ask[1]).content.decode()
    assert not RollEntry.objects.exists()


def test_a_wrong_code_is_asked_for_again_and_who_somebody_is_stays_out_of_the_session(client, poll):
    page = pass_check(client, poll, "0000 0000 0000 0")

    assert page.status_code == 422
    assert 'id="id_code_error"' in page.content.decode()
    assert "Amina" not in str(dict(client.session.items()))


def test_an_email_address_is_asked_for_after_the_check_and_may_be_left_out(client, poll, code):
    assert pass_check(client, poll, code).url == url("contact", poll)
    entry = RollEntry.objects.get()
    assert (entry.contact_email, entry.postal_note.pk) == ("", entry.pk)

    assert client.post(url("contact", poll), {"email": "amina@example.org"}).url == url("choose", poll)

    assert RollEntry.objects.get().contact_email == "amina@example.org"
    assert pass_check(client, poll, code).url == url("choose", poll)  # known by now, and not asked for again


def test_the_contact_page_before_the_check_leads_to_the_check(client, poll):
    assert client.get(url("contact", poll)).url == url("residency_method", poll)


def test_a_lost_code_opens_nothing_any_more(client, poll, code):
    other = opened_poll(area_id=poll.area_id, title="Other")
    assert not void_code(poll_id=other.pk, code=code, actor=UserFactory(), now=NOON)
    assert void_code(poll_id=poll.pk, code=code, actor=UserFactory(), now=NOON)
    assert not void_code(poll_id=poll.pk, code=code, actor=UserFactory(), now=NOON)

    page = pass_check(client, poll, code)

    assert (page.status_code, RollEntry.objects.count()) == (422, 0)
