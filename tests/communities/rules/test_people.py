import pytest

from communities.rules.people import exact_key, near_key, sound_of


@pytest.mark.parametrize(
    ("word", "sound"),
    [("robert", "r163"), ("rupert", "r163"), ("ashcraft", "a261"), ("tymczak", "t522"), ("pfister", "p236")],
)
def test_soundex_gives_the_published_examples(word, sound):
    assert sound_of(word) == sound


@pytest.mark.parametrize(
    ("name", "house"),
    [
        ("MARGARET JONES", "12"),
        ("Mrs Margaret Jones", " 12 "),
        ("Márgaret  Jones", "12."),
        ("Margaret Jones", "１２"),
    ],
)
def test_one_person_has_one_exact_key(name, house):
    same = exact_key(name="Margaret Jones", house="12", postcode="ZZ1 2CD")

    assert exact_key(name=name, house=house, postcode="ZZ1 2CD") == same


def test_another_spelling_of_name_and_house_shares_the_near_key_only():
    one = {"name": "Margaret Jones", "postcode": "ZZ1 2CD"}
    other = {"name": "Maggie Joness", "postcode": "ZZ1 2CD"}

    assert near_key(**one) == near_key(**other)
    assert exact_key(house="12", **one) != exact_key(house="12 Mill Lane", **other)


def test_names_without_latin_letters_have_keys_of_their_own():
    keys = {exact_key(name=name, house="1", postcode="ZZ1 2CD") for name in ("أمينة", "王伟", "O'Neill", "Oneill")}

    assert len(keys) == 3
