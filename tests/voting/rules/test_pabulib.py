"""Pabulib files are read exactly or refused in one sentence; what we write reads back equal."""

import gzip

import pytest

from tests.voting.rules.elections import FILES, real
from voting.rules import pabulib
from voting.rules.pabulib import PabulibError, parse, read, write
from voting.rules.vocabulary import Election, Floor, Project

PLAIN = """META
key;value
num_projects;3
num_votes;4
budget;100.50
vote_type;approval
PROJECTS
project_id;cost;name;category;selected
1;60,25;"Pond; with ducks";nature, water;1
10;40;Hall;none;0
2;0.5;Bench;;0
VOTES
voter_id;vote;age
a;1,10;none
b;2,2,1;30
c;none;
d;;
"""


@pytest.mark.shared
@pytest.mark.parametrize("name", FILES)
def test_a_real_file_reads_back_equal_after_it_is_written(name):
    file = real(name)

    again = parse(write(file.election, names=file.names, selected=file.official_winners))

    assert (again.election, again.names) == (file.election, file.names)
    assert again.official_winners == file.official_winners
    assert str(file.election.voters) == file.meta["num_votes"]


@pytest.mark.parametrize("dress", [str, lambda t: t.replace("\n", "\r\n"), lambda t: "\ufeff" + t])
def test_line_ends_and_a_byte_order_mark_change_nothing(dress):
    file = parse(dress(PLAIN))

    assert file.election.budget == 10_050
    assert [(p.id, p.cost, p.tags) for p in file.election.projects] == [
        ("1", 6_025, ("nature", "water")),
        ("10", 4_000, ()),
        ("2", 50, ()),
    ]
    assert file.election.ballots == {("1", "10"): 1, ("1", "2"): 1, (): 2}
    assert (file.election.unit, file.names["1"], file.official_winners) == (100, "Pond; with ducks", frozenset({"1"}))


def test_a_compressed_file_is_read_by_its_content(tmp_path):
    path = tmp_path / "vote.pb"
    path.write_bytes(gzip.compress(PLAIN.encode()))

    assert read(path) == parse(PLAIN, "vote.pb")


@pytest.mark.parametrize(
    ("old", "new", "line", "place"),
    [
        ("b;2,2,1;30", "b;2,7;30", 15, "vote"),
        ("1;60,25", "1;-3", 9, "cost"),
        ("1;60,25", "1;sixty", 9, "cost"),
        ("1;60,25", "1;1e999999999", 9, "cost"),
        ("10;40;", "1;40;", 10, "project_id"),
        ("c;none;", "c;none", 16, "VOTES"),
        ("vote_type;approval", "vote_type;chads", 6, "META vote_type"),
        ("num_votes;4", "num_votes;5", 4, "META num_votes"),
        ("num_projects;3", "num_projects;2", 3, "META num_projects"),
        ("budget;100.50", "budget;", 5, "META budget"),
        ("voter_id;vote;age", "voter_id;age;ballot", 13, "the header"),
        ("VOTES\nvoter_id;vote;age\na;1,10;none\nb;2,2,1;30\nc;none;\nd;;\n", "", 11, "the end of the file"),
        ("META\n", "MET\n", 1, "the section's name"),
    ],
)
def test_a_malformed_file_gets_one_error_with_file_line_and_field(old, new, line, place):
    assert old in PLAIN

    with pytest.raises(PabulibError) as refusal:
        parse(PLAIN.replace(old, new), "vote.pb")

    assert (refusal.value.name, refusal.value.line, refusal.value.place) == ("vote.pb", line, place)
    assert "expected" in str(refusal.value)


def test_text_that_is_not_utf8_is_refused_with_its_line(tmp_path):
    path = tmp_path / "vote.pb"
    path.write_bytes(PLAIN.encode().replace(b"ducks", b"d\xffcks"))

    with pytest.raises(PabulibError, match=r"vote\.pb, line 9, byte 0xff: expected text in UTF-8"):
        read(path)


CUMULATIVE = PLAIN.replace("approval", "cumulative").replace("vote;age", "vote;points").replace("1,10;none", "1,10;3,2")


def test_points_run_beside_the_vote():
    file = parse(CUMULATIVE.replace("2,2,1;30", "2,2,1;5,4,1.0"))

    assert file.election.ballots == {(("1", 3), ("10", 2)): 1, (("1", 1), ("2", 5)): 1, (): 2}


@pytest.mark.parametrize("points", ["5,4", "5,4,-1", "5,4,x", "5,4,1.5", ""])
def test_points_that_do_not_match_the_vote_are_refused(points):
    with pytest.raises(PabulibError, match=r"line 15, points: expected 3 whole numbers") as refusal:
        parse(CUMULATIVE.replace("2,2,1;30", f"2,2,1;{points}"))

    assert refusal.value.place == "points"


@pytest.mark.parametrize("kind", ["approval", "knapsack", "choose-one", "ordinal", "cumulative"])
def test_limits_floors_and_groups_survive_writing(kind):
    given = {"choose-one": [("1",), ()], "cumulative": [(("1", 2), ("2", 1)), ()]}
    ballots = given.get(kind, [("2", "1"), ("1", "2"), ()])
    projects = [
        Project("1", 10**30, ("nature",), {"revenue": 150}, "hall"),
        Project("2", 250, ("nature", "digital"), {}, "hall"),
    ]
    floors = (Floor("digital", 199, 30),)
    election = Election.of_ballots(
        projects, 10**31, ballots, kind=kind, limits={"revenue": 10_050}, floors=floors, unit=100
    )

    assert parse(write(election)).election == election


def test_published_ballots_keep_the_order_and_the_codes_they_are_given():
    election = Election.of_ballots([Project("1", 100)], 100, [("1",), ()])

    text = write(election, voters=[("4MZQ", ("1",)), ("9MXP", ())])

    assert text.endswith("VOTES\nvoter_id;vote\n4MZQ;1\n9MXP;\n")
    assert parse(text).election.ballots == election.ballots


def test_money_is_written_in_the_units_of_the_file():
    assert [pabulib.money_text(n, 100) for n in (0, 5, 1050, 291771016)] == ["0", "0.05", "10.50", "2917710.16"]
    assert pabulib.money_text(995079, 1) == "995079"
