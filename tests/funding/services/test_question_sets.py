"""Question sets: written by a steward, within their burden, in both languages, one version in use for each band."""

import pytest

from communities.models import OfficerRole, User
from funding.models import FormQuestion, QuestionSet
from funding.services import question_sets
from tests.factories.money import make_steward
from tests.factories.projects import NOW

pytestmark = pytest.mark.django_db


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


def test_only_a_steward_changes_questions():
    amina = User.objects.create(email="amina@example.org", name="Amina")
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
