"""Gatherings, questions, petitions and wishes for news in every state that a page can show."""

from datetime import date, timedelta

from django.utils import timezone

from communities.models import Helper
from funding.models import Gathering, Question, UpdateRequest
from funding.services.gatherings import record_attendance, record_heard, seat_at_table, take_on_action
from funding.services.questions import reply_to_question
from tests.funding.need_worlds import DAY, suggested


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


def wish(world):
    return UpdateRequest.objects.create(
        email="dev@example.org", area=world.area, code_hash="x", stop_token="t" * 43, created_at=timezone.now()
    )


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


def waiting_for_code(client, world):
    session = client.session
    session["updates_waiting"] = wish(world).pk
    session.save()


def cancelled(world):
    return gathering(world, cancelled_at=timezone.now(), cancelled_words="The hall is flooded.")


def many_gatherings(world, count):
    for _ in range(count):
        gathering(world)
    return {"area": world.area.slug}


def many_questions(world, count):
    for _ in range(count):
        replied(world)
    return {"area": world.area.slug}


def helping(world, part="counting"):
    """Accredit somebody who is no answering officer to help residents."""
    Helper.objects.create(user=world.users[part], body=world.body, accredited_on=date(2026, 1, 1))
    return world


def letter_sent(world):
    """A petition of the world that somebody wants to sign by letter."""
    return {"pk": petition(world).pk}
