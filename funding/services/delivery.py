"""What came of an answer: the body reports on its actions, residents confirm or dispute them."""

from datetime import datetime

from django.db import transaction

from communities.models import OfficerRole, User
from funding.models import Action, ActionEvent, DeliveryVoice, MandateEvent
from funding.services.answers import AnswerIncomplete
from funding.services.news import tell_about_delivery
from funding.services.officers import role_at
from funding.services.priorities import plain_sentence
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError
from renewal.kernel.outbox import send_later

DISPUTES_SHOWN = 1  # one resident who says "it is not there" is enough to show it as disputed
VOICES_A_DAY = 10


class CannotSpeak(DomainError):
    """This browser has spoken on this action already, or too often today."""


@transaction.atomic
def report_action(
    *,
    action_id: int,
    kind: ActionEvent.Kind,
    words: str,
    actor: User,
    now: datetime,
    evidence: str = "",
    evidence_url: str = "",
) -> ActionEvent:
    """Say what came of a promised action; "done" needs evidence, and only a dispute can be settled (G-4.3-A3)."""
    action = Action.objects.select_related("answer__mandate__body").get(pk=action_id)
    mandate = action.answer.mandate
    role = role_at(body=mandate.body, actor=actor, now=now)
    if not words.strip():
        raise AnswerIncomplete(missing=["words"])
    evidence = plain_sentence(evidence)[:300]
    if kind == ActionEvent.Kind.DONE and not (evidence or evidence_url):
        raise AnswerIncomplete(missing=["evidence"])
    if kind == ActionEvent.Kind.SETTLED:
        marked = Action.objects.with_marks().get(pk=action_id)
        if marked.disputes < DISPUTES_SHOWN:
            raise AnswerIncomplete(missing=["dispute"])
    event = ActionEvent.objects.create(
        action=action,
        kind=kind,
        words=words.strip(),
        evidence=evidence,
        evidence_url=evidence_url,
        officer_name=str(role.user),
        officer=actor,
        at=now,
    )
    MandateEvent.objects.create(
        mandate=mandate, kind=f"action_{kind}", words=action.words, facts={"action": action.number}, at=now
    )
    record(actor=actor, action=f"action.{kind}", subject=action, mandate_id=mandate.pk)
    if kind in (ActionEvent.Kind.DONE, ActionEvent.Kind.SETTLED):
        send_later(tell_about_delivery, event_id=event.pk, key=f"delivery-told:{event.pk}")
    return event


class OwnWork(DomainError):
    """An officer of the body that promised cannot record that residents found it there."""


@transaction.atomic
def say_delivered(
    *,
    action_id: int,
    verdict: DeliveryVoice.Verdict,
    words: str,
    browser: str,
    now: datetime,
    route: str = "web",
    actor: User | None = None,
) -> DeliveryVoice:
    """Confirm or dispute an action as a resident: once per browser, and once more after the body settled a dispute."""
    action = Action.objects.with_marks().select_related("answer__mandate__body").get(pk=action_id)
    said = plain_sentence(words)[:500]
    if verdict == DeliveryVoice.Verdict.DISPUTE and not said:
        raise AnswerIncomplete(missing=["words"])
    body = action.answer.mandate.body
    own = OfficerRole.objects.filter(user=actor, body=body).held(on=london_day(now))
    if actor is not None and verdict == DeliveryVoice.Verdict.CONFIRM and own.exists():
        raise OwnWork(action_id=action_id, body_id=body.pk)
    earlier = DeliveryVoice.objects.filter(browser=browser)
    last = earlier.filter(action=action).order_by("-at").first()
    settled = action.settled_at
    if last is not None and (settled is None or last.at > settled):
        raise CannotSpeak(action_id=action_id)
    if earlier.filter(at__gte=now.replace(hour=0, minute=0, second=0, microsecond=0)).count() >= VOICES_A_DAY:
        raise CannotSpeak(action_id=action_id)
    voice = DeliveryVoice.objects.create(
        action=action,
        verdict=verdict,
        words=said,
        browser=browser,
        route=route,
        at=now,
    )
    if verdict == DeliveryVoice.Verdict.DISPUTE:
        MandateEvent.objects.create(
            mandate=action.answer.mandate, kind="disputed", words=voice.words, facts={"action": action.number}, at=now
        )
    record(actor=actor, action=f"action.{verdict}", subject=action, route=route)
    return voice
