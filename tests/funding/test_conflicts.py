"""P2: an officer with a barring interest sees no score, through no page, file, search, inbox or log."""

import json
import logging
from datetime import date

import pytest
from django.test import Client

from communities.models import OfficerRole, Role
from funding.models import Finding, Step
from funding.services import checks, declarations
from renewal.kernel.models import AuditEvent, Notice
from tests.factories.money import make_council, make_country
from tests.factories.projects import NOW, find_all_met, make_officer, make_project, make_round

pytestmark = pytest.mark.django_db
SCORE, NOTE = "The beams are rotten says the surveyor", "Ask finance before we say yes"


@pytest.fixture
def scene():
    """Owen found and noted something about a project; Priya, of the same council, has a sister in its group."""
    areas = make_country()
    council = make_council(areas["ASH"])
    round_ = make_round(areas["ASH-N"], council, step=Step.CHECKS)
    priya, owen = (make_officer(council, name, declared=round_) for name in ("Priya", "Owen"))
    OfficerRole.objects.create(user=priya, body=council, role=Role.AUDITOR, starts_on=date(2020, 1, 1))
    project = make_project(round_)
    find_all_met(project, owen)
    Finding.objects.update(reason=SCORE)
    checks.write_note(project_id=project.pk, actor=owen, words=NOTE, audience="council", now=NOW)
    return project, priya, owen


def pages_of(project):
    ref = project.reference
    return [
        f"/en/staff/projects/{ref}/", f"/en/staff/projects/{ref}/decide/", f"/en/staff/projects/{ref}/appeal/",
        f"/en/staff/projects/{ref}/partners/", "/en/staff/projects/?status=all",
        "/en/staff/projects/?status=all&q=beds",
        f"/en/staff/projects/?status=all&q={ref}", "/en/staff/projects/?status=all&format=csv", "/en/staff/changes/",
        f"/en/staff/rounds/{project.round.slug}/", "/en/staff/", "/en/staff/panels/", "/en/staff/gates/",
        "/en/staff/audit/", "/en/staff/audit/download/", f"/en/rounds/{project.round.slug}/projects/{ref}/",
        f"/en/rounds/{project.round.slug}/projects/?q=rotten",
    ]  # fmt: skip


def read(person, addresses):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    answers = {address: client.get(address) for address in addresses}
    return {address: (answer.status_code, answer.getvalue().decode()) for address, answer in answers.items()}


def test_the_colleague_without_a_link_reads_what_was_found(scene):
    project, _priya, owen = scene

    seen = read(owen, pages_of(project)[:1])

    assert SCORE in next(iter(seen.values()))[1]
    assert NOTE in next(iter(seen.values()))[1]


def test_an_officer_with_a_link_sees_no_score_and_no_note_anywhere(scene, caplog):
    project, priya, owen = scene
    declarations.declare_interest(project_id=project.pk, actor=priya, kind="family", words="", now=NOW)

    with caplog.at_level(logging.DEBUG):
        seen = read(priya, pages_of(project))
        read(owen, pages_of(project)[:3])

    assert [address for address, (_status, text) in seen.items() if SCORE in text or NOTE in text] == []
    assert {seen[address][0] for address in pages_of(project)[:4]} == {404}
    assert project.reference not in seen["/en/staff/projects/?status=all&format=csv"][1]
    assert SCORE not in caplog.text
    assert NOTE not in caplog.text


def test_neither_the_audit_trail_nor_a_notice_repeats_what_was_found(scene):
    facts = json.dumps(list(AuditEvent.objects.values_list("facts", flat=True)))

    assert SCORE not in facts
    assert NOTE not in facts
    assert not Notice.objects.filter(body__contains=SCORE).exists()
