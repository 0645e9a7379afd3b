"""Ask a public body, sign a petition, and publish the reply."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from communities.models import Area, Body, User
from funding.models import Question, Reply, Signature
from funding.rules.answering import PETITION_THRESHOLD, QUESTION_WORKING_DAYS, due_moment
from funding.services.officers import role_at
from funding.services.priorities import plain_sentence
from renewal.kernel.audit import record
from renewal.kernel.errors import DomainError
from renewal.kernel.keyed import keyed_hash

SHORTEST = 8


class QuestionUnclear(DomainError):
    """The question is too short."""


class NotAPetition(DomainError):
    """Only a petition that stands can be signed."""


class NotHere(DomainError):
    """The resident does not live in the petition's area."""


class ReplyEmpty(DomainError):
    """A reply needs words."""


@transaction.atomic
def ask_question(
    *,
    area: Area,
    body: Body,
    text: str,
    more: str,
    name: str,
    language: str,
    browser: str,
    now: datetime,
    is_petition: bool = False,
    route: str = "web",
    actor: User | None = None,
) -> Question:
    """Publish a question or start a petition; the aim is a reply in 20 working days, 25 residents make it a duty."""
    text = plain_sentence(text)
    if len(text) < SHORTEST:
        raise QuestionUnclear(length=len(text), shortest=SHORTEST)
    question = Question.objects.create(
        area=area,
        body=body,
        kind=Question.Kind.PETITION if is_petition else Question.Kind.QUESTION,
        text=text,
        more="\n".join(filter(None, (plain_sentence(line) for line in more.splitlines()))),
        language=language,
        name=plain_sentence(name),
        route=route,
        browser=browser,
        asked_at=now,
        due_at=due_moment(now, QUESTION_WORKING_DAYS, nation=area.nation),
    )
    record(actor=actor, action="question.asked", subject=question, kind=question.kind, route=route)
    return question


def person_of(question_id: int, resident_id: int) -> str:
    """Hash a resident for one petition alone, so that two petitions cannot be joined by person."""
    return keyed_hash("petition", str(question_id), str(resident_id))


@transaction.atomic
def sign_petition(
    *,
    question_id: int,
    resident_id: int,
    area_codes: list[str],
    now: datetime,
    route: str = "web",
    actor: User | None = None,
) -> bool:
    """Sign as a resident whose home has been checked; False when that person had signed already.

    ``area_codes``: the codes from the root down to the resident's area. The 25th signature obliges the body to reply
    within 20 working days. The signature stores a keyed hash, so that petitions cannot be joined by person.
    """
    question = Question.objects.select_for_update(of=("self",)).select_related("area").get(pk=question_id)
    if question.kind != Question.Kind.PETITION or question.hidden_at:
        raise NotAPetition(question_id=question_id)
    if question.area.code not in area_codes:
        raise NotHere(question_id=question_id)
    person = person_of(question_id, resident_id)
    _signature, is_new = Signature.objects.get_or_create(
        question=question, person=person, defaults={"route": route, "at": now}
    )
    if not is_new:
        return False
    Question.objects.filter(pk=question.pk).update(verified_count=F("verified_count") + 1)
    if question.verified_count + 1 == PETITION_THRESHOLD:
        Question.objects.filter(pk=question.pk, obliged_at=None).update(
            obliged_at=now, due_at=due_moment(now, QUESTION_WORKING_DAYS, nation=question.area.nation)
        )
        record(actor=None, action="petition.obliges", subject=question, threshold=PETITION_THRESHOLD)
    if actor is not None:  # a helper's hand is on record, the resident is not
        record(actor=actor, action="petition.signed_beside", subject=question, route=route)
    return True


@transaction.atomic
def reply_to_question(*, question_id: int, words: str, actor: User, now: datetime, words_cy: str = "") -> Reply:
    """Publish a body's reply; a later one is added below it."""
    question = Question.objects.select_related("body").get(pk=question_id)
    role = role_at(body=question.body, actor=actor, now=now)
    if not words.strip():
        raise ReplyEmpty(question_id=question_id)
    reply = Reply.objects.create(
        question=question,
        words=words.strip(),
        words_cy=words_cy.strip(),
        officer_name=str(actor),
        officer_role=role.role,
        officer=actor,
        at=now,
    )
    record(actor=actor, action="question.replied", subject=reply, question_id=question_id)
    return reply
