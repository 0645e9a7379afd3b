"""Applications: saved without judging, judged when sent, signed by two, kept in versions (G§4, named by acceptance)."""

from datetime import timedelta

import pytest
from django.core import mail

from funding.application_pages import FIXED, minutes_of, wrong_pages
from funding.models import (
    ApplicationPage,
    BudgetLine,
    ProjectVersion,
    QuestionSet,
    SetAside,
)
from funding.services import applications, decisions, projects
from renewal.kernel.models import Notice
from tests.factories.applications import line, problems, sign
from tests.factories.projects import (
    NOW,
    find_all_met,
    make_group,
    make_member,
    make_officer,
    make_project,
    make_round,
)

pytestmark = pytest.mark.django_db


def test_references_count_on_and_are_sayable(writing, round_):
    project, kelly, _ = writing

    second = projects.start_project(
        round_id=round_.pk, group_id=project.group_id, title="B", language="en", actor=kelly, now=NOW
    )

    assert (project.reference, second.reference) == ("ASH-001", "ASH-002")


def test_a_project_begins_only_while_ideas_are_open(round_):
    group = make_group(round_.area, "late")
    kelly = make_member(group, "Kelly")

    with pytest.raises(projects.StepNotOpen):
        projects.start_project(
            round_id=round_.pk, group_id=group.pk, title="T", language="en", actor=kelly, now=NOW + timedelta(days=40)
        )


def test_a_stranger_starts_nothing_for_a_group(writing, round_):
    stranger = make_member(make_group(round_.area, "others"), "Stranger")

    with pytest.raises(projects.NotAMember):
        projects.start_project(
            round_id=round_.pk, group_id=writing[0].group_id, title="T", language="en", actor=stranger, now=NOW
        )


def save(project, person, typed, revision=0, **more):
    return applications.save_page(
        project_id=project.pk, task="about", page=1, typed=typed, revision=revision, actor=person, now=NOW, **more
    )


def test_saving_never_judges(writing):
    project, kelly, _ = writing

    row = save(project, kelly, {"title": [""], "summary": ["\u202e" + "x" * 5000]})

    assert (row.typed["summary"], row.right) == (["\u202e" + "x" * 5000], False)


def test_two_members_editing_one_task_lose_nothing(writing):
    project, kelly, hassan = writing
    first = save(project, kelly, {"title": ["Kelly’s words"]})
    save(project, hassan, {"title": ["Hassan’s words"]}, revision=first.revision)

    with pytest.raises(applications.PageChanged) as changed:
        save(project, kelly, {"title": ["Kelly again"]}, revision=first.revision)
    assert changed.value.facts["theirs"] == {"title": ["Hassan’s words"]}
    save(project, kelly, {"title": ["Kelly again"]}, revision=changed.value.facts["revision"] - 1, pick="mine")

    assert ApplicationPage.objects.get().typed == {"title": ["Kelly again"]}
    assert SetAside.objects.get().typed == {"title": ["Hassan’s words"]}


def test_picking_theirs_sets_mine_aside(writing):
    project, kelly, hassan = writing
    first = save(project, kelly, {"title": ["A"]})
    save(project, hassan, {"title": ["B"]}, revision=first.revision)

    save(project, kelly, {"title": ["C"]}, revision=first.revision, pick="theirs")

    assert (ApplicationPage.objects.get().typed, SetAside.objects.get().typed) == ({"title": ["B"]}, {"title": ["C"]})


def test_time_is_measured_and_a_lunch_break_is_not_work(writing):
    project, kelly, _ = writing
    save(project, kelly, {"title": ["A"]}, seconds=120)
    save(project, kelly, {"title": ["B"]}, revision=1, seconds=9 * 3600)

    assert ApplicationPage.objects.get().seconds == 32 * 60


def test_what_applying_took_is_published_with_the_round(writing, round_, client):
    project, kelly, hassan = writing
    save(project, kelly, {"title": ["A"]}, seconds=1500)
    sign(project, kelly)
    applications.declare_and_send(project_id=project.pk, actor=hassan, now=NOW)

    page = client.get(f"/en/rounds/{round_.slug}/").content.decode()

    assert "It took 25 minutes to write the 1 application sent in here." in page


def test_sending_takes_two_members_and_keeps_a_version(writing):
    project, kelly, hassan = writing
    sign(project, kelly)

    with pytest.raises(applications.SameMember):
        applications.declare_and_send(project_id=project.pk, actor=kelly, now=NOW)
    applications.declare_and_send(project_id=project.pk, actor=hassan, now=NOW)

    project.refresh_from_db()
    assert (project.state, project.signed_by, project.declared_by, project.sent_at) == ("sent", kelly, hassan, NOW)
    assert ProjectVersion.objects.get().content["lines"][0]["amount_pence"] == 300_000
    assert project.reviews.get().due_on.isoformat() == "2027-03-19"
    assert set(Notice.objects.values_list("kind", flat=True)) == {"declaration_needed", "application_sent"}
    assert mail.outbox == []  # sent later, by the outbox


def test_a_draft_is_not_sent_after_ideas_have_closed(writing):
    project, kelly, hassan = writing
    sign(project, kelly)

    with pytest.raises(applications.StepNotOpen):
        applications.declare_and_send(project_id=project.pk, actor=hassan, now=NOW + timedelta(days=40))


def test_a_sent_version_cannot_be_changed(writing):
    from django.db import DatabaseError, transaction

    project, kelly, _ = writing
    version = projects.keep_version(project=project, actor=kelly, now=NOW)

    with pytest.raises(DatabaseError), transaction.atomic():
        ProjectVersion.objects.filter(pk=version.pk).update(digest="")


