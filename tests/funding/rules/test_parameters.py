"""Parameter sets are checked as a whole, and each fault has one clear message."""

from datetime import date

import pytest

from funding.rules.parameter_reader import default_parameters, read_parameters
from funding.rules.parameters import default_document
from funding.rules.problems import MESSAGES, ParameterError


def changed(path, value):
    """Return the standard document with one value replaced; ``path`` is dotted."""
    document = default_document()
    here = document
    *way, last = path.split(".")
    for step in way:
        here = here[step]
    here[last] = value
    return document


def test_the_defaults_are_those_of_the_model():
    standard = default_parameters()

    england = standard.nations["E92000001"]
    assert (standard.reserve_bp, standard.uk_keep_bp, standard.participation_bp) == (500, 300, 300)
    assert england.keep_bp == {"nation": 500, "strategic": 1_500, "county": 1_000, "authority": 2_500}
    assert (england.floor_pence, england.cap_pence_per_head, england.adopted_on) == (300_000, None, date(2026, 11, 1))
    assert standard.theme_floors_bp == {"connecting": 1_000, "getting_online": 500, "mental_health": 500}
    assert standard.carry_forward


def test_what_is_left_out_takes_its_default_and_the_document_says_so_in_full():
    assert read_parameters({}).document == default_document()
    assert read_parameters({"reserve_bp": 700}).document == {**default_document(), "reserve_bp": 700}


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("reserve_bp", 10_001, "rate_above_one"),
        ("reserve_bp", -1, "negative"),
        ("reserve_bp", 0.05, "not_whole"),
        ("reserve_bp", True, "not_whole"),
        ("nations.E92000001.keep_bp.authority", 10_001, "rate_above_one"),
        ("nations.E92000001.keep_bp.parish", 5, "unknown_level"),
        ("nations.E92000001.floor_pence", -300_000, "negative_floor"),
        ("nations.E92000001.cap_pence_per_head", 0, "below_one"),
        ("nations.E92000001.need.hi_permille", 400, "hi_below_lo"),
        ("nations.E92000001.need", {"deprivation": 0}, "no_need_weight"),
        ("nations.E92000001.powers.neighbourhood", ["war_and_peace"], "unknown_power"),
        ("nations.E92000001.powers.parish", ["kit"], "unknown_level"),
        ("nations.E92000001.adopted_by", "", "missing"),
        ("nations.E92000001.adopted_on", "5 March", "not_date"),
        ("nations", {}, "no_nation"),
        ("nations", [], "not_table"),
        ("nation_weights", {"preset": "barnett"}, "unknown_preset"),
        ("nation_weights", {"preset": "custom", "weights": {"E92000001": 0}}, "weights_missing"),
        ("theme_floors_bp", {"gardening": 5}, "unknown_theme"),
        ("theme_floors_bp", {"connecting": 9_000, "getting_online": 2_000}, "themes_above_whole"),
        ("theme_floors_bp", {"connecting": -1}, "negative_floor"),
        ("change_limits", {"cap_bp": 9_000}, "cap_below_floor"),
        ("spill_each_ppm", 200_000, "spill_each_above_total"),
        ("floors_above_total", "ignore", "unknown_preset"),
        ("carry_forward", "yes", "not_switch"),
        ("name", " ", "not_text"),
        ("colour", "green", "unknown"),
    ],
)
def test_each_fault_has_its_message(path, value, code):
    with pytest.raises(ParameterError) as refusal:
        read_parameters(changed(path, value))

    codes = [problem.code for problem in refusal.value.problems]
    assert code in codes
    assert all(str(problem) for problem in refusal.value.problems)


def test_all_faults_are_told_at_once():
    with pytest.raises(ParameterError) as refusal:
        read_parameters({"reserve_bp": -1, "uk_keep_bp": 20_000, "nations": {}})

    assert [problem.code for problem in refusal.value.problems] == ["no_nation", "negative", "rate_above_one"]


def test_every_message_can_be_written():
    assert all(text.format(where="here", found="this") for text in MESSAGES.values())
