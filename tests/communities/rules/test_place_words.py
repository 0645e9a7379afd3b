"""A place inside a sentence, in both languages."""

import pytest

from communities.rules.place_words import in_english, within_english, within_welsh
from communities.rules.welsh_names import WELSH_NAMES


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("United Kingdom", "the United Kingdom"),
        ("Wales", "Wales"),
        ("Ashcombe North", "Ashcombe North"),
        ("West Midlands", "the West Midlands"),
        ("North East", "the North East"),
        ("North East Derbyshire", "North East Derbyshire"),
        ("Isle of Wight", "the Isle of Wight"),
        ("Bristol, City of", "the City of Bristol"),
        ("Rest of North West", "the rest of the North West"),
        ("Greater London Authority", "the Greater London Authority"),
    ],
)
def test_english_puts_an_article_where_it_belongs(name, spoken):
    assert in_english(name) == spoken
    assert within_english(name) == f"in {spoken}"


@pytest.mark.parametrize(
    ("name", "within"),
    [
        ("Y Deyrnas Unedig", "yn y Deyrnas Unedig"),
        ("Yr Alban", "yn yr Alban"),
        ("Cymru", "yng Nghymru"),
        ("Lloegr", "yn Lloegr"),
        ("Gogledd Iwerddon", "yng Ngogledd Iwerddon"),
        ("Bro Hafren", "ym Mro Hafren"),
        ("Pontyfelin", "ym Mhontyfelin"),
        ("Traeth Arian", "yn Nhraeth Arian"),
        ("Dyffryn Combe", "yn Nyffryn Combe"),
        ("Merthyr Tudful", "ym Merthyr Tudful"),
        ("Ynys Môn", "yn Ynys Môn"),
        ("Ddôl", "yn Ddôl"),
    ],
)
def test_welsh_changes_the_name_after_yn(name, within):
    assert within_welsh(name) == within


def test_every_nation_and_every_council_of_wales_has_its_welsh_name():
    assert {"United Kingdom", "England", "Wales", "Scotland", "Northern Ireland"} <= set(WELSH_NAMES)
    assert len(WELSH_NAMES) == 5 + 4 + 22
