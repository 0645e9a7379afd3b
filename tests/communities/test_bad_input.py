"""Hostile and odd input: every form of a group refuses it politely or stores it, and never breaks.

What must be stored exactly is in test_bad_text.py.
"""

import pytest

from tests.communities.permissions import ROWS
from tests.support.corpus import Target, forms_of, paste, throw

FORMS = forms_of(ROWS, "tests.communities.permissions")


@pytest.fixture
def row(name):
    return FORMS[name]


@pytest.fixture
def form(row, world, worlds):
    return Target(row, world, worlds)


@pytest.mark.campaign
@pytest.mark.parametrize("name", FORMS)
def test_no_input_breaks_a_form(name, form, campaign):
    cases = campaign.size(small=10, long=500)

    different = throw(form, cases=cases, seed=name)

    campaign.record(f"{cases} cases, {different} different posts to {name}: no 5xx")


@pytest.mark.long
@pytest.mark.parametrize("name", FORMS)
def test_a_paste_of_a_megabyte_breaks_no_form(form):
    paste(form)
