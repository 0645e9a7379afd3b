"""Comments, reports and question sets."""

from datetime import timedelta

import pytest

from communities.models import OfficerRole, User
from funding.models import FormQuestion, ProjectComment, QuestionSet, Step
from funding.services import comments, question_sets
from tests.factories.money import make_council, make_country, make_steward
from tests.factories.projects import NOW, make_officer, make_project, make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    areas = make_country()
    return make_project(make_round(areas["ASH-N"], make_council(areas["ASH"]), step=Step.CHECKS))


@pytest.fixture
def amina():
    return User.objects.create(email="amina@example.org", name="Amina")


def say(project, person, text="When would it open?", **more):
    return comments.say(project_id=project.pk, actor=person, text=text, language="en", now=NOW, **more)


def test_a_reply_to_a_reply_joins_the_first(project, amina):
    first = say(project, amina)
    second = say(project, amina, "In spring.", reply_to_id=first.pk)

    assert say(project, amina, "Thank you.", reply_to_id=second.pk).reply_to == first


def test_members_speak_for_their_group(project, amina):
    assert (say(project, amina).for_group, say(project, project.created_by).for_group) == (False, True)


def test_direction_marks_go_and_letters_stay(project, amina):
    assert say(project, amina, "\u202eabc\u2066 مرحبا ŵ\x07").text == "abc مرحبا ŵ"


def test_a_person_writes_ten_in_an_hour(project, amina):
    for number in range(10):
        say(project, amina, f"{number}")

    with pytest.raises(comments.TooManyComments):
        say(project, amina, "11")
    comments.say(
        project_id=project.pk, actor=amina, text="Later", language="en", now=NOW + timedelta(hours=1, seconds=1)
    )


def test_hiding_takes_an_officer_of_the_body_and_a_reason_and_keeps_the_row(project, amina):
    comment = say(project, amina, "Buy now")
    comments.report(comment_id=comment.pk, actor=project.created_by, reason="advert", now=NOW)
    elsewhere = make_officer(make_council(project.round.area, "elsewhere"), "Other")
    with pytest.raises(comments.NotAnOfficer):
        comments.answer_reports(comment_id=comment.pk, actor=elsewhere, hide=True, reason="advert", now=NOW)

    priya = make_officer(project.checked_by, "Priya")
    comments.answer_reports(comment_id=comment.pk, actor=priya, hide=True, reason="advert", now=NOW)

    comment.refresh_from_db()
    assert (comment.hidden_reason, comment.text) == ("advert", "Buy now")
    assert not ProjectComment.objects.shown().exists()


def test_a_question_set_over_its_budget_is_not_published():
    steward = make_steward()
    draft = question_sets.draft_set(band="up_to_5000", actor=steward, now=NOW)
    FormQuestion.objects.create(
        set=draft, key="extra", task="questions", position=9, kind="long", label="More?", label_cy="Mwy?", minutes=1
    )

    with pytest.raises(question_sets.OverBurden) as refusal:
        question_sets.publish_set(set_id=draft.pk, actor=steward, now=NOW)

    assert (refusal.value.facts["questions"], refusal.value.facts["most_questions"]) == (16, 15)


def test_a_question_without_welsh_is_not_published():
    steward = make_steward()
    draft = question_sets.draft_set(band="above", actor=steward, now=NOW)
    draft.questions.filter(key="risk").update(label_cy=" ")

    with pytest.raises(question_sets.WelshMissing):
        question_sets.publish_set(set_id=draft.pk, actor=steward, now=NOW)


def test_publishing_replaces_the_version_in_use():
    steward = make_steward()
    draft = question_sets.draft_set(band="up_to_1000", actor=steward, now=NOW)

    question_sets.publish_set(set_id=draft.pk, actor=steward, now=NOW)

    assert list(QuestionSet.objects.filter(band="up_to_1000").values_list("version", "state")) == [
        (2, "published"),
        (1, "retired"),
    ]


def test_only_a_steward_changes_questions(amina):
    assert not OfficerRole.objects.filter(user=amina).exists()
    with pytest.raises(question_sets.NotASteward):
        question_sets.draft_set(band="above", actor=amina, now=NOW)


@pytest.mark.parametrize("set_", ["up_to_1000", "up_to_5000", "up_to_25000", "above"])
def test_the_first_sets_keep_within_their_budget(set_):
    from funding.models import BURDEN

    _, most_questions, most_minutes = BURDEN[set_]
    used = QuestionSet.objects.in_use().get(band=set_)

    burden = question_sets.burden_of(used)
    assert burden
    assert all(questions <= most_questions and minutes <= most_minutes for questions, minutes in burden.values())
