"""The recorded emergency route (G-4.2-A1): two officers say in public why a project cannot wait for the priorities."""

import pytest
from django.db import IntegrityError, transaction

from communities.models import Role
from funding.models import Award, EmergencyRoute, InterestDeclaration, Project, Suggestion
from funding.services.application_facts import facts_of
from funding.services.awards import NoPriority, post_awards
from funding.services.emergencies import (
    CitesAPriority,
    DecidedBefore,
    EmergencyUnclear,
    LinkedToIt,
    RecordedBefore,
    SecondNeeded,
    decide_emergency,
    propose_emergency,
)
from funding.services.officers import NotYourBody
from funding.services.priorities import adopt_list
from renewal.kernel.models import AuditEvent
from tests.factories.answers import officer_of
from tests.factories.communities import BodyFactory
from tests.factories.money import (
    NOW,
    make_country,
    make_cycle,
    make_posted_run,
    make_project,
    make_round,
    publish_outcome,
)

pytestmark = pytest.mark.django_db
WHY = {"reason": "danger", "words": "The roof of the hall may fall.", "words_cy": "", "evidence": "Engineer, 1 March."}


@pytest.fixture
def counted():
    """A counted round that chose two projects, of which the second answers the one adopted priority."""
    areas = make_country()
    cycle = make_cycle()
    make_posted_run(cycle)
    round_ = make_round(areas["MILL"], cycle)
    projects = [make_project(round_, f"MIL-00{number}", capital=100_000) for number in (1, 2)]
    need = Suggestion.objects.create(round=round_, number=1, ref="MIL-N01", text="A warm room to meet", created_at=NOW)
    priority = adopt_list(round_id=round_.pk, refs=[need.ref], voters=9, now=NOW).priorities.get()
    Project.objects.filter(pk=projects[1].pk).update(priority=priority)
    limits = {"capital": 1_000_000, "revenue": 0}
    return publish_outcome(round_, projects, selected=["MIL-001", "MIL-002"], limits=limits)


@pytest.fixture
def project(counted):
    return counted.projects.get(reference="MIL-001")


@pytest.fixture
def officers(counted):
    return officer_of(counted.convenor), officer_of(counted.convenor, role=Role.LEAD)


def propose(project, actor, **changes):
    return propose_emergency(project_id=project.pk, actor=actor, now=NOW, **WHY | changes)


def test_g_4_2_a1_no_award_without_an_adopted_priority_or_a_recorded_emergency(counted, project, officers, client):
    first, second = officers
    with pytest.raises(NoPriority) as refusal:
        post_awards(round_id=counted.pk, now=NOW)
    route = propose(project, first)
    with pytest.raises(NoPriority):  # one officer alone opens nothing
        post_awards(round_id=counted.pk, now=NOW)

    decide_emergency(route_id=route.pk, agree=True, actor=second, now=NOW)
    awards = post_awards(round_id=counted.pk, now=NOW)

    assert refusal.value.refs == ["MIL-001"]
    assert [award.project.reference for award in awards] == ["MIL-001", "MIL-002"]
    page = client.get(f"/en/rounds/{counted.slug}/projects/MIL-001/").content.decode()
    assert "The roof of the hall may fall." in page
    assert "It answers no adopted priority." in page
    events = AuditEvent.objects.filter(action__startswith="emergency.").order_by("pk")
    assert [event.action for event in events] == ["emergency.proposed", "emergency.stands"]


def test_one_that_is_turned_down_opens_nothing_and_another_may_be_proposed(counted, project, officers):
    first, second = officers
    route = propose(project, first)
    with pytest.raises(RecordedBefore):
        propose(project, second)

    decide_emergency(route_id=route.pk, agree=False, actor=second, now=NOW)

    with pytest.raises(NoPriority):
        post_awards(round_id=counted.pk, now=NOW)
    with pytest.raises(DecidedBefore):
        decide_emergency(route_id=route.pk, agree=True, actor=second, now=NOW)
    assert propose(project, second).state == "proposed"


def test_the_first_officer_cannot_be_the_second_nor_may_anybody_with_a_link_or_of_another_body(project, officers):
    first, second = officers
    route = propose(project, first)

    with pytest.raises(SecondNeeded):
        decide_emergency(route_id=route.pk, agree=True, actor=first, now=NOW)
    with pytest.raises(NotYourBody):
        decide_emergency(route_id=route.pk, agree=True, actor=officer_of(BodyFactory()), now=NOW)
    InterestDeclaration.objects.create(
        officer=second, project=project, kind="family", bars=True, words="My brother.", declared_at=NOW
    )
    with pytest.raises(LinkedToIt):
        decide_emergency(route_id=route.pk, agree=True, actor=second, now=NOW)


def test_a_project_that_answers_a_priority_or_has_its_money_needs_none(counted, project, officers):
    with pytest.raises(CitesAPriority):
        propose(counted.projects.get(reference="MIL-002"), officers[0])
    with pytest.raises(EmergencyUnclear):
        propose(project, officers[0], evidence=" ")
    route = propose(project, officers[0])
    decide_emergency(route_id=route.pk, agree=True, actor=officers[1], now=NOW)
    post_awards(round_id=counted.pk, now=NOW)

    with pytest.raises(RecordedBefore):
        propose(project, officers[0])
    assert Award.objects.filter(project=project).count() == 1


def test_with_the_route_a_group_can_send_in_a_project_that_answers_no_priority(project, officers):
    before = facts_of(project, on=NOW.date()).has_priority

    route = propose(project, officers[0])
    decide_emergency(route_id=route.pk, agree=True, actor=officers[1], now=NOW)

    assert (before, facts_of(project, on=NOW.date()).has_priority) == (False, True)


@pytest.mark.parametrize("changes", [{"words": "Other."}, {"state": "proposed", "second": None, "decided_at": None}])
def test_the_database_keeps_what_is_on_record(project, officers, changes):
    route = propose(project, officers[0])
    decide_emergency(route_id=route.pk, agree=True, actor=officers[1], now=NOW)

    with pytest.raises(IntegrityError, match="on record"), transaction.atomic():
        EmergencyRoute.objects.filter(pk=route.pk).update(**changes)
    with pytest.raises(IntegrityError, match="on record"), transaction.atomic():
        EmergencyRoute.objects.filter(pk=route.pk).delete()


def test_the_database_refuses_one_person_in_both_parts(project, officers):
    route = propose(project, officers[0])

    with pytest.raises(IntegrityError, match="emergency_two_people"), transaction.atomic():
        EmergencyRoute.objects.filter(pk=route.pk).update(state="stands", second=officers[0], decided_at=NOW)
