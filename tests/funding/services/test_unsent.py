"""What a helper wrote down is in time when they asked in time, though the letter is answered after Ideas closed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from communities.models import HelpedStep
from communities.services.helped_steps import confirm_helped_step, record_helped_step, refuse_helped_step
from communities.waiting import waiting_in_groups
from funding.models import Phase
from funding.rules.answering import last_day
from funding.services.applications import sign_off
from funding.services.projects import StepNotOpen, start_project
from funding.services.rounds import advance_rounds, close_ideas
from funding.services.unsent import answered_until
from renewal.kernel.models import Notice
from tests.factories.projects import make_project
from tests.funding.test_offline_routes import Scene, complete

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("complete")]
__all__ = ["complete"]


@pytest.fixture
def scene():
    """Kelly's group has its application written down; the letter with the code has gone out."""
    scene = Scene("paper")
    scene.round_ = scene.round()
    scene.project = make_project(scene.round_, group=scene.group, state="draft", created_by=scene.user)
    assert scene.client.post(scene.url("funding:application_check", scene.project.reference)).status_code == 303
    scene.ends = Phase.objects.get(round=scene.round_, step="ideas").ends_at
    scene.until = answered_until(project=scene.project, asked_at=scene.step.done_at)
    return scene


def ask_on_the_last_day(scene):
    """As if the helper had asked an hour before Ideas closed; returns until when the answer counts."""
    HelpedStep.objects.update(done_at=scene.ends - timedelta(hours=1))
    return answered_until(project=scene.project, asked_at=scene.step.done_at)


def state(scene):
    scene.project.refresh_from_db()
    return scene.project.state


def test_a_letter_answered_after_ideas_closed_still_sends_the_application(scene):
    until = ask_on_the_last_day(scene)
    close_ideas(round_id=scene.round_.pk, now=scene.ends)
    assert state(scene) == "declaring"

    confirm_helped_step(
        step_id=scene.step.pk, how="code", code=scene.code(), actor=scene.user, now=until - timedelta(minutes=1)
    )

    assert state(scene) == "sent"
    assert until > scene.ends + timedelta(days=9)


def test_a_letter_that_nobody_answers_in_ten_working_days_ends_as_not_sent(scene):
    until = ask_on_the_last_day(scene)
    close_ideas(round_id=scene.round_.pk, now=scene.ends)

    advance_rounds(now=until - timedelta(minutes=1))
    before = state(scene)
    advance_rounds(now=until)
    advance_rounds(now=until)

    assert (before, state(scene)) == ("declaring", "late")


def test_a_refused_letter_ends_the_application_once_ideas_has_closed(scene):
    ask_on_the_last_day(scene)
    refuse_helped_step(step_id=scene.step.pk, actor=scene.member, now=scene.now)

    close_ideas(round_id=scene.round_.pk, now=scene.ends)

    assert state(scene) == "late"


def test_asked_after_ideas_closed_is_too_late(scene):
    HelpedStep.objects.update(done_at=scene.ends)

    close_ideas(round_id=scene.round_.pk, now=scene.ends)

    assert state(scene) == "late"


def test_an_application_that_waits_for_a_second_member_online_is_late_as_before(scene):
    other = make_project(scene.round_, group=scene.group, number=2, state="declaring", created_by=scene.member)

    close_ideas(round_id=scene.round_.pk, now=scene.ends)
    other.refresh_from_db()

    assert other.state == "late"


@pytest.mark.parametrize(("came", "typed", "is_taken"), [(0, 3, True), (1, 3, False), (0, 12, False)])
def test_paper_that_came_in_time_may_be_typed_in_five_working_days(scene, came, typed, is_taken):
    """``came`` and ``typed``: days after the last day of Ideas; the letter after it is answered later still."""
    last = last_day(scene.ends)
    start = {
        "round_id": scene.round_.pk, "group_id": scene.group.pk, "title": "Beds", "language": "en", "actor": scene.user,
        "now": scene.ends + timedelta(days=typed), "received_on": last + timedelta(days=came),
    }  # fmt: skip
    if not is_taken:
        with pytest.raises(StepNotOpen):
            start_project(**start)
        return

    project = start_project(**start)
    advance_rounds(now=start["now"])
    sign_off(project_id=project.pk, actor=scene.user, unfinished=[], now=start["now"])
    step, code = record_helped_step(
        group_id=scene.group.pk, journey="apply", route="paper", effect="apply", facts={"project_id": project.pk},
        actor=scene.user, now=start["now"],
    )  # fmt: skip
    later = start["now"] + timedelta(days=8)
    advance_rounds(now=later)
    confirm_helped_step(step_id=step.pk, how="code", code=code, actor=scene.user, now=later)

    project.refresh_from_db()
    assert (project.state, project.received_on) == ("sent", last)


def test_a_member_cannot_say_that_paper_came_in_time(scene):
    with pytest.raises(StepNotOpen):
        start_project(
            round_id=scene.round_.pk, group_id=scene.group.pk, title="Beds", language="en", actor=scene.member,
            now=scene.ends, received_on=last_day(scene.ends),
        )  # fmt: skip


def test_a_helper_finds_the_form_for_paper_that_came_in_time(scene):
    Phase.objects.filter(round=scene.round_, step="checks").delete()
    ends = timezone.now() - timedelta(minutes=5)
    Phase.objects.filter(round=scene.round_, step="ideas").update(starts_at=ends - timedelta(days=9), ends_at=ends)
    address = f"/en/rounds/{scene.round_.slug}/propose/"
    day = last_day(ends)
    said = {"group": scene.group.pk, "kind": "project", "title": "Beds", "received_on_0": day.day,
            "received_on_1": day.month, "received_on_2": day.year}  # fmt: skip

    assert "When did the group’s paper reach you?" in scene.client.get(address).content.decode()
    assert scene.client.post(address, said | {"received_on_0": ""}).status_code == 422
    assert scene.client.post(address, said).status_code == 303
    assert scene.group.projects.filter(received_on=day).exists()


def test_the_letter_and_the_inbox_say_until_when(scene):
    letter = Notice.objects.filter(kind="helped-step").order_by("pk").last()

    assert "until then it counts as sent in time" in letter.body
    due = [item.due_on for item in waiting_in_groups(scene.member, timezone.now()) if item.title.startswith("Confirm")]
    assert due == [(scene.until - timedelta(minutes=1)).date()]
