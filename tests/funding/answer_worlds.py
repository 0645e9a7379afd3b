"""Duties of bodies and their answers in every state that a page can show; used by the catalogue."""

from datetime import date

from django.utils import timezone

from funding.models import ActionEvent, Answer, AnswerAppeal, DeliveryVoice, Instrument, Mandate
from funding.services.answers import PlannedAction, Wording, answer_mandate, draft_digest, sign_answer
from funding.services.charters import record_charter
from funding.services.delivery import report_action, say_delivered
from funding.services.mandates import name_body
from funding.services.priorities import adopt_list, suggest_need
from funding.services.rejections import appeal_rejection
from tests.factories.answers import ProjectMandateFactory
from tests.factories.projects import make_project, make_round
from tests.funding.need_worlds import DAY, suggested, taking_needs
from tests.funding.voice_worlds import gathering, petition, question

YES = Wording("accept", "Two rooms will open.", actions=(PlannedAction("Two rooms open", date(2027, 10, 1)),))
NO = Wording("reject", "The ground is unsafe.", ground="legality", provision="Building Act 1984, section 16")
ADOPTED = {"round": "adopted-2027"}
DATES = [f"{field}_on_{box}" for field in ("opens", "closes") for box in range(3)]


def owed(world, **more):
    """An adopted need that the council owes an answer to."""
    need = suggested(world, **more)
    adopt_list(round_id=need.round_id, refs=[need.ref], voters=634, now=timezone.now())
    return Mandate.objects.get(round=need.round, kind="priority")


def late(world):
    """An adopted need whose answer was due yesterday."""
    mandate = owed(world)
    Mandate.objects.filter(pk=mandate.pk).update(due_at=timezone.now() - DAY)
    return mandate


def answered(world):
    mandate = owed(world)
    answer_mandate(mandate_id=mandate.pk, wording=YES, actor=world.users["reviewer"], now=timezone.now())
    return mandate


def delivered(world, *, verdict="dispute"):
    mandate = answered(world)
    action = mandate.answers.get().actions.get()
    report_action(
        action_id=action.pk, kind=ActionEvent.Kind.DONE, words="The rooms are open.", evidence="Photo of the door",
        actor=world.users["reviewer"], now=timezone.now(),
    )  # fmt: skip
    say_delivered(
        action_id=action.pk, verdict=DeliveryVoice.Verdict(verdict), words="The door was locked.", browser="b1",
        now=timezone.now(),
    )  # fmt: skip
    return mandate


def drafted(world):
    mandate = owed(world)
    wording = Wording("cannot", "We have no money.", ground="financial", provision="Budget 2027, line 14")
    answer_mandate(mandate_id=mandate.pk, wording=wording, actor=world.users["reviewer"], now=timezone.now())
    return mandate


def chosen(world, **more):
    """A chosen project that waits for the council's answer."""
    round_ = make_round(world.area, world.body, step="result", now=timezone.now(), prefix="CHO", slug="chosen-2027")
    project = make_project(round_, group=world.group, number=7)
    now = timezone.now()
    return ProjectMandateFactory(
        round=round_,
        body=world.body,
        area=world.area,
        ref=project.reference,
        made_at=now,
        due_at=more.pop("due_at", now + 28 * DAY),
        **more,
    )


def rejected(world):
    mandate = chosen(world)
    draft = answer_mandate(mandate_id=mandate.pk, wording=NO, actor=world.users["reviewer"], now=timezone.now())
    sign_answer(mandate_id=mandate.pk, seen=draft_digest(draft), actor=world.users["lead"], now=timezone.now())
    return mandate


def appealed(world):
    mandate = rejected(world)
    appeal_rejection(mandate_id=mandate.pk, words="It is safe.", actor=world.users["member"], now=timezone.now())
    return mandate


def build(world):
    world.need = suggested(world)
    world.mandate = answered_beside(world)
    world.chosen = rejected(world)
    world.meeting = gathering(world)
    world.question = question(world)
    world.petition = petition(world)


def answered_beside(world):
    """An answered need in a round of its own, so that world.need can still be supported."""
    round_ = taking_needs(world, slug="adopted-2027", prefix="ADO")
    need = suggest_need(round_id=round_.pk, text="A safer walk along the river", now=timezone.now())
    adopt_list(round_id=round_.pk, refs=[need.ref], voters=634, now=timezone.now())
    mandate = Mandate.objects.get(round=round_)
    answer_mandate(mandate_id=mandate.pk, wording=YES, actor=world.users["reviewer"], now=timezone.now())
    return mandate


def second_mandate(world):
    """The same need owed by the health body too; returns the arguments that join the council's answer."""
    second = name_body(
        priority_id=world.mandate.priority_id, body_id=world.other_body.pk, actor=world.users["lead"],
        now=timezone.now(),
    )  # fmt: skip
    return {"pk": second.pk, "answer": world.mandate.answers.get().pk}


def appeal_of(world):
    appeal_rejection(mandate_id=world.chosen.pk, words="It is safe.", actor=world.users["member"], now=timezone.now())
    return {"pk": world.chosen.pk}


def joining(world):
    world.mandate = answered(world)
    return second_mandate(world)


def project_story(world):
    return chosen(world, due_at=timezone.now() - DAY)


def action_of(mandate):
    return Answer.objects.get(mandate=mandate).actions.get()


def many_answers(world, count):
    """A list of that many answered needs."""
    needs = [suggested(world, text=f"Need number {number} of many") for number in range(count)]
    adopt_list(round_id=needs[0].round_id, refs=[need.ref for need in needs], voters=9, now=timezone.now())
    for mandate in Mandate.objects.filter(round=needs[0].round):
        answer_mandate(mandate_id=mandate.pk, wording=YES, actor=world.users["reviewer"], now=timezone.now())
    return needs[0].round.slug


def many_needs_owed(world, count):
    needs = [suggested(world, text=f"Need number {number} of many") for number in range(count)]
    adopt_list(round_id=needs[0].round_id, refs=[need.ref for need in needs], voters=9, now=timezone.now())
    return {}


def done_action(world):
    return {"pk": delivered(world, verdict="confirm").answers.get().actions.get().pk}


def a_lot_to_write_down(world):
    delivered(world)
    petition(world)
    return {}


def late_appeal(world):
    mandate = appealed(world)
    AnswerAppeal.objects.filter(mandate=mandate).update(hear_by=timezone.now() - DAY)
    return mandate


def bound(world):
    """The council is bound by a resolution."""
    record_charter(
        body=world.body, instrument=Instrument.RESOLUTION, title="Council resolution 14 of 2026", url="",
        scrutiny_name="Scrutiny committee", scrutiny_email="scrutiny@example.org", starts_on=date(2026, 1, 1),
        actor=world.users["lead"], now=timezone.now(),
    )  # fmt: skip
    return {}
