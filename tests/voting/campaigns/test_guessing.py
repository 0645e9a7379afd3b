"""Guessing codes (T3): ten thousand guesses over fifty addresses hit nothing, the locks fire, answers tell nothing."""

import re
from collections import Counter
from random import Random

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories.communities import UserFactory
from tests.factories.voting import poll_open_now
from tests.support.voters import people_on_roll
from voting.codes import new_letter_code
from voting.forms import questions_of
from voting.models import RollEntry, TryCount, VotingCode
from voting.services import roll
from voting.services.codes import make_codes, void_code
from voting.services.tries import PER_NETWORK

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.campaign]
ADDRESSES = 50
CHANGING = re.compile(rb'value="[A-Za-z0-9]{64}"|value="[0-9A-Z ]{12,20}"')  # the forgery token; the code typed again


def ask(client: Client, poll, code: str, address: str):
    """Answer the questions of the way by code; the last answer decides."""
    home = {"name": "Sam Voter", "house": "1", "postcode": "ZZ1 2CD"}
    answers = {"age": {"is_old_enough": "yes"}, "code": {"code": code}, "home": home}
    for question in questions_of(poll, "code"):
        page = reverse("voting:residency_question", args=[poll.slug, "code", question])
        answer = client.post(page, answers[question], REMOTE_ADDR=address)
    return answer


def poll_with_codes(roll_kind: str, count: int):
    poll = poll_open_now(roll_kind=roll_kind)
    codes = make_codes(poll_id=poll.pk, count=count, label="letters", actor=None, now=timezone.now())
    if roll_kind == "list":  # a code belongs to an entry
        for code, entry in zip(VotingCode.objects.order_by("pk"), people_on_roll(poll, count), strict=True):
            VotingCode.objects.filter(pk=code.pk).update(roll_entry=entry)
    return poll, codes


def shape(answer) -> tuple[int, bytes]:
    """What an answer tells: its status and its page, without the token and the code typed again."""
    return answer.status_code, CHANGING.sub(b"", answer.content)


@pytest.mark.parametrize("roll_kind", ["open", "list"])
def test_guesses_hit_nothing_and_the_locks_fire(campaign, roll_kind):
    guesses, addresses = campaign.size(small=70, long=10_000), campaign.size(small=1, long=ADDRESSES)
    poll, codes = poll_with_codes(roll_kind, 200)
    marked = RollEntry.objects.exclude(checks=None).count()
    browsers = {f"192.0.2.{place}": Client() for place in range(addresses)}
    answers: Counter[tuple[int, bytes]] = Counter()

    for number in range(guesses):
        address = f"192.0.2.{number % addresses}"
        if number % 3:  # two thirds throw their cookies away
            browsers[address] = Client()
        answers[shape(ask(browsers[address], poll, new_letter_code(), address))] += 1
    locked = shape(ask(Client(), poll, codes[0], "192.0.2.0"))

    assert {status for status, _ in answers} == {422}
    assert len(answers) == 2, "one page for a wrong code and one for a lock, always the same"
    assert locked in answers, "a locked address is told the same about a true code"
    assert RollEntry.objects.exclude(checks=None).count() == marked
    tried = sum(TryCount.objects.values_list("count", flat=True).order_by("-count")[:addresses])
    assert tried <= addresses * (PER_NETWORK + 1)
    assert ask(Client(), poll, codes[0], "198.51.100.7").status_code == 303, "elsewhere the same code works"
    campaign.record(
        f"{roll_kind} roll: {guesses} guesses over {addresses} addresses: 0 hits, {min(answers.values())} looked up, "
        f"{max(answers.values())} refused by a lock, two pages in all; codes reused by another: 0"
    )


@pytest.mark.parametrize("roll_kind", ["open", "list"])
def test_unknown_void_and_foreign_codes_get_one_answer(roll_kind):
    poll, codes = poll_with_codes(roll_kind, 3)
    theirs = poll_with_codes(roll_kind, 1)[1] if roll_kind == "open" else [new_letter_code()]
    void_code(poll_id=poll.pk, code=codes[0], actor=UserFactory(), now=timezone.now())
    tried = [new_letter_code(), codes[0], theirs[0], new_letter_code()]
    Random(1).shuffle(tried)

    answers = {shape(ask(Client(), poll, code, f"198.51.100.{place}")) for place, code in enumerate(tried)}

    assert len(answers) == 1


def test_without_the_limits_every_guess_is_looked_up(campaign, monkeypatch):
    """The broken twin: nothing is ever locked."""
    monkeypatch.setattr(roll, "refuse_guessing", lambda **facts: None)
    poll, _ = poll_with_codes("open", 1)

    answers = {shape(ask(Client(), poll, new_letter_code(), "192.0.2.1")) for _ in range(PER_NETWORK + 5)}

    assert len(answers) == 1, "no lock ever fired"
