"""Hostile and odd input in every form about needs, answers, gatherings and questions: refused politely, never a 5xx."""

import pytest

from tests.funding.catalogue import answers, emergencies, helping, needs, texts, voices
from tests.support.corpus import Target, forms_of, throw

# Posts without a page of their own: what their form on another page holds.
FIELDS = {
    "funding:suggestion_support": ["stop"],
    "funding:suggestion_comment": ["text", "name"],
    "funding:needs_sort": ["q"],
    "renewal:updates_confirm": ["code"],
}
FORMS = forms_of(
    (*needs.ROWS, *answers.ROWS, *voices.ROWS, *helping.ROWS, *texts.ROWS, *emergencies.ROWS),
    "tests.funding.permissions",
)


@pytest.fixture
def row(name):
    return FORMS[name]


@pytest.fixture
def form(row, world, worlds):
    return Target(row, world, worlds, also=[*FIELDS.get(row.name, []), "act"])


@pytest.mark.campaign
@pytest.mark.parametrize("name", FORMS)
def test_no_input_breaks_a_form_about_needs_and_answers(name, form, campaign):
    cases = campaign.size(small=6, long=500)

    different = throw(form, cases=cases, seed=name)

    campaign.record(f"{cases} cases, {different} different posts to {name}: no 5xx")
