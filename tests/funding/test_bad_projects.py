"""Hostile and odd input in the other forms of projects, partners, checks, panels and small awards (issue 6).

The pages of an application and of a check are in test_bad_applications.py, files and comments in test_bad_input.py.
Every run posts a smaller sample to every address there is (tests/architecture/test_bad_input.py); this is the whole
corpus.
"""

import pytest

from tests.funding.catalogue import body_projects, checks, combining, panels, projects, small
from tests.support.corpus import Target, forms_of, paste, throw

pytestmark = pytest.mark.long
ROWS = [row for part in (projects, checks, combining, body_projects, panels, small) for row in part.ROWS]
FORMS = forms_of(ROWS, "tests.funding.permissions")


@pytest.fixture
def row(name):
    return FORMS[name]


@pytest.fixture
def form(row, world, worlds):
    return Target(row, world, worlds)


@pytest.mark.campaign
@pytest.mark.parametrize("name", FORMS)
def test_no_input_breaks_a_form(name, form, campaign):
    cases = campaign.size(small=6, long=500)

    different = throw(form, cases=cases, seed=name)

    campaign.record(f"{cases} cases, {different} different posts to {name}: no 5xx")


@pytest.mark.parametrize("name", FORMS)
def test_a_paste_of_a_megabyte_breaks_no_form(form):
    paste(form)
