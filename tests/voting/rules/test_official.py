"""Real elections whose winners are public come out as their cities announced them (C§1.7)."""

import pytest

from tests.voting.rules.elections import FILES, real
from voting.rules.dispatch import count
from voting.rules.vocabulary import Options

pytestmark = pytest.mark.shared
GREEDY = [name for name in FILES if real(name).official_winners and real(name).meta["rule"].startswith("greedy")]
UNSAID = {
    "France_Toulouse_2024.pb",
    "Netherlands_Amsterdam_309.pb.gz",
    "Poland_Gdansk_2020_Piecki_Migowo.pb",
    "Switzerland_Zurich_S5D10.pb",
    "Switzerland_Zurich_S5R.pb",
    "Switzerland_Zurich_SN.pb",
    "US_Stanford_Dataset_PB_Cambridge_2019_vote_approvals.pb",
    "Worldwide_Mechanical_Turk_Utilities_7.pb",
}


@pytest.mark.parametrize("name", GREEDY)
def test_a_city_that_counted_by_votes_gets_its_official_winners(name):
    file = real(name)
    threshold = int(file.meta.get("min_project_score_threshold", 0))

    selection = count(file.election, rule=file.meta["rule"], options=Options(threshold=threshold))

    assert set(selection.winners) == file.official_winners


def test_wieliczka_2023_gets_its_thirty_winners_only_without_stopping_when_exhaustive():
    file = real("Poland_Wieliczka_2023_Green_Budget.pb")

    official = count(file.election, options=Options(completion="add1", comparison=True))
    stopped = count(file.election, options=Options(completion="add1", stop_when_exhaustive=True))

    assert (len(official.winners), official.cost, official.compared) == (30, 995_079, "kept")
    assert set(official.winners) == file.official_winners
    assert (len(stopped.winners), stopped.cost) == (31, 984_579)


def test_assen_2024_gets_its_nine_winners():
    file = real("Netherlands_Assen_2024.pb")

    selection = count(file.election, options=Options(completion="add1"))

    assert (len(selection.winners), selection.cost) == (9, 76_700)
    assert set(selection.winners) == file.official_winners


def test_the_files_without_official_winners_are_these():
    assert {name for name in FILES if not real(name).official_winners} == UNSAID
    assert {name for name in FILES if real(name).meta["rule"] == "unknown" and real(name).official_winners} == {
        "Hungary_Budapest_2024.pb.gz"  # has winners, but the city named no rule
    }
