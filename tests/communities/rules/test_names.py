import pytest
from hypothesis import given
from hypothesis import strategies as st

from communities.rules.names import hidden_characters, looks_party_political, mixes_scripts, skeleton_of


@pytest.mark.parametrize(
    "copy",
    [
        "ASHCOMBE ALLOTMENTS",
        "The Ashcombe Allotments",
        "Аshcombe Allotments",
        "Ashc0mbe A11otments",
        "Ashcornbe Allotments",
        "Ashcombe-Allotments",
        "Ａｓｈｃｏｍｂｅ Allotments",
        "Áshcombe Allotments",
        "ashcombe allotmentѕ",
    ],
)
def test_names_that_look_alike_have_one_skeleton(copy):
    assert skeleton_of(copy) == skeleton_of("Ashcombe Allotments")


def test_names_that_differ_have_different_skeletons():
    assert skeleton_of("Ashcombe Allotments") != skeleton_of("Ashcombe North Allotments")


@pytest.mark.parametrize("forged", ["Аshcombe", "Ashcοmbe Trust", "Аѕhcombe"])
def test_a_word_of_two_scripts_is_noticed(forged):
    assert mixes_scripts(forged)


@pytest.mark.parametrize(
    "honest", ["Ashcombe", "Cymdeithas Tŷ Gwyn", "جمعية الحي", "Ashcombe Общество", "Ó Súilleabháin"]
)
def test_a_name_of_one_script_a_word_is_honest(honest):
    assert not mixes_scripts(honest)


def test_characters_that_hide_or_turn_text_are_named():
    assert hidden_characters("Ash\u202ecombe\u200b") == ["U+200B", "U+202E"]
    assert hidden_characters("Tŷ Gwyn’s “Café” – 1&2") == []


@pytest.mark.parametrize(
    "name",
    [
        "Ashcombe Labour Party",
        "Ashcombe Conservative Association",
        "Plaid Cymru Bro Hafren Branch",
        "Lib Dem Campaign for Ashcombe",
    ],
)
def test_a_partys_body_is_recognised(name):
    assert looks_party_political(name)


@pytest.mark.parametrize(
    "name",
    [
        "Green Lane Residents Association",
        "Ashcombe Street Party",
        "Labour Exchange Arts",
        "Friends of the Green",
        "Save our NHS campaign",
    ],
)
def test_a_group_that_campaigns_or_lives_on_a_green_is_no_party(name):
    assert not looks_party_political(name)


@given(st.text(max_size=200))
def test_no_text_breaks_the_name_rules(text):
    assert len(skeleton_of(text)) <= 150
    assert hidden_characters(text) == sorted(set(hidden_characters(text)))
    assert looks_party_political(text) in (True, False)
    assert mixes_scripts(text) in (True, False)
