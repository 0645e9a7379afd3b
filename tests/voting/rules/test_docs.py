"""The examples in docs/algorithms come out as the pages say, on every path."""

import re
from pathlib import Path

import pytest

from voting.rules.dispatch import count
from voting.rules.vocabulary import RULES, Election, Floor, Options, Project

PAGES = Path(__file__).resolve().parents[3] / "docs" / "algorithms"
EXAMPLES = [
    (page.name, number, block)
    for page in sorted(PAGES.glob("*.md"))
    for number, block in enumerate(re.findall(r"```election\n(.*?)```", page.read_text(), re.S), 1)
]


def project(text):
    """Read "Bench 30 revenue=30 #digital"."""
    name, cost, *more = text.split()
    demands = {word.split("=")[0]: int(word.split("=")[1]) for word in more if "=" in word}
    return Project(name, int(cost), tuple(word[1:] for word in more if word[0] == "#"), demands)


def read(block):
    """Turn an example into (election, rule, options, expected winners, expected share)."""
    projects, ballots, limits, floors, said = [], [], {}, [], {}
    for line in block.strip().splitlines():
        first, _, rest = line.partition(" ")
        if re.match(r"\d+ x ", line):
            people, named = line.split(" x ")
            ballots += [tuple(named.split(", "))] * int(people)
        elif first == "limit":
            limits[rest.split()[0]] = int(rest.split()[1])
        elif first == "floor":
            tag, amount, permille = rest.split()
            floors.append(Floor(tag, int(amount), int(permille)))
        elif first in ("money", "count", "winners", "share"):
            said[first] = rest
        else:
            projects = [project(text) for text in line.split(" | ")]
    rule, *words = said["count"].split()
    options = {key: int(value) if value.isdigit() else value for key, value in (word.split("=") for word in words)}
    election = Election.of_ballots(projects, int(said["money"]), ballots, limits=limits, floors=tuple(floors), unit=1)
    return election, rule, Options(**options), said["winners"].split(", "), said.get("share")


@pytest.mark.parametrize("path", ["reference", "numpy", "compiled"])
@pytest.mark.parametrize(
    ("page", "number", "block"), EXAMPLES, ids=[f"{page}-{number}" for page, number, _ in EXAMPLES]
)
def test_the_example_comes_out_as_the_page_says(page, number, block, path):
    election, rule, options, winners, share = read(block)

    selection = count(election, rule=rule, options=options, path=path)

    assert list(selection.winners) == winners
    if share:
        assert selection.shares["main"] == int(share)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_page_with_the_same_four_projects(rule):
    text = (PAGES / f"{rule}.md").read_text()

    assert "Pond 50 | Hall 45 | Bench 30 | Path 5" in text
    assert all(f"\n## {part}\n" in text for part in ("In plain words", "Definition", "Source", "Has", "Has not"))
    assert f"count {rule}" in text


def test_the_reference_is_one_file_short_enough_to_read_aloud():
    reference = PAGES.parents[1] / "voting" / "rules" / "reference.py"

    lines = reference.read_text().splitlines()

    assert len(lines) <= 400
    assert not [line for line in lines if re.match(r"\s*(from|import) (voting|numpy|numba|django)", line)]
