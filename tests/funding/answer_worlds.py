"""Needs, answers, gatherings and questions in every state that a page can show; used by the catalogue."""

from datetime import date, timedelta

from django.utils import timezone

from communities.models import Helper
from funding.models import (
    ActionEvent,
    Answer,
    AnswerAppeal,
    DeliveryVoice,
    Gathering,
    Instrument,
    Mandate,
    Question,
    Suggestion,
    UpdateRequest,
)
from funding.services.answers import (
    PlannedAction,
    Wording,
    answer_mandate,
    draft_digest,
    sign_answer,
)
from funding.services.charters import record_charter
from funding.services.delivery import (
    report_action,
    say_delivered,
)
from funding.services.gatherings import record_attendance, record_heard, seat_at_table, take_on_action
from funding.services.mandates import name_body
from funding.services.priorities import (
    adopt_list,
    comment_on_need,
    correct_list,
    join_needs,
    leave_out_need,
    suggest_need,
    support_need,
)
from funding.services.questions import reply_to_question
from funding.services.rejections import appeal_rejection
from tests.factories.answers import ProjectMandateFactory
from tests.factories.projects import make_project, make_round

DAY = timedelta(days=1)
HELPERS = {"stranger": "sign-in", "reviewer": 200, "lead": 200, "other_reviewer": 200, "other_lead": 200, "others": 404}
POST_HELPERS = {part: 422 if code == 200 else code for part, code in HELPERS.items()}
LONG = "Somewhere warm, dry and quiet to meet in the evening, for people of every age, with a kitchen, near a bus stop"
YES = Wording("accept", "Two rooms will open.", actions=(PlannedAction("Two rooms open", date(2027, 10, 1)),))
NO = Wording("reject", "The ground is unsafe.", ground="legality", provision="Building Act 1984, section 16")
LEADS = {"stranger": "sign-in", "lead": 200, "others": 404}
OPEN = {"others": 200}
OFFICERS = {"stranger": "sign-in", "reviewer": 200, "lead": 200, "others": 404}
ANY_BODY = {**OFFICERS, "other_reviewer": 200, "other_lead": 200}
POST_OFFICERS = {"stranger": "sign-in", "reviewer": 422, "lead": 422, "others": 404}
OTHERS = [f"other_{role}" for role in ("reviewer", "lead", "counting", "finance", "auditor")]
ADOPTED = {"round": "adopted-2027"}
DATES = [f"{field}_on_{box}" for field in ("opens", "closes") for box in range(3)]


def taking_needs(world, *, slug="needs-2027", prefix="NEE"):
    return make_round(world.area, world.body, step="priorities", now=timezone.now(), prefix=prefix, slug=slug)


def suggested(world, text="Somewhere warm to meet", **more):
    round_ = getattr(world, "needs_round", None) if "needs_round" in vars(world) else None
    world.needs_round = round_ or taking_needs(world)
    return suggest_need(round_id=world.needs_round.pk, text=text, now=timezone.now(), **more)


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


def gathering(world, **more):
    now = timezone.now()
    facts = {
        "area": world.area, "convenor": world.body, "title": "What does this place need?", "place": "The library",
        "access": "Step-free", "languages": "English, Arabic", "phone": "01632 960100", "starts_at": now + 7 * DAY,
        "ends_at": now + 7 * DAY + timedelta(hours=2), "created_at": now,
    }  # fmt: skip
    return Gathering.objects.create(**facts | more)


def held(world, *, kind="assembly"):
    need = suggested(world)
    now = timezone.now()
    one = gathering(world, round=need.round, kind=kind, starts_at=now - DAY, ends_at=now - DAY + timedelta(hours=2))
    officer = world.users["reviewer"]
    record_attendance(gathering_id=one.pk, came_count=41, actor=officer, now=now)
    record_heard(gathering_id=one.pk, text="A warm place in winter", people=12, joins=need.pk, actor=officer, now=now)
    record_heard(gathering_id=one.pk, text="A crossing by the school", people=9, actor=officer, now=now)
    if kind == "table":
        seat_at_table(gathering_id=one.pk, sector="faith", organisation="St Bride’s", people=2, actor=officer, now=now)
        take_on_action(
            gathering_id=one.pk, words="Open the hall on Sundays", taken_by="St Bride’s", due_on=date(2027, 6, 1),
            actor=officer, now=now,
        )  # fmt: skip
    return one


def question(world, **more):
    now = timezone.now()
    facts = {
        "area": world.area, "body": world.body, "text": "When will the clinic open on Saturdays?", "asked_at": now,
        "due_at": now + 28 * DAY,
    }  # fmt: skip
    return Question.objects.create(**facts | more)


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


def in_round(world, **more):
    return {"round": world.need.round.slug, **more}


def one_need(world):
    return in_round(world, ref=world.need.ref)


