"""Notices of projects (UX.md §13): each kind in both languages, the office first, one link, never anybody's choices."""

import re

import pytest

from communities.models import Role
from funding.models import Decision, Step
from funding.services import declarations
from funding.services.notices import KINDS, words_of
from renewal.kernel.models import Notice
from tests.factories.money import make_council, make_country
from tests.factories.projects import NOW, make_officer, make_project, make_refusal, make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    areas = make_country()
    council = make_council(areas["ASH"])
    council.name_cy = "Cyngor Ashcombe"
    council.save()
    round_ = make_round(areas["ASH-N"], council, step=Step.CHECKS)
    priya, owen = make_officer(council, "Priya", declared=round_), make_officer(council, "Owen", declared=round_)
    lead = make_officer(council, "Ruth", Role.LEAD)
    return make_project(round_), priya, owen, lead


@pytest.mark.parametrize("language", ["en", "cy"])
def test_each_notice_begins_with_the_office_and_leads_to_one_page(scene, language):
    project, priya, owen, _lead = scene
    decision: Decision = make_refusal(project, priya, owen)
    office = "Cyngor Ashcombe: " if language == "cy" else f"{project.checked_by.name}: "

    wrong = []
    for kind in KINDS:
        subject, body = words_of(kind=kind, language=language, project=project, decision=decision)
        links = re.findall(r"https?://\S+", body)
        if not subject.startswith(office) or len(links) != 1 or f"/{language}/" not in links[0]:
            wrong.append((kind, subject, links))

    assert wrong == []


def test_welsh_and_english_differ_in_every_notice(scene):
    project, priya, owen, _lead = scene
    decision = make_refusal(project, priya, owen)

    same = [
        kind
        for kind in KINDS
        if words_of(kind=kind, language="cy", project=project, decision=decision)[0].partition(": ")[2]
        == words_of(kind=kind, language="en", project=project, decision=decision)[0].partition(": ")[2]
    ]

    assert same == []


def test_a_lead_hears_that_an_officer_has_a_link_once(scene):
    project, priya, owen, lead = scene

    for kind in ("known", "family", "family"):
        declarations.declare_interest(project_id=project.pk, actor=priya, kind=kind, words="My sister.", now=NOW)

    told = Notice.objects.get(kind="interest_declared")
    assert told.person_id == lead.pk
    assert "sister" not in told.body
    assert "Priya" not in told.body + told.subject
