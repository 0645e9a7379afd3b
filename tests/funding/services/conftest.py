"""Scenes that several tests of projects share."""

import pytest

from communities.models import Body
from funding.models import Step
from funding.services import applications, projects
from tests.factories.applications import line, show_purpose
from tests.factories.money import make_council, make_country
from tests.factories.projects import NOW, make_group, make_member, make_officer, make_round


@pytest.fixture
def round_():
    areas = make_country()
    return make_round(areas["ASH-N"], make_council(areas["ASH"]), step=Step.IDEAS)


@pytest.fixture
def writing(round_):
    """A club with two members, a purpose on record, and a draft with costs."""
    group = make_group(round_.area, "club", legal_form="club")
    kelly, hassan = make_member(group, "Kelly"), make_member(group, "Hassan")
    show_purpose(group, kelly)
    project = projects.start_project(
        round_id=round_.pk, group_id=group.pk, title="Raised beds", language="en", actor=kelly, now=NOW
    )
    applications.write_lines(project_id=project.pk, actor=kelly, lines=[line("Timber", 300_000)])
    applications.write_shares(project_id=project.pk, actor=kelly, shares={round_.area_id: 100})
    project.refresh_from_db()
    return project, kelly, hassan


@pytest.fixture
def own_project_scene():
    """A council that convenes a round, two of its officers, and an anchor with an officer who declared."""
    areas = make_country()
    council = make_council(areas["ASH"])
    anchor = Body.objects.create(slug="anchor", name="Anchor", kind="community_anchor", area=areas["ASH"])
    round_ = make_round(areas["ASH-N"], council)
    owen, ruth = make_officer(council, "Owen", "lead", declared=round_), make_officer(council, "Ruth", "lead")
    hassan = make_officer(anchor, "Hassan", declared=round_)
    return round_, council, anchor, owen, ruth, hassan