def appeal_of(world):
    appeal_rejection(mandate_id=world.chosen.pk, words="It is safe.", actor=world.users["member"], now=timezone.now())
    return {"pk": world.chosen.pk}


def wish(world):
    return UpdateRequest.objects.create(
        email="dev@example.org", area=world.area, code_hash="x", stop_token="t" * 43, created_at=timezone.now()
    )


def round_of(make):
    def build_state(world):
        return {"round": make(world).round.slug}

    return build_state


def pk_of(make):
    def build_state(world):
        return {"pk": make(world).pk}

    return build_state


def need_of(make):
    def build_state(world):
        need = make(world)
        return {"round": need.round.slug, "ref": need.ref}

    return build_state


def told(world):
    """A need with support, comments and a need that joined it."""
    need = suggested(world, why="In winter there is nowhere to sit.", browser="b1")
    other = suggested(world, text="A warm room for everybody")
    now = timezone.now()
    support_need(suggestion_id=need.pk, browser="b2", now=now)
    comment_on_need(suggestion_id=need.pk, text="Yes, by the market.", name="Dev", language="en", browser="b2", now=now)
    join_needs(
        source_id=other.pk, target_id=need.pk, words="Both ask for a warm room", actor=world.users["lead"], now=now
    )
    return need


def joined(world):
    told(world)
    return Suggestion.objects.get(state="merged")


def left_out(world):
    need = suggested(world)
    leave_out_need(
        suggestion_id=need.pk, reason="names_a_person", words="It names a neighbour.", actor=world.users["lead"],
        now=timezone.now(),
    )  # fmt: skip
    return need


def long_need(world):
    return suggested(world, text=LONG, why="Because " * 100)


def body_of(make):
    def build_state(world):
        make(world)
        return {"body": world.body.slug}

    return build_state


def area_with(make):
    def build_state(world):
        make(world)
        return {"area": world.area.slug}

    return build_state


def petition(world):
    return question(world, kind="petition", verified_count=12)


def replied(world):
    one = question(world)
    reply_to_question(question_id=one.pk, words="From May.", actor=world.users["reviewer"], now=timezone.now())
    return one


def hidden_question(world):
    return question(
        world,
        hidden_at=timezone.now(),
        hidden_reason="personal",
        hidden_words="It names a private person.",
    )


def joining(world):
    world.mandate = answered(world)
    return second_mandate(world)


def waiting_for_code(client, world):
    session = client.session
    session["updates_waiting"] = wish(world).pk
    session.save()


def project_story(world):
    return chosen(world, due_at=timezone.now() - DAY)


def cancelled(world):
    return gathering(world, cancelled_at=timezone.now(), cancelled_words="The hall is flooded.")


def closed_round(world):
    return make_round(world.area, world.body, step="ideas", now=timezone.now(), prefix="IDE", slug="ideas-2027")


def action_of(mandate):
    return Answer.objects.get(mandate=mandate).actions.get()


def need_args(mandate):
    return {"round": mandate.round.slug, "ref": mandate.ref}


def many_needs(world, count):
    for number in range(count):
        need = suggested(world, text=f"Need number {number} of many")
    return {"round": need.round.slug}


def many_answers(world, count):
    """A list of that many answered needs."""
    needs = [suggested(world, text=f"Need number {number} of many") for number in range(count)]
    adopt_list(round_id=needs[0].round_id, refs=[need.ref for need in needs], voters=9, now=timezone.now())
    for mandate in Mandate.objects.filter(round=needs[0].round):
        answer_mandate(mandate_id=mandate.pk, wording=YES, actor=world.users["reviewer"], now=timezone.now())
    return needs[0].round.slug


def many_gatherings(world, count):
    for _ in range(count):
        gathering(world)
    return {"area": world.area.slug}


def many_questions(world, count):
    for _ in range(count):
        replied(world)
    return {"area": world.area.slug}


def many_needs_owed(world, count):
    needs = [suggested(world, text=f"Need number {number} of many") for number in range(count)]
    adopt_list(round_id=needs[0].round_id, refs=[need.ref for need in needs], voters=9, now=timezone.now())
    return {}


def helping(world, part="counting"):
    """Accredit somebody who is no answering officer to help residents."""
    Helper.objects.create(user=world.users[part], body=world.body, accredited_on=date(2026, 1, 1))
    return world


def letter_sent(world):
    """A petition of the world that somebody wants to sign by letter."""
    return {"pk": petition(world).pk}


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


def corrected(world):
    """A list from which a need was taken, in a second version."""
    needs = [suggested(world), suggested(world, text="The chapel of another village")]
    adopt_list(round_id=needs[0].round_id, refs=[need.ref for need in needs], voters=634, now=timezone.now())
    correct_list(
        round_id=needs[0].round_id, refs=[needs[0].ref], why="The chapel stands in another area.",
        actor=world.users["lead"], now=timezone.now(),
    )  # fmt: skip
    return Mandate.objects.filter(round=needs[0].round, kind="priority").first()
