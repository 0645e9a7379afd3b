"""`split_fund`: a public interface that must stay as it is (DESIGN.md §7)."""

import csv
import io
import json

import pytest
from django.core.management import CommandError, call_command

AREAS = """code,name,level,parent_code,population
UK,Whole,uk,,10000
E92000001,England,nation,UK,10000
ASH,Ashcombe,local_authority,E92000001,10000
N,North,ward,ASH,4000
S,South,ward,ASH,6000
"""
WARDS = """code,need_percentile_in_nation
N,0.75
S,0.25
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "areas.csv").write_text(AREAS)
    (tmp_path / "wards.csv").write_text(WARDS)
    return tmp_path


def run(*arguments):
    out = io.StringIO()
    call_command("split_fund", *arguments, stdout=out)
    return out.getvalue()


def test_the_json_has_the_published_shape_and_adds_up(folder):
    answer = json.loads(run("--pounds", "100000", "--areas", str(folder), "--json"))

    assert list(answer) == ["hash", "total", "reserve", "unallocated", "levels", "pots"]
    assert answer["levels"]["neighbourhood"] == {"count": 2, "pence": answer["pots"]["N"] + answer["pots"]["S"]}
    assert answer["reserve"] + answer["unallocated"] + sum(answer["pots"].values()) == answer["total"] == 10_000_000
    assert len(answer["hash"]) == 64


def test_the_csv_tells_what_came_in_stayed_and_went_down(folder):
    rows = list(csv.DictReader(io.StringIO(run("--pounds", "100000", "--areas", str(folder), "--csv"))))

    assert [row["code"] for row in rows] == ["UK", "E92000001", "ASH", "N", "S"]
    assert all(
        int(row["received_pence"]) == int(row["kept_pence"]) + int(row["passed_pence"]) + int(row["unallocated_pence"])
        for row in rows
    )


def test_the_words_name_levels_hash_and_what_is_decided_in_neighbourhoods(folder):
    words = run("--pounds", "100000", "--areas", str(folder))

    assert "Decided in neighbourhoods: 69.1 %; at authority or below: 92.2 %" in words
    assert "Outcome " in words


def test_a_parameter_file_is_used(folder, tmp_path):
    (tmp_path / "set.json").write_text('{"reserve_bp": 0, "uk_keep_bp": 0}')

    answer = json.loads(
        run("--pounds", "100000", "--areas", str(folder), "--params", str(tmp_path / "set.json"), "--json")
    )

    assert (answer["reserve"], answer["pots"]["UK"]) == (0, 0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("S,South,ward,ASH,6000", "S,South,ward,NOWHERE,6000"), "S has no place in the tree: its parent NOWHERE"),
        (("S,South,ward,ASH,6000", "S,South,ward,ASH,0"), "S has 0 people"),
        (("S,South,ward,ASH,6000", "S,South,ward,ASH,many"), "S has many people"),
        (("UK,Whole,uk,,10000\n", ""), "its parent UK is not there"),
        (("ASH,Ashcombe,local_authority,E92000001", "ASH,Ashcombe,local_authority,N"), "is its own ancestor"),
    ],
)
def test_a_broken_folder_is_refused_with_a_clear_message(folder, change, message):
    (folder / "areas.csv").write_text(AREAS.replace(*change))

    with pytest.raises(CommandError, match=message):
        run("--pounds", "100000", "--areas", str(folder))


@pytest.mark.parametrize("pounds", ["-5", "0", "many", "1.5", "10.999"])
def test_a_sum_that_makes_no_sense_is_refused(folder, pounds):
    with pytest.raises(CommandError):
        run(f"--pounds={pounds}", "--areas", str(folder))


def test_a_missing_folder_or_a_file_that_is_not_json_is_refused(folder, tmp_path):
    (tmp_path / "set.json").write_text("{")

    with pytest.raises(CommandError, match=r"areas.csv is missing"):
        run("--pounds", "100", "--areas", str(tmp_path / "nowhere"))
    with pytest.raises(CommandError, match="is not JSON"):
        run("--pounds", "100", "--areas", str(folder), "--params", str(tmp_path / "set.json"))
