"""A public body's own project: two of its officers send it, another body's officers check it."""

from datetime import date

import pytest

from communities.models import OfficerRole
from funding.models import Project
from funding.queries.reviews import projects_to_check
from funding.services import applications, body_projects, checks, decisions, declarations, projects
from funding.services.officers import NotYourBody
from tests.factories.applications import LINE
from tests.factories.projects import NOW, find_all_met

pytestmark = pytest.mark.django_db


def begin(own_project_scene):
    round_, council, _, owen, *_ = own_project_scene
    return body_projects.start_body_project(
        round_id=round_.pk, body_id=council.pk, title="Lights", language="en", actor=owen, now=NOW
    )


def sent(own_project_scene):
    project = begin(own_project_scene)
    _, _, _, owen, ruth, _ = own_project_scene
    details = {"summary": "Lights on the path.", "description": "Twelve lamps."}
    body_projects.write_body_project(project_id=project.pk, details=details, lines=[LINE], actor=owen, now=NOW)
    body_projects.sign_body_project(project_id=project.pk, actor=owen, now=NOW)
    return body_projects.declare_body_project(project_id=project.pk, actor=ruth, now=NOW)


def test_the_convenors_own_project_is_checked_by_the_anchor(own_project_scene):
    _, council, anchor, *_ = own_project_scene

    project = begin(own_project_scene)

    assert (project.body, project.group, project.checked_by) == (council, None, anchor)


def test_another_bodys_project_is_checked_by_the_convenor(own_project_scene):
    round_, council, _, _, _, hassan = own_project_scene

    project = body_projects.start_body_project(
        round_id=round_.pk,
        body_id=hassan.officer_roles.get().body_id,
        title="Hall",
        language="en",
        actor=hassan,
        now=NOW,
    )

    assert project.checked_by == council


def test_without_another_body_to_check_it_a_convenor_cannot_propose(own_project_scene):
    _, _, anchor, *_ = own_project_scene
    OfficerRole.objects.filter(body=anchor).update(ends_on=date(2021, 1, 1))

    with pytest.raises(body_projects.NoOtherBody):
        begin(own_project_scene)


def test_two_officers_send_it_and_it_keeps_a_version(own_project_scene):
    project = begin(own_project_scene)
    _, _, _, owen, ruth, hassan = own_project_scene
    with pytest.raises(applications.NotReady) as refusal:
        body_projects.sign_body_project(project_id=project.pk, actor=owen, now=NOW)
    assert refusal.value.facts["problems"] == ["nothing_asked"]
    body_projects.write_body_project(project_id=project.pk, details={}, lines=[LINE], actor=owen, now=NOW)
    body_projects.sign_body_project(project_id=project.pk, actor=owen, now=NOW)

    with pytest.raises(body_projects.SameOfficer):
        body_projects.declare_body_project(project_id=project.pk, actor=owen, now=NOW)
    with pytest.raises(NotYourBody):
        body_projects.declare_body_project(project_id=project.pk, actor=hassan, now=NOW)
    body_projects.declare_body_project(project_id=project.pk, actor=ruth, now=NOW)

    project.refresh_from_db()
    assert (project.state, project.signed_by, project.declared_by) == ("sent", owen, ruth)
    assert project.versions.get().content["lines"][0]["amount_pence"] == 400_000


def test_only_the_other_bodys_officers_see_and_check_it(own_project_scene):
    project = sent(own_project_scene)
    _, _, _, owen, _, hassan = own_project_scene

    assert list(projects_to_check(hassan, at=NOW)) == [project]
    assert list(projects_to_check(owen, at=NOW)) == []
    with pytest.raises(declarations.NotAnOfficer):
        checks.begin_review(project_id=project.pk, actor=owen, now=NOW)
    find_all_met(project, hassan)
    decisions.pass_project(project_id=project.pk, actor=hassan, words="", words_cy="", now=NOW)

    project.refresh_from_db()
    assert project.state == "passed"


def test_who_acts_for_both_bodies_checks_neither_ones_project(own_project_scene):
    project = sent(own_project_scene)
    _, council, _, _, _, hassan = own_project_scene
    OfficerRole.objects.create(user=hassan, body=council, role="finance", starts_on=date(2020, 1, 1))

    assert list(projects_to_check(hassan, at=NOW)) == []
    with pytest.raises(declarations.HasInterest):
        checks.begin_review(project_id=project.pk, actor=hassan, now=NOW)


def test_changes_are_written_signed_and_go_back_to_the_checkers(own_project_scene):
    project = sent(own_project_scene)
    _, _, _, owen, _, hassan = own_project_scene
    decisions.ask_for_changes(
        project_id=project.pk, actor=hassan, words="Say who pays the power.", words_cy="", tasks=["about"],
        group_replies_by=date(2027, 3, 19), now=NOW,
    )  # fmt: skip

    body_projects.write_body_project(
        project_id=project.pk, details={"summary": "Lights, and who pays."}, lines=[LINE], actor=owen, now=NOW
    )
    body_projects.sign_body_project(project_id=project.pk, actor=owen, now=NOW)

    project.refresh_from_db()
    assert (project.state, project.versions.count()) == ("sent", 2)


def test_a_body_begins_only_while_ideas_are_open(own_project_scene):
    from datetime import timedelta

    round_, council, _, owen, *_ = own_project_scene

    with pytest.raises(projects.StepNotOpen):
        body_projects.start_body_project(
            round_id=round_.pk, body_id=council.pk, title="T", language="en", actor=owen, now=NOW + timedelta(days=40)
        )
    assert Project.objects.count() == 0
