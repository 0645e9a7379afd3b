"""Issue 6, part 3: the page proposes who gains from the place and the theme, until the group says so."""

import pytest

from communities.models import AreaOutline, PostcodeRange
from funding.application_pages import find_page
from funding.models import Project, Theme
from funding.services import applications

pytestmark = pytest.mark.django_db
KILOMETRE = 148  # in units of the plane, at 53 degrees north


@pytest.fixture
def project(writing, round_):
    """A draft whose area has one beside it, two kilometres to the east, and one ten kilometres off."""
    project, _, _ = writing
    project.shares.all().delete()
    for area, east in zip(
        [round_.area, *round_.area.parent.children.exclude(pk=round_.area_id).order_by("name")[:2]], (0, 2, 10),
        strict=True,
    ):  # fmt: skip
        AreaOutline.objects.create(
            area=area, path="M0,0z", min_x=east * KILOMETRE, max_x=east * KILOMETRE + 50, min_y=-630_000,
            max_y=-629_950,
        )  # fmt: skip
    return project


def proposed(project):
    _, page = find_page(Project.objects.get(pk=project.pk), "place", 2)
    form = page.form(project=Project.objects.get(pk=project.pk))
    return {
        area.name: form.initial.get(f"area_{area.pk}", 0) for area in form.areas if form.initial.get(f"area_{area.pk}")
    }


def test_the_theme_says_how_far_people_come(project):
    for code, areas in (("homes", ["Ash-N"]), ("services", ["Ash-N", "Ash-S"]), ("youth", ["Ash-N"])):
        Project.objects.filter(pk=project.pk).update(theme=Theme.objects.newest().get(code=code))
        shares = proposed(project)
        assert (sorted(shares), sum(shares.values())) == (areas, 100)


def test_a_postcode_in_the_place_says_which_area_has_the_most(project, round_):
    beside = round_.area.parent.children.get(code="ASH-S")
    PostcodeRange.objects.create(outward="ZZ9", first_inward="0AA", last_inward="9ZZ", area=beside)
    Project.objects.filter(pk=project.pk).update(
        theme=Theme.objects.newest().get(code="services"), place="The hall, Church Road, ZZ9 1AB"
    )

    shares = proposed(project)

    assert sorted(shares) == ["Ash-N", "Ash-S"]
    assert shares["Ash-S"] >= 50


def test_what_the_group_said_stands(project, writing, round_):
    _, kelly, _ = writing
    applications.write_shares(project_id=project.pk, actor=kelly, shares={round_.area_id: 100})
    Project.objects.filter(pk=project.pk).update(theme=Theme.objects.newest().get(code="services"))

    assert proposed(project) == {"Ash-N": 100}
