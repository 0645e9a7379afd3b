"""A joint start of two sectors is awarded with its light check, from the money for small awards."""

import pytest

from funding.models import Award
from funding.services import applications, decisions, projects, purses
from funding.services.ledger import check_ledger
from tests.factories.projects import NOW, find_all_met, make_group, make_member
from tests.factories.projects import make_officer as make_checker
from tests.factories.small import make_purse, show_purpose

pytestmark = pytest.mark.django_db


def joint(purse, *, pence=50_000, other_form="private"):
    """A joint start of a club with another organisation, signed by it and sent in."""
    club, other = make_group(purse.area, "club", legal_form="club"), make_group(purse.area, "firm", other_form)
    kelly, dev, boss = make_member(club, "Kelly"), make_member(club, "Dev"), make_member(other, "Boss")
    show_purpose(club, kelly)
    show_purpose(other, boss)
    project = projects.start_project(
        round_id=purse.round_id, group_id=club.pk, title="Meet", language="en", actor=kelly, now=NOW, kind="joint_start"
    )
    line = {"item": "Meeting and writing", "amount_pence": pence, "colour": "revenue", "source": "asked", "year": 1}
    applications.write_lines(project_id=project.pk, actor=kelly, lines=[line])
    applications.write_partners(project_id=project.pk, actor=kelly, partners={other.pk: ("Writes with us", 0)}, now=NOW)
    partner = project.partners.get()
    applications.sign_as_partner(partner_id=partner.pk, actor=boss, now=NOW)
    applications.sign_off(project_id=project.pk, actor=kelly, unfinished=[], now=NOW)
    applications.declare_and_send(project_id=project.pk, actor=dev, now=NOW)
    return project


def test_a_joint_start_of_two_sectors_is_awarded_when_its_light_check_has_passed():
    purse = make_purse()
    left = purses.money_in(purse)["revenue"]
    project = joint(purse)
    priya = make_checker(purse.body, "Priya", declared=purse.round)
    find_all_met(project, priya)

    decisions.pass_project(project_id=project.pk, actor=priya, words="", words_cy="", now=NOW)

    project.refresh_from_db()
    award = Award.objects.get(project=project)
    assert (project.state, award.origin, award.amount_pence) == ("funded", "joint", 50_000)
    assert award.count_hash == project.versions.get().digest
    assert purses.money_in(purse)["revenue"] == left - 50_000
    assert check_ledger(now=NOW).differences == []


def test_a_joint_start_of_one_sector_or_above_its_sum_is_not_sent():
    purse = make_purse()

    with pytest.raises(applications.NotReady) as refusal:
        joint(purse, other_form="charity", pence=50_001)
    assert refusal.value.facts["problems"] == ["over_limit", "one_sector"]