def test_without_a_shown_social_purpose_a_group_cannot_lead(round_):
    group = make_group(round_.area, "firm", legal_form="private")
    owner = make_member(group, "Owner")
    project = projects.start_project(
        round_id=round_.pk, group_id=group.pk, title="T", language="en", actor=owner, now=NOW
    )
    applications.write_lines(project_id=project.pk, actor=owner, lines=[line("T", 100)])
    applications.write_shares(project_id=project.pk, actor=owner, shares={round_.area_id: 100})

    assert problems(project, owner) == ["no_purpose"]


def test_volunteers_get_expenses(writing):
    project, kelly, _ = writing
    applications.write_volunteers(
        project_id=project.pk, actor=kelly,
        roles=[{"title": "Digging", "hours": 40, "complements": "Gardener", "expenses_pence": 0,
                "paid_hours_cut": False}],
    )  # fmt: skip

    assert problems(project, kelly) == ["no_expenses"]


def test_changes_reopen_only_some_tasks_and_come_back_as_a_second_version(writing, round_):
    project, kelly, hassan = writing
    sign(project, kelly)
    applications.declare_and_send(project_id=project.pk, actor=hassan, now=NOW)
    priya = make_officer(round_.convenor, "Priya", declared=round_)
    decisions.ask_for_changes(
        project_id=project.pk, actor=priya, words="A second quote.", words_cy="", tasks=["costs"],
        group_replies_by=NOW.date() + timedelta(days=7), now=NOW,
    )  # fmt: skip
    later = NOW + timedelta(days=40)
    applications.write_lines(project_id=project.pk, actor=kelly, lines=[line("Timber", 250_000)])

    applications.sign_off(project_id=project.pk, actor=kelly, unfinished=[], now=later)

    project.refresh_from_db()
    assert (project.state, project.versions.count(), project.sent_at) == ("sent", 2, NOW)
    assert project.reviews.filter(ended_at__isnull=True).count() == 1


def test_a_pinned_question_set_stays_when_staff_publish_another(writing):
    project, kelly, _ = writing
    pinned = applications.pin_questions(project_id=project.pk, band="up_to_5000", actor=kelly, now=NOW)
    QuestionSet.objects.filter(pk=pinned.pk).update(state="retired")
    QuestionSet.objects.create(band="up_to_5000", version=2, state="published", made_at=NOW, published_at=NOW)

    assert applications.pin_questions(project_id=project.pk, band="up_to_5000", actor=kelly, now=NOW) == pinned


def test_the_burden_of_a_form_up_to_5000_is_an_hour(writing):
    project, kelly, _ = writing
    applications.pin_questions(project_id=project.pk, band="up_to_5000", actor=kelly, now=NOW)
    project.refresh_from_db()

    assert minutes_of(project) <= 60


def test_an_untouched_application_has_every_page_left_to_do(writing):
    assert len(wrong_pages(writing[0])) == sum(len(task.pages) for task in FIXED)


def test_carrying_forward_copies_costs_and_answers_once(writing, round_):
    project, kelly, _ = writing
    projects.Project.objects.filter(pk=project.pk).update(state="late", ended_at=NOW)
    target = make_round(round_.area, round_.convenor, prefix="NXT")

    new = projects.carry_forward(project_id=project.pk, round_id=target.pk, actor=kelly, now=NOW)
    again = projects.carry_forward(project_id=project.pk, round_id=target.pk, actor=kelly, now=NOW)

    assert (new.reference, new.cost_pence, new.carried_from, again) == ("NXT-001", 300_000, project, new)
    assert BudgetLine.objects.filter(project=new).count() == 1


def test_combining_needs_both_groups_and_leaves_a_trace(writing, round_):
    project, kelly, _ = writing
    other = make_project(round_, group=make_group(round_.area, "others", "club"), number=9)
    theirs = other.created_by

    with pytest.raises(projects.NotAgreed):
        projects.combine_projects(project_id=project.pk, into_id=other.pk, actor=kelly, other_actor=kelly, now=NOW)
    projects.combine_projects(project_id=project.pk, into_id=other.pk, actor=kelly, other_actor=theirs, now=NOW)

    project.refresh_from_db()
    assert (project.state, project.combined_into) == ("combined", other)
    assert other.partners.get().group == project.group


def test_a_passed_project_goes_from_a_draft_to_the_ballot(writing, round_):
    project, kelly, hassan = writing
    sign(project, kelly)
    applications.declare_and_send(project_id=project.pk, actor=hassan, now=NOW)
    priya = make_officer(round_.convenor, "Priya", declared=round_)
    find_all_met(project, priya)

    decisions.pass_project(project_id=project.pk, actor=priya, words="", words_cy="", now=NOW)

    project.refresh_from_db()
    assert project.state == "passed"


def test_another_size_is_a_copy_and_at_most_one_of_them_stands_for_the_vote(writing, round_):
    from funding.services.rounds import options_of

    project, kelly, _ = writing

    small = projects.add_size(project_id=project.pk, actor=kelly, now=NOW)
    smaller = projects.add_size(project_id=small.pk, actor=kelly, now=NOW)

    assert (small.size_of, smaller.size_of) == (project, project)
    assert (small.cost_pence, small.state, small.carried_from) == (300_000, "draft", None)
    projects.Project.objects.update(state="passed", sent_at=NOW)
    assert {option.at_most_one_of for option in options_of(round_, now=NOW)} == {project.reference}


def test_a_size_is_not_added_once_ideas_have_closed(writing):
    project, kelly, _ = writing

    with pytest.raises(projects.StepNotOpen):
        projects.add_size(project_id=project.pk, actor=kelly, now=NOW + timedelta(days=40))
