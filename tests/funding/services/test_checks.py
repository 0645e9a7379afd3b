"""Checks: interests first, help before a no, two officers, appeals to different people (P2, G§3F)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from communities.models import Role
from funding.models import Appeal, Decision, Finding, RefusalReason, Review, RoundDeclaration, Step
from funding.queries import reviews as queries
from funding.services import appeals, checks, decisions, declarations
from funding.services.projects import ProjectMoved
from renewal.kernel.models import Notice
from tests.factories.money import make_council, make_country
from tests.factories.projects import NOW, find_all_met, make_officer, make_project, make_refusal, make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    areas = make_country()
    council = make_council(areas["ASH"])
    round_ = make_round(areas["ASH-N"], council, step=Step.CHECKS)
    priya = make_officer(council, "Priya", declared=round_)
    owen = make_officer(council, "Owen", Role.LEAD, declared=round_)
    ruth = make_officer(council, "Ruth", declared=round_)
    return make_project(round_), priya, owen, ruth


def findings(met="meets"):
    return dict.fromkeys(("legal-safe", "cost", "here", "paid-work"), (met, "Seen.", ""))


def test_no_project_opens_before_interests_are_declared(scene):
    project, *_ = scene
    newcomer = make_officer(project.checked_by, "New")

    assert not queries.projects_to_check(newcomer, at=NOW).exists()
    with pytest.raises(declarations.InterestsFirst):
        checks.begin_review(project_id=project.pk, actor=newcomer, now=NOW)

    declarations.declare_for_round(round_id=project.round_id, actor=newcomer, links={}, now=NOW)
    assert queries.projects_to_check(newcomer, at=NOW).get() == project


def test_an_officer_of_another_body_reaches_nothing(scene):
    project, *_ = scene
    other = make_officer(make_council(project.round.area, "elsewhere"), "Other", declared=project.round)

    assert not queries.projects_to_check(other, at=NOW).exists()
    with pytest.raises(declarations.NotAnOfficer):
        checks.begin_review(project_id=project.pk, actor=other, now=NOW)


def test_a_barring_interest_hides_the_project_its_scores_and_the_decision(scene):
    project, priya, _owen, _ruth = scene
    review = find_all_met(project, priya)

    declarations.declare_interest(project_id=project.pk, actor=priya, kind="family", words="", now=NOW)

    assert not queries.projects_to_check(priya, at=NOW).exists()
    assert queries.review_project(priya, project.reference, at=NOW) is None
    assert queries.findings_of(review, priya) == []
    assert not queries.queue(priya, at=NOW, status="all").exists()
    with pytest.raises(declarations.HasInterest):
        decisions.pass_project(project_id=project.pk, actor=priya, words="", words_cy="", now=NOW)
    assert Review.objects.get().officer is None


def test_knowing_somebody_does_not_bar(scene):
    project, priya, *_ = scene

    declarations.declare_interest(project_id=project.pk, actor=priya, kind="known", words="", now=NOW)

    assert queries.projects_to_check(priya, at=NOW).get() == project


@pytest.mark.parametrize("write", ["finding", "decision", "second", "cost", "begin"])
def test_p2_the_database_refuses_a_barred_officer_even_when_a_service_forgets(scene, write):
    project, priya, owen, _ruth = scene
    review = project.reviews.get()
    Review.objects.filter(pk=review.pk).update(officer=priya, assigned_at=NOW)
    checks.InterestDeclaration.objects.create(officer=priya, project=project, kind="family", bars=True, declared_at=NOW)
    decision = Decision.objects.create(
        project=project, review=review, kind="refuse", state="proposed", reason="unsafe", words="W", words_cy="W",
        next_step="N", proposed_by=owen, proposed_at=NOW,
    )  # fmt: skip
    attempts = {
        "finding": lambda: Finding.objects.create(
            review=review, criterion=project.round.criteria.first(), met="meets", reason="x", found_at=NOW
        ),
        "decision": lambda: Decision.objects.create(
            project=project, review=review, kind="pass", state="made", proposed_by=priya, proposed_at=NOW
        ),
        "second": lambda: Decision.objects.filter(pk=decision.pk).update(
            state="made", seconded_by=priya, seconded_at=NOW
        ),
        "cost": lambda: Review.objects.filter(pk=review.pk).update(costed_by=priya),
        "begin": lambda: Review.objects.filter(pk=review.pk).update(began_at=NOW),
    }

    with pytest.raises(IntegrityError, match="declared an interest"), transaction.atomic():
        attempts[write]()


def test_a_project_passes_only_when_every_rule_is_met_with_words(scene):
    project, priya, *_ = scene
    checks.note_findings(project_id=project.pk, actor=priya, findings={"cost": ("meets", "Seen.", "")}, now=NOW)

    with pytest.raises(decisions.ChecksMissing) as missing:
        decisions.pass_project(project_id=project.pk, actor=priya, words="", words_cy="", now=NOW)
    assert missing.value.facts["codes"] == ["here", "legal-safe", "paid-work"]

    checks.note_findings(project_id=project.pk, actor=priya, findings=findings("unsure"), now=NOW)
    with pytest.raises(decisions.ChecksMissing):
        decisions.pass_project(project_id=project.pk, actor=priya, words="", words_cy="", now=NOW)

    checks.note_findings(project_id=project.pk, actor=priya, findings=findings(), now=NOW)
    decisions.pass_project(project_id=project.pk, actor=priya, words="", words_cy="", now=NOW)
    assert Notice.objects.get(kind="passed").subject.startswith("Ashcombe: project ASH-001")


def refuse(project, actor, **changes):
    given = {
        "reason": "unsafe", "words": "The roof cannot bear it.", "words_cy": "Ni all.",
        "next_step": "Ask for a survey.",
        "next_step_cy": "", **changes,
    }  # fmt: skip
    return decisions.propose_refusal(project_id=project.pk, actor=actor, now=NOW, **given)


def test_help_comes_before_a_no(scene):
    project, priya, *_ = scene

    with pytest.raises(decisions.HelpFirst):
        refuse(project, priya)
    checks.give_help(project_id=project.pk, actor=priya, kind="help", minutes=40, now=NOW)

    assert refuse(project, priya).state == "proposed"
    assert queries.help_and_refusals(project.round) == (40, 0)


@pytest.mark.parametrize("missing", ["reason", "words", "words_cy", "next_step"])
def test_a_no_needs_a_reason_words_in_both_languages_and_a_next_step(scene, missing):
    project, priya, *_ = scene
    checks.give_help(project_id=project.pk, actor=priya, kind="help", minutes=40, now=NOW)

    with pytest.raises(decisions.WordsMissing) as refusal:
        refuse(project, priya, **{missing: " "})

    assert refusal.value.facts["missing"] == [missing]


def test_one_no_waits_at_a_time_and_after_it_was_turned_back_another_may(scene):
    project, priya, owen, _ruth = scene
    checks.give_help(project_id=project.pk, actor=priya, kind="help", minutes=40, now=NOW)
    first = refuse(project, priya)

    with pytest.raises(ProjectMoved):
        refuse(project, owen)
    decisions.turn_back(decision_id=first.pk, actor=owen, words="A survey is on its way.", now=NOW)

    assert refuse(project, owen).state == "proposed"


def test_a_no_takes_a_second_officer(scene):
    project, priya, owen, _ruth = scene
    checks.give_help(project_id=project.pk, actor=priya, kind="help", minutes=40, now=NOW)
    decision = refuse(project, priya)

    with pytest.raises(decisions.SecondOfficerNeeded):
        decisions.second_refusal(decision_id=decision.pk, actor=priya, now=NOW)
    project.refresh_from_db()
    assert project.state == "sent"
    decisions.second_refusal(decision_id=decision.pk, actor=owen, now=NOW)

    project.refresh_from_db()
    assert project.state == "refused"
    notice = Notice.objects.get(kind="refused")
    assert "The roof cannot bear it." in notice.body
    assert "Ask for a survey." in notice.body


def test_the_database_refuses_a_no_of_one_officer(scene):
    project, priya, *_ = scene

    with pytest.raises(IntegrityError, match="decision_no_takes_two"), transaction.atomic():
        Decision.objects.create(
            project=project, review=project.reviews.get(), kind="refuse", state="made", reason="unsafe", words="W",
            words_cy="W", next_step="N", proposed_by=priya, proposed_at=NOW,
        )  # fmt: skip


def test_a_turned_back_no_leaves_the_check_open(scene):
    project, priya, owen, _ruth = scene
    checks.give_help(project_id=project.pk, actor=priya, kind="suggest", minutes=5, now=NOW)
    decision = refuse(project, priya)

    decisions.turn_back(decision_id=decision.pk, actor=owen, words="A survey is on its way.", now=NOW)

    project.refresh_from_db()
    assert (project.state, project.notes.get().audience) == ("sent", "council")
    assert refuse(project, priya).state == "proposed"


def test_no_reason_touches_what_a_group_says():
    words = " ".join(str(label).lower() for label in RefusalReason.labels) + " ".join(RefusalReason.values)

    assert not any(term in words for term in ("campaign", "critic", "political", "reputation", "speech", "protest"))


def test_changes_have_dates_on_both_sides(scene):
    project, priya, *_ = scene

    with pytest.raises(decisions.DatesWrong):
        decisions.ask_for_changes(
            project_id=project.pk, actor=priya, words="W", words_cy="", tasks=["costs"], group_replies_by=NOW.date(),
            now=NOW,
        )  # fmt: skip
    decision = decisions.ask_for_changes(
        project_id=project.pk, actor=priya, words="W", words_cy="", tasks=["costs"],
        group_replies_by=date(2027, 3, 12), now=NOW,
    )  # fmt: skip

    assert decision.we_reply_by == date(2027, 3, 19)
    assert decisions.chase_changes(now=NOW + timedelta(days=8)) == 1
    assert decisions.chase_changes(now=NOW + timedelta(days=9)) == 0


def test_an_appeal_is_heard_by_different_people(scene):
    project, priya, owen, ruth = scene
    decision = make_refusal(project, priya, owen)
    member = project.created_by
    appeal = appeals.send_appeal(decision_id=decision.pk, actor=member, ground="fact", words="It can.", now=NOW)

    for part in (priya, owen):
        with pytest.raises(appeals.SamePeople):
            appeals.hear_appeal(appeal_id=appeal.pk, actor=part, outcome="upheld", answer="Yes.", answer_cy="", now=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            Appeal.objects.filter(pk=appeal.pk).update(state="upheld", heard_by=part, heard_at=NOW, answer="x")
    appeals.hear_appeal(appeal_id=appeal.pk, actor=ruth, outcome="upheld", answer="Yes.", answer_cy="", now=NOW)

    project.refresh_from_db()
    decision.refresh_from_db()
    assert (project.state, decision.state) == ("sent", "reversed")


def test_g_4_15_a4_an_appeal_reopens_only_that_decision(scene):
    project, priya, owen, ruth = scene
    other = make_project(project.round, number=2)
    make_refusal(other, priya, owen)
    decision = make_refusal(project, priya, owen)
    appeal = appeals.send_appeal(
        decision_id=decision.pk, actor=project.created_by, ground="procedure", words="W", now=NOW
    )

    appeals.hear_appeal(appeal_id=appeal.pk, actor=ruth, outcome="remitted", answer="A.", answer_cy="", now=NOW)

    other.refresh_from_db()
    assert other.state == "refused"


def test_a_dismissed_appeal_leaves_the_decision(scene):
    project, priya, owen, ruth = scene
    decision = make_refusal(project, priya, owen)
    appeal = appeals.send_appeal(decision_id=decision.pk, actor=project.created_by, ground="fact", words="W", now=NOW)

    appeals.hear_appeal(appeal_id=appeal.pk, actor=ruth, outcome="dismissed", answer="No.", answer_cy="", now=NOW)

    project.refresh_from_db()
    assert project.state == "refused"
    with pytest.raises(appeals.ProjectMoved):
        appeals.send_appeal(decision_id=decision.pk, actor=project.created_by, ground="fact", words="W", now=NOW)


def test_an_appeal_has_20_working_days(scene):
    project, priya, owen, _ruth = scene
    decision = make_refusal(project, priya, owen)

    with pytest.raises(appeals.TooLate):
        appeals.send_appeal(
            decision_id=decision.pk, actor=project.created_by, ground="fact", words="W", now=NOW + timedelta(days=33)
        )


def test_a_bodys_own_project_is_checked_by_another_body(scene):
    project, *_ = scene

    with pytest.raises(IntegrityError, match="project_body_checked_by_another"), transaction.atomic():
        project.__class__.objects.filter(pk=project.pk).update(group=None, body=project.checked_by)


def test_a_barred_officer_is_left_out_of_a_bulk_assignment(scene):
    project, priya, owen, _ruth = scene
    second = make_project(project.round, number=2)
    declarations.declare_interest(project_id=project.pk, actor=priya, kind="helped", words="", now=NOW)

    given = checks.assign_reviews(project_ids=[project.pk, second.pk], officer_id=priya.pk, actor=owen, now=NOW)

    assert given == [second.pk]


def test_the_officers_estimate_stands_beside_the_groups_with_a_range(scene):
    project, priya, *_ = scene

    checks.estimate_cost(
        project_id=project.pk, actor=priya, low_pence=1, pence=2, high_pence=3, running_pence=0, now=NOW
    )

    review = project.reviews.get()
    assert (review.cost_low_pence, review.cost_pence, review.cost_high_pence, review.costed_by) == (1, 2, 3, priya)


def test_declaring_is_once_for_a_round(scene):
    project, priya, *_ = scene

    declarations.declare_for_round(round_id=project.round_id, actor=priya, links={}, now=NOW)

    assert RoundDeclaration.objects.filter(officer=priya).count() == 1
