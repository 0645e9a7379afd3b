"""Signing in: a typed code, never a link; a new address becomes an account; officers have a second step."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.core import mail
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from communities.models import User
from renewal.kernel.models import Notice, OutboxMessage
from renewal.kernel.outbox import perform
from renewal.site.adapters import home_of
from renewal.site.models import SeededPart
from tests.support.world import build_world

SIGN_IN = "/en/sign-in/"
CODE = "/en/sign-in/code/"


@pytest.fixture(autouse=True)
def _database(db):
    """Every test here needs the database."""


def ask_for_code(client, email="kelly@example.org", **more) -> str:
    """Ask for a code, let the worker send it, and read it in the mail."""
    client.post(SIGN_IN, {"email": email, **more})
    deliver()
    return re.search(r"\b(\d{6})\b", mail.outbox[-1].body)[1]


def deliver() -> None:
    for message in OutboxMessage.objects.filter(state="waiting"):
        perform(message_id=message.pk, now=timezone.now())


def test_a_known_person_signs_in_with_the_code_from_the_mail(client):
    kelly = User.objects.create_user("kelly@example.org", name="Kelly")

    code = ask_for_code(client)
    answer = client.post(CODE, {"code": f" {code[:3]} {code[3:]} "})

    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(kelly.pk)
    assert mail.outbox[-1].to == ["kelly@example.org"]
    assert "/" not in mail.outbox[-1].subject, "the subject holds no link"


def test_a_new_address_becomes_an_account_only_when_its_code_is_typed(client):
    code = ask_for_code(client, "new@example.org")
    assert not User.objects.filter(email="new@example.org").exists()

    client.post(CODE, {"code": code})

    assert User.objects.get(email="new@example.org").has_usable_password() is False


def test_both_kinds_of_address_get_the_same_answer(client):
    User.objects.create_user("known@example.org")

    answers = [client.post(SIGN_IN, {"email": email}) for email in ("known@example.org", "unknown@example.org")]

    assert [answer.headers["Location"] for answer in answers] == [CODE, CODE]
    assert Notice.objects.count() == 2


def test_a_wrong_code_is_told_in_words_and_five_end_the_attempt(client):
    ask_for_code(client)

    answers = [client.post(CODE, {"code": "abc"}) for _try in range(5)]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 303]
    assert "That is not the code we sent" in answers[0].content.decode()
    assert client.get(CODE).status_code == 302, "the attempt is over"


def test_an_expired_code_is_replaced_and_the_page_stays(client, monkeypatch):
    User.objects.create_user("kelly@example.org")
    old = ask_for_code(client)
    later = time.time() + 21 * 60
    monkeypatch.setattr(time, "time", lambda: later)

    answer = client.post(CODE, {"code": old})
    deliver()

    assert (answer.status_code, answer.headers["Location"]) == (303, CODE)
    new = re.search(r"\b(\d{6})\b", mail.outbox[-1].body)[1]
    assert client.post(CODE, {"code": new}).status_code == 302


def test_the_person_returns_to_the_page_they_wanted(client):
    code = ask_for_code(client, next="/en/help/")

    assert client.post(CODE, {"code": code, "next": "/en/help/"}).headers["Location"] == "/en/help/"


def test_nobody_is_sent_to_another_site_after_signing_in(client):
    code = ask_for_code(client, next="https://elsewhere.example/")

    answer = client.post(CODE, {"code": code, "next": "https://elsewhere.example/"})

    assert answer.headers["Location"] == home_of(User.objects.get())


def test_too_many_requests_for_codes_are_refused_in_words(client):
    for _try in range(12):
        answer = client.post(SIGN_IN, {"email": "flood@example.org"})

    assert answer.status_code == 422
    assert "too many tries" in answer.content.decode()


def test_the_notice_forgets_the_address_once_it_is_sent(client):
    ask_for_code(client)

    assert Notice.objects.get().address == ""


def test_demo_sign_in_works_only_for_seeded_people_and_only_in_the_demo(client):
    person = User.objects.create_user("priya@example.org")
    User.objects.create_user("real@example.org")
    SeededPart.objects.create(name="areas", seeded_at=timezone.now(), notes={"sign_ins": [[person.email, "Priya"]]})

    assert client.post("/en/sign-in/demo/", {"email": "real@example.org"}).status_code == 404
    with override_settings(DEMO=False):
        assert client.post("/en/sign-in/demo/", {"email": person.email}).status_code == 404
        assert "Priya" not in client.get(SIGN_IN).content.decode()
    assert client.post("/en/sign-in/demo/", {"email": person.email}).status_code == 303


@override_settings(OFFICERS_NEED_SECOND_STEP=True)
def test_an_officer_without_a_second_step_is_led_to_set_one_up(client):
    officer = build_world().users["reviewer"]
    client.force_login(officer)

    assert client.get("/en/staff/").headers["Location"] == reverse("mfa_activate_totp")

    TOTP.activate(officer, "JBSWY3DPEHPK3PXP")
    assert client.get("/en/staff/").status_code == 200


def test_an_officer_is_signed_out_after_fifteen_idle_minutes(client, monkeypatch):
    client.force_login(build_world().users["reviewer"])
    assert client.get("/en/staff/").status_code == 200
    later = time.time() + settings.OFFICERS_IDLE_SECONDS + 61
    monkeypatch.setattr(time, "time", lambda: later)

    answer = client.get("/en/staff/")

    assert answer.headers["Location"] == f"{SIGN_IN}?next=%2Fen%2Fstaff%2F"
    assert "_auth_user_id" not in client.session


def test_a_resident_is_not_signed_out_by_an_hour_of_reading(client, monkeypatch):
    client.force_login(build_world().users["member"])
    client.get("/en/")
    later = time.time() + 3600
    monkeypatch.setattr(time, "time", lambda: later)

    assert "Sign out" in client.get("/en/").content.decode()


def test_an_account_keeps_the_language_it_signs_in_with(client):
    code = ask_for_code(client, "gethin@example.org")

    client.post("/cy/sign-in/code/", {"code": code})

    assert User.objects.get(email="gethin@example.org").language == "cy"


def test_a_signed_in_person_who_changes_the_language_gets_e_mails_in_it(client):
    person = User.objects.create_user("gethin@example.org", language="en")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    chosen = []

    for page, before in [("/cy/help/", ""), ("/cy/help/", "http://elsewhere.example/en/help/"),
                         ("/cy/help/", "http://testserver/en/help/"), ("/cy/", "http://testserver/cy/help/"),
                         ("/en/help/", "http://testserver/cy/")]:  # fmt: skip
        client.get(page, headers={"referer": before})
        chosen.append(User.objects.get(pk=person.pk).language)

    assert chosen == ["en", "en", "cy", "cy", "en"], "a link from elsewhere is not a choice"


def test_a_code_is_mailed_in_the_language_of_the_page(client):
    client.post("/cy/sign-in/", {"email": "gethin@example.org"})
    deliver()

    assert Notice.objects.get().language == "cy"
    assert "Eich cod" in mail.outbox[-1].body


def test_a_person_of_the_demo_is_met_in_their_language(client):
    person = User.objects.create_user("gethin@example.org", language="cy")
    SeededPart.objects.create(name="areas", seeded_at=timezone.now(), notes={"sign_ins": [[person.email, "Gethin"]]})

    assert client.post("/en/sign-in/demo/", {"email": person.email}).headers["Location"].startswith("/cy/")
