"""Hostile and odd input in the other forms of projects, partners, checks, panels and small awards (issue 6).

The pages of an application and of a check, with files and comments, are in test_bad_input.py. Every run posts a
smaller sample to every address there is (tests/architecture/test_bad_input.py); this is the whole corpus.
"""

import pytest

from tests.funding.catalogue import body_projects, checks, combining, panels, projects, small
from tests.support.catalogue import world_of
from tests.support.corpus import MEGABYTE, REFUSED, Target, forms_of, throw

pytestmark = [pytest.mark.long, pytest.mark.django_db]
ROWS = [row for part in (projects, checks, combining, body_projects, panels, small) for row in part.ROWS]
FORMS = forms_of(ROWS)


def target(name):
    row = FORMS[name]
    row.module = "tests.funding.permissions"
    return Target(row, world_of(row))


@pytest.mark.campaign
@pytest.mark.parametrize("name", FORMS)
def test_no_input_breaks_a_form(name, campaign):
    form, cases = target(name), campaign.size(small=6, long=500)

    throw(form, cases=cases, seed=name)

    campaign.record(f"{cases} posts to {name}: no 5xx")


@pytest.mark.parametrize("name", FORMS)
def test_a_paste_of_a_megabyte_breaks_no_form(name):
    form = target(name)

    for field in form.names or ["x"]:
        assert form.post({field: MEGABYTE}) in REFUSED
