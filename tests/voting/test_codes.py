"""Codes: what people type is read kindly, one wrong character is noticed, and guessing is hopeless (T3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.voting import NOON, opened_poll
from voting.codes import ALPHABET, check_character, in_blocks, is_letter_code, new_letter_code, normal, short_code
from voting.services.codes import make_codes
from voting.services.errors import CodeNotKnown, TooManyTries
from voting.services.roll import Caller, Person, check_by_code

bodies = st.text(ALPHABET, min_size=12, max_size=12)


@given(bodies, st.integers(0, 11), st.sampled_from(ALPHABET))
def test_any_one_wrong_character_is_noticed(body, place, sign):
    code = body + check_character(body)
    wrong = code[:place] + sign + code[place + 1 :]

    assert is_letter_code(code)
    assert is_letter_code(wrong) == (wrong == code)


def test_lower_case_spaces_and_look_alikes_are_read_kindly():
    assert normal(" o1-il k7t4 ") == "0111K7T4"
    assert in_blocks("K7T49MXP") == "K7T4 9MXP"
    assert short_code(bytes([255] * 5)) == "ZZZZZZZZ"


def test_a_new_code_is_a_letter_code():
    assert is_letter_code(new_letter_code())


@pytest.mark.django_db
@pytest.mark.campaign
def test_guessing_hits_nothing_and_the_locks_fire(campaign):
    poll = opened_poll()
    make_codes(poll_id=poll.pk, count=200, label="x", actor=None, now=NOON)
    guesses, answers = campaign.size(small=300, long=10_000), set()
    person = Person("A Guesser", "1", "ZZ1 1AA")

    for number in range(guesses):  # 50 networks, each throwing its cookie away after every guess
        caller = Caller(browser=f"b{number}", network=f"10.0.0.{number % 50}")
        try:
            check_by_code(poll=poll, code=new_letter_code(), person=person, caller=caller, now=NOON)
        except (CodeNotKnown, TooManyTries) as refusal:
            answers.add(type(refusal).__name__)
        else:
            pytest.fail("a guess hit")

    caller = Caller(browser="one", network="10.1.1.1")
    for _ in range(8):
        with pytest.raises(CodeNotKnown):
            check_by_code(poll=poll, code=new_letter_code(), person=person, caller=caller, now=NOON)
    with pytest.raises(TooManyTries):
        check_by_code(poll=poll, code=new_letter_code(), person=person, caller=caller, now=NOON)
    campaign.record(f"{guesses} guesses from 50 networks: no hit; answers {sorted(answers)}")
