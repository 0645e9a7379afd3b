"""`manage.py count` answers with the flags and the JSON of DESIGN.md §7, and needs no database."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

FILE = """META
key;value
description;Test
num_projects;4
num_votes;10
budget;100.50
vote_type;approval
currency;GBP
min_project_score_threshold;3
PROJECTS
project_id;cost;name;selected
1;60;Pond;1
2;50;Hall;1
10;30.25;Bench;0
3;20;Path;0
VOTES
voter_id;vote
a;1,2
b;1,2
c;1,2
d;1
e;1
f;2
g;10,3
h;10,3
i;10
j;
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "vote.pb"
    path.write_text(FILE)
    return str(path)


def run(*args):
    out = io.StringIO()
    call_command("count", *args, stdout=out)
    return out.getvalue()


def test_json_has_the_agreed_shape_with_money_as_texts_in_the_file_s_unit(file):
    shown = json.loads(run(file, "--rule", "greedy", "--json"))

    assert {"rule", "completion", "options", "budget", "cost", "selected", "ties", "projects", "measures"} <= set(shown)
    assert (shown["rule"], shown["completion"], shown["budget"], shown["cost"]) == ("greedy", "none", "100.50", "90.25")
    assert shown["selected"] == ["1", "10"]
    assert shown["projects"]["2"]["cost"] == "50"
    assert (shown["projects"]["2"]["votes"], shown["projects"]["2"]["selected"]) == (4, False)
    assert shown["projects"]["2"]["reason"] == "no-room"
    assert shown["projects"]["1"]["round"] == 1
    assert shown["measures"]["voters_with_a_winner"] == 8


def test_the_default_is_the_fund_s_rule_with_its_step_written_out(file):
    shown = json.loads(run(file, "--json"))

    assert (shown["rule"], shown["completion"]) == ("equal-shares", "add1u")
    assert (shown["options"]["utility"], shown["options"]["step"]) == ("cost", "1")
    assert shown["options"]["stop_when_exhaustive"] is False


def test_ties_name_round_projects_and_key(tmp_path):
    path = tmp_path / "tie.pb"
    path.write_text(FILE.replace("2;50;Hall", "2;60;Hall").replace("e;1\n", "e;\n"))

    first = {}
    for seed in "abcdefgh":
        shown = json.loads(run(str(path), "--rule", "greedy", "--seed", seed, "--json"))
        (tie,) = shown["ties"]
        assert (tie["round"], sorted(tie["tied"]), tie["decided_by"]) == (1, ["1", "2"], "lot")
        assert shown["selected"][0] == tie["tied"][0]
        first[seed] = tie["tied"][0]

    assert set(first.values()) == {"1", "2"}


@pytest.mark.parametrize(
    "flags",
    [
        ["--rule", "greedy-no-skip"],
        ["--rule", "greedy-threshold", "--threshold", "4"],
        ["--rule", "equal-shares", "--completion", "none"],
        ["--rule", "equal-shares", "--completion", "u", "--utility", "cardinality"],
        ["--rule", "equal-shares", "--completion", "add1", "--stop-when-exhaustive", "--whole-start", "--step", "0.5"],
        ["--rule", "equal-shares", "--comparison"],
        ["--rule", "phragmen", "--skip"],
        ["--rule", "priorities", "--seats", "2"],
    ],
)
def test_every_flag_is_understood_and_the_table_gives_a_reason_for_each_project(file, flags):
    table = run(file, *flags)

    assert all(name in table for name in ("Pond", "Hall", "Bench", "Path"))
    shown = json.loads(run(file, *flags, "--json"))
    assert shown["selected"]
    assert all(project["reason"] for project in shown["projects"].values())


def test_the_table_says_what_is_spent_and_lists_the_funded_before_the_others(file):
    lines = run(file, "--rule", "greedy").splitlines()

    assert lines[:3] == [
        "Test",
        "Rule: greedy. Voters: 10.",
        "2 of 4 projects are funded, with 90.25 GBP of 100.50 GBP; 10.25 GBP is left.",
    ]
    assert [line.split()[:4] for line in lines if line[:4].strip() in ("1.", "2.", "-")] == [
        ["1.", "5", "60", "1"],
        ["2.", "3", "30.25", "10"],
        ["-", "4", "50", "2"],
        ["-", "2", "20", "3"],
    ]
    assert max(map(len, lines)) <= 120


def test_json_gives_margin_cost_per_supporter_and_bars_that_add_up(file):
    result = json.loads(run(file, "--completion", "add1", "--json"))
    shown, share, supporters = result["projects"], float(result["shares"]["main"]), 4

    assert (shown["1"]["runner_up"], shown["1"]["runner_up_votes"]) == ("2", 4)
    assert shown["1"]["cost_per_supporter"] == "12"
    assert float(shown["2"]["left"]) + sum(map(float, shown["2"]["went_to"].values())) == pytest.approx(
        supporters * share
    )


def test_the_threshold_of_the_file_holds_unless_a_flag_says_otherwise(file):
    stated = json.loads(run(file, "--rule", "greedy-threshold", "--json"))
    chosen = json.loads(run(file, "--rule", "greedy-threshold", "--threshold", "5", "--json"))

    assert (stated["options"]["threshold"], chosen["options"]["threshold"]) == (3, 5)
    assert chosen["selected"] == ["1"]


def test_rules_are_compared_side_by_side_with_their_measures(file):
    table = run(file, "--compare", "greedy,equal-shares,phragmen")
    shown = json.loads(run(file, "--compare", "greedy,phragmen", "--json"))

    assert table.splitlines()[0].split()[-3:] == ["greedy", "equal-shares", "phragmen"]
    assert "Voters with at least one winner" in table
    assert [result["rule"] for result in shown["compare"]] == ["greedy", "phragmen"]


def test_one_project_is_explained_in_sentences(file):
    said = run(file, "--completion", "none", "--explain", "2")

    assert said.startswith("2 Hall\nThis project was not funded.\n4 people chose it.\n")
    assert "It would have been funded at a cost of" in said


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--explain", "99"], "has no project '99'"),
        (["--step", "0.001"], "--step is '0.001'; expected money above zero, in steps of 0.01"),
        (["--step", "lots"], "--step is 'lots'; expected an amount of money"),
        (["--utility", "borda"], "Borda points need ballots that rank"),
        (["--compare", "greedy,borda"], "no rule is called 'borda'"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(file, flags, message):
    with pytest.raises(CommandError, match=message):
        run(file, *flags)


def test_a_broken_or_missing_file_is_named_with_its_line(tmp_path, file):
    path = tmp_path / "broken.pb"
    path.write_text(FILE.replace("f;2", "f;7"))

    with pytest.raises(CommandError, match=r"broken\.pb, line 23, vote: expected ids of projects, not '7'"):
        run(str(path))
    with pytest.raises(CommandError, match=r"none\.pb could not be read: No such file"):
        run(str(tmp_path / "none.pb"))
