"""The form of a draft writes the document it shows, and says beside each field what the rules refuse."""

import pytest

from funding.forms.parameters import ParameterForm
from funding.rules.parameter_reader import read_parameters
from funding.rules.parameters import default_document
from funding.rules.problems import ParameterError
from renewal.kernel.canonical import digest
from tests.funding.catalogue.runs import sent_unchanged

DOCUMENT = dict(read_parameters(default_document()).document)


def written(changes, document=DOCUMENT):
    form = ParameterForm({**sent_unchanged(document), **changes}, document=document)
    assert form.is_valid(), form.errors
    return form, form.as_document()


def test_a_form_sent_unchanged_writes_the_same_document():
    assert digest(written({})[1]) == digest(DOCUMENT)


def test_every_part_of_a_nations_block_can_be_typed():
    _, document = written(
        {
            "E92000001.need.digital": "3",
            "E92000001.floor_pence": "4,000",
            "E92000001.cap_pence_per_head": "25",
            "E92000001.adopted_by": "Assembly",
            "E92000001.adopted_on_0": "2",
            "E92000001.powers.parks": "neighbourhood",
            "theme_floors_bp.mental_health": "7.5",
            "change_floor": "85",
            "change_cap": "125",
            "nation_weights": "custom",
            **{f"{code}.weight": "5" for code in DOCUMENT["nations"]},
        }
    )

    read = read_parameters(document)
    england = read.nations["E92000001"]
    assert (england.need.digital, england.floor_pence, england.cap_pence_per_head) == (3, 400_000, 2_500)
    assert (england.adopted_by, england.adopted_on.day) == ("Assembly", 2)
    assert "parks" in england.powers["neighbourhood"]
    assert "parks" not in england.powers["authority"]
    assert read.theme_floors_bp["mental_health"] == 750
    assert (read.change_limits.floor_bp, read.change_limits.cap_bp) == (8_500, 12_500)
    assert set(read.nation_weights.values()) == {5}


def test_a_nation_that_is_not_ticked_is_left_out():
    form = ParameterForm(
        {key: value for key, value in sent_unchanged(DOCUMENT).items() if key != "W92000004.in"}, document=DOCUMENT
    )

    assert form.is_valid()
    assert sorted(form.as_document()["nations"]) == ["E92000001", "N92000002", "S92000003"]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"S92000003.adopted_by": ""}, "S92000003.adopted_by", "Adopted by: fill this in."),
        ({"theme_floors_bp.connecting": "95"}, "__all__", "The shares for themes come to more than the whole."),
        ({"nation_weights": "custom"}, "nation_weights", "Type a weight for England, or choose another way to share."),
        ({"change_cap": "90"}, "change_cap", "Most, per cent of the year before: the most must be at least"),
        ({"S92000003.need.hi_permille": "400"}, "__all__", "Scotland: the weight for the most need must not be below"),
    ],
)
def test_what_the_rules_refuse_stands_beside_its_field_in_words(changes, field, words):
    form, document = written(changes)

    with pytest.raises(ParameterError) as refused:
        read_parameters(document)
    form.add_problems(refused.value.problems)

    assert any(words in message for message in form.errors[field])
