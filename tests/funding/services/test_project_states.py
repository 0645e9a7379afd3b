"""Whatever people do in whatever order: only moves of the tables happen, and no history is lost."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communities.models import Role
from funding.models import (
    APPEAL_MOVES,
    DECISION_MOVES,
    PROJECT_MOVES,
    Appeal,
    AppealState,
    Decision,
    DecisionState,
    Project,
    ProjectState,
    ProjectVersion,
    Step,
)
from funding.services import appeals, applications, checks, decisions, declarations, projects
from renewal.kernel.errors import DomainError
from renewal.kernel.models import AuditEvent
from tests.factories.money import make_council, make_country
from tests.factories.projects import NOW, make_member, make_officer, make_project, make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    areas = make_country()
    council = make_council(areas["ASH"])
    round_ = make_round(areas["ASH-N"], council, step=Step.IDEAS)
    project = make_project(round_, state="draft")
    second = make_member(project.group, "second")
    officers = [make_officer(council, name, Role.LEAD, declared=round_) for name in ("Owen", "Ruth", "Bill")]
    return project.pk, (project.created_by, second), officers


def act(name, pk, member, officer, now):
    """Do one thing as one member or one officer; the services refuse what cannot be."""
    decision = Decision.objects.filter(project_id=pk).order_by("-pk").first()
    appeal = Appeal.objects.filter(decision__project_id=pk).order_by("-pk").first()
    number = decision.pk if decision else 0
    {
        "sign": lambda: _sign(pk, member, now),
        "declare": lambda: applications.declare_and_send(project_id=pk, actor=member, now=now),
        "take back": lambda: applications.take_back(project_id=pk, actor=member, now=now),
        "withdraw": lambda: projects.withdraw_project(project_id=pk, actor=member, now=now),
        "save": lambda: applications.save_page(
            project_id=pk, task="about", page=1, typed={"title": [str(now)]}, revision=0, actor=member, now=now,
            pick="mine",
        ),
        "find": lambda: checks.note_findings(
            project_id=pk, actor=officer, now=now,
            findings=dict.fromkeys(("legal-safe", "cost", "here", "paid-work"), ("meets", "Seen.", "")),
        ),
        "pass": lambda: decisions.pass_project(project_id=pk, actor=officer, words="", words_cy="", now=now),
        "ask": lambda: decisions.ask_for_changes(
            project_id=pk, actor=officer, words="W", words_cy="", tasks=["costs"], now=now,
            group_replies_by=(now + timedelta(days=7)).date(),
        ),
        "help": lambda: checks.give_help(project_id=pk, actor=officer, kind="help", minutes=5, now=now),
        "refuse": lambda: decisions.propose_refusal(
            project_id=pk, actor=officer, reason="unsafe", words="W", words_cy="W", next_step="N", next_step_cy="",
            now=now,
        ),
        "second": lambda: decisions.second_refusal(decision_id=number, actor=officer, now=now),
        "turn back": lambda: decisions.turn_back(decision_id=number, actor=officer, words="No.", now=now),
        "appeal": lambda: appeals.send_appeal(decision_id=number, actor=member, ground="fact", words="W", now=now),
        "uphold": lambda: _hear(appeal, officer, "upheld", now),
        "remit": lambda: _hear(appeal, officer, "remitted", now),
        "dismiss": lambda: _hear(appeal, officer, "dismissed", now),
        "interest": lambda: declarations.declare_interest(
            project_id=pk, actor=officer, kind="family", words="", now=now
        ),
    }[name]()  # fmt: skip


def _sign(pk, member, now):
    project = Project.objects.get(pk=pk)
    with_facts = applications.rules.problems_of
    applications.rules.problems_of = lambda facts: []  # what an application needs is another test's subject
    try:
        applications.sign_off(project_id=project.pk, actor=member, unfinished=[], now=now)
    finally:
        applications.rules.problems_of = with_facts


def _hear(appeal, officer, outcome, now):
    if appeal is not None:
        appeals.hear_appeal(appeal_id=appeal.pk, actor=officer, outcome=outcome, answer="A.", answer_cy="", now=now)


ACTIONS = [
    "sign", "declare", "take back", "withdraw", "save", "find", "pass", "ask", "help", "refuse", "second", "turn back",
    "appeal", "uphold", "remit", "dismiss", "interest",
]  # fmt: skip
# A path that goes far, so that the machine does not only meet refusals; it is cut and mixed with anything.
FAR = ["sign", "declare", "help", "ask", "sign", "find", "refuse", "second", "appeal", "uphold", "find", "pass"]
steps = st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 1), st.integers(0, 2)), max_size=8)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, len(FAR)), anything=steps)
def test_no_path_leaves_the_tables_and_no_history_is_lost(scene, start, anything):
    pk, members, officers = scene
    path = [(name, number % 2, number % 3) for number, name in enumerate(FAR[:start])] + anything
    with transaction.atomic():
        seen = observe(pk)
        for number, (name, member, officer) in enumerate(path):
            now = NOW + timedelta(minutes=number)
            try:
                with transaction.atomic():
                    act(name, pk, members[member], officers[officer], now)
            except (DomainError, Decision.DoesNotExist):
                pass
            seen = compare(seen, observe(pk))
        transaction.set_rollback(True)


def observe(pk):
    return {
        "project": Project.objects.get(pk=pk).state,
        "decisions": dict(Decision.objects.filter(project_id=pk).values_list("pk", "state")),
        "appeals": dict(Appeal.objects.filter(decision__project_id=pk).values_list("pk", "state")),
        "versions": set(ProjectVersion.objects.filter(project_id=pk).values_list("pk", "digest")),
        "events": AuditEvent.objects.count(),
    }


def compare(before, after):
    old, new = before["project"], after["project"]
    assert new == old or new in PROJECT_MOVES[old], f"project moved from {old} to {new}"
    for name, table in (("decisions", DECISION_MOVES), ("appeals", APPEAL_MOVES)):
        for key, state in before[name].items():
            assert after[name][key] == state or after[name][key] in table[state]
    assert before["versions"] <= after["versions"]
    assert before["events"] <= after["events"]
    return after


def test_the_tables_know_every_state_and_lead_nowhere_unknown():
    for states, table in (
        (ProjectState, PROJECT_MOVES),
        (DecisionState, DECISION_MOVES),
        (AppealState, APPEAL_MOVES),
    ):
        assert set(table) == set(states.values)
        assert set().union(*table.values()) <= set(states.values)


def test_every_state_of_a_project_can_be_reached():
    reached, edge = {"draft"}, {"draft"}
    while edge:
        edge = set().union(*(PROJECT_MOVES[state] for state in edge)) - reached
        reached |= edge

    assert reached == set(ProjectState.values)


@pytest.mark.parametrize("state", ProjectState.values)
def test_every_state_has_a_page(scene, state, client):
    pk, members, _ = scene
    project = Project.objects.get(pk=pk)
    other = make_project(project.round, number=50)
    Project.objects.filter(pk=pk).update(
        state=state,
        sent_at=NOW,
        ended_at=NOW,
        signed_by=members[0],
        combined_into=other if state == "combined" else None,
    )
    client.force_login(members[0], backend="django.contrib.auth.backends.ModelBackend")

    own = client.get(f"/en/groups/{project.group.slug}/applications/{project.reference}/")
    public = client.get(f"/en/rounds/{project.round.slug}/projects/{project.reference}/")

    assert own.status_code == 200
    assert public.status_code == (404 if state in ("draft", "declaring", "late") else 200)
