"""News for those who asked for updates: a step opened, a body answered, something was delivered, people meet.

Each is one notice per address in its own language, by e-mail or by letter, with one way to stop. The first words are
the name of the body that speaks. Followers are told in batches: each batch and the promise of the next are one
transaction of the outbox, so that a job that dies goes on where it was, and no number of followers fills the memory.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from communities.models import Area
from funding.models import ActionEvent, Answer, Gathering, Phase, Round, Step, UpdateRequest
from renewal.kernel.keyed import keyed_hash
from renewal.kernel.languages import local
from renewal.kernel.models import Notice, OutboxMessage
from renewal.kernel.notices import Telling, give_notices
from renewal.kernel.outbox import send_later
from renewal.kernel.templatetags.page import day, when

STEP_NEWS_LASTS = timedelta(days=2)  # a worker that was down longer tells no stale news
PHONE = "01632 960100"
BATCH = 500  # followers told in one transaction

Words = Callable[[], tuple[str, str]]  # subject and body, written in the language now active


def wanting(*, area: Area, round_: Round | None = None, ref: str = "", after: int = 0) -> list[UpdateRequest]:
    """Confirmed wishes that news of an area, a round or a project answers: the next batch after a wish, by id."""
    about = Q(area=area)
    if round_ is not None:
        about |= Q(round=round_, project_ref="")
        if ref:
            about |= Q(round=round_, project_ref=ref)
    wishes = UpdateRequest.objects.filter(about, confirmed_at__isnull=False, pk__gt=after)
    return list(wishes.order_by("pk")[:BATCH])


def send_news(*, wishes: Sequence[UpdateRequest], kind: str, key: str, write: Words, path: str, now: datetime) -> int:
    """Give one notice per address in the language of its first wish, once for a ``key``; returns how many were new."""
    written = {language: _written(language, write, path) for language in {wish.language for wish in wishes}}
    tellings = [
        Telling(
            # The address under the server's key and for this news alone: it says that it was told and nothing else.
            key=f"{key}:{keyed_hash('news', key, (wish.email or wish.postal).lower())[:40]}",
            address=wish.email or wish.postal,
            channel=Notice.Channel.EMAIL if wish.email else Notice.Channel.LETTER,
            language=wish.language,
            subject=written[wish.language][0],
            body=f"{written[wish.language][1]}\n\n{_ending(wish)}",
            about=wish,
        )
        for wish in wishes
    ]
    return give_notices(kind=kind, tellings=tellings, now=now)


def _written(language: str, write: Words, path: str) -> tuple[str, str]:
    with translation.override(language):
        subject, body = write()
    return subject, f"{body}\n\n{settings.SITE_ADDRESS}/{language}/{path}"


def _ending(wish: UpdateRequest) -> str:
    with translation.override(wish.language):
        if wish.email:
            stop = f"{settings.SITE_ADDRESS}/{wish.language}/updates/stop/{wish.stop_token}/"
            return _("Stop these e-mails: %(address)s") % {"address": stop}
        words = _("To hear more, or to stop these letters, call %(phone)s and say the number %(number)s.")
        return words % {"phone": PHONE, "number": wish.pk}


@transaction.atomic
def _tell(
    work: Callable[..., None], *, kind: str, key: str, wishes: Sequence[UpdateRequest], write: Words, path: str,
    **subject: Any,
) -> None:  # fmt: skip
    """Tell one batch, and promise the next, which ``work`` tells after its last wish. ``subject`` holds ids."""
    send_news(wishes=wishes, kind=kind, key=key, write=write, path=path, now=timezone.now())
    if len(wishes) == BATCH:
        after = wishes[-1].pk
        send_later(work, key=f"{key}:after:{after}", after=after, **subject)


# Steps -------------------------------------------------------------------------------------------


@transaction.atomic
def promise_step_news(*, now: datetime) -> int:
    """Promise news of every step that has opened in the last two days, once for each; returns how many are new."""
    opened = Phase.objects.filter(starts_at__lte=now, starts_at__gt=now - STEP_NEWS_LASTS, ends_at__gt=now)
    keys = {f"step-told:{phase.round_id}:{phase.step}": phase for phase in opened.order_by("pk")}
    known = set(OutboxMessage.objects.filter(key__in=keys).values_list("key", flat=True))
    new = {key: phase for key, phase in keys.items() if key not in known}
    for key, phase in new.items():
        send_later(tell_about_step, round_id=phase.round_id, step=phase.step, key=key)
    return len(new)


def step_words(step: Step, area: Area) -> str:
    """Say in one sentence what people can do in a step."""
    return {
        Step.PRIORITIES: _("Say what %(area)s needs most, and support what others ask for."),
        Step.IDEAS: _("Groups %(within)s can now propose projects."),
        Step.CHECKS: _("The ideas for %(area)s are being checked. Every reason is public."),
        Step.VOTE: _("People who live %(within)s can now vote on the projects."),
        Step.RESULT: _("The vote %(within)s is over. See what was chosen, and why."),
        Step.DELIVERY: _("What you chose %(within)s is being built. Tell us if something is not there."),
        Step.CHANGED: _("See what changed %(within)s, and what has not started."),
    }[step] % {"area": area.spoken, "within": area.within}


def tell_about_step(*, round_id: int, step: str, after: int = 0) -> None:
    """Tell those who asked for updates that a step has opened, and what they can do in it."""
    round_ = Round.objects.select_related("area", "convenor").get(pk=round_id)
    phase = round_.phases.filter(step=step).first()

    def write() -> tuple[str, str]:
        subject = f"{local(round_.convenor.name, round_.convenor.name_cy)}: {Step(step).label}, {round_.label}"
        until = _("This step is open until %(day)s.") % {"day": day(phase.ends_at)} if phase else ""
        return subject, f"{step_words(Step(step), round_.area)} {until}".strip()

    _tell(
        tell_about_step,
        wishes=wanting(area=round_.area, round_=round_, after=after),
        kind="news_step",
        key=f"news_step:{round_id}:{step}",
        write=write,
        path=f"rounds/{round_.slug}/",
        round_id=round_id,
        step=step,
    )


# Answers and what came of them -------------------------------------------------------------------


def tell_about_answer(*, answer_id: int, after: int = 0) -> None:
    """Tell those who asked for updates that a body has answered."""
    answer = Answer.objects.select_related("mandate__area", "mandate__round", "mandate__body").get(pk=answer_id)
    mandate = answer.mandate

    def write() -> tuple[str, str]:
        words = _("A public body has answered what people here decided. Its answer: %(answer)s.")
        body = words % {"answer": answer.get_kind_display().lower()}
        said = local(answer.words, answer.words_cy)
        return (
            f"{local(mandate.body.name, mandate.body.name_cy)}: {mandate.label}",
            f"{body}\n\n{said}" if said else body,
        )

    _tell(
        tell_about_answer,
        wishes=wanting(area=mandate.area, round_=mandate.round, ref=mandate.ref, after=after),
        kind="news_answer",
        key=f"news_answer:{answer.pk}",
        write=write,
        path=f"answers/{mandate.pk}/",
        answer_id=answer_id,
    )


def tell_about_delivery(*, event_id: int, after: int = 0) -> None:
    """Tell those who asked for updates that a body says something is done, and ask them to look."""
    event = ActionEvent.objects.select_related(
        "action__answer__mandate__area", "action__answer__mandate__round", "action__answer__mandate__body"
    ).get(pk=event_id)
    action, mandate = event.action, event.action.answer.mandate

    def write() -> tuple[str, str]:
        body = local(mandate.body.name, mandate.body.name_cy)
        done = (
            _("%(body)s says that it has put this right: %(action)s.")
            if event.kind == ActionEvent.Kind.SETTLED
            else _("%(body)s says that this is done: %(action)s.")
        )
        ask = _("Is it there, as promised? Tell us what you found.")
        words = {"body": body, "action": local(action.words, action.words_cy).rstrip(".")}
        return f"{body}: {mandate.label}", f"{done % words} {ask}"

    _tell(
        tell_about_delivery,
        wishes=wanting(area=mandate.area, round_=mandate.round, ref=mandate.ref, after=after),
        kind="news_delivery",
        key=f"news_delivery:{event.pk}",
        write=write,
        path=f"actions/{action.pk}/found/",
        event_id=event_id,
    )


# Gatherings --------------------------------------------------------------------------------------


def tell_about_gathering(*, gathering_id: int, after: int = 0) -> None:
    """Tell those who asked for updates that a gathering was called, changed or cancelled."""
    gathering = Gathering.objects.select_related("area", "round", "convenor").get(pk=gathering_id)

    def write() -> tuple[str, str]:
        body = local(gathering.convenor.name, gathering.convenor.name_cy)
        where = f"{when(gathering.starts_at)}. {gathering.where}. {gathering.access_words}"
        if gathering.cancelled_at:
            where = _("This is cancelled: %(why)s") % {"why": gathering.cancelled_words}
        elif gathering.sequence:
            where = " ".join([_("This has changed."), where])
        return f"{body}: {gathering.label}", where

    _tell(
        tell_about_gathering,
        wishes=wanting(area=gathering.area, round_=gathering.round, after=after),
        kind="news_gathering",
        key=f"news_gathering:{gathering.pk}:{gathering.sequence}",
        write=write,
        path=f"gatherings/{gathering.pk}/",
        gathering_id=gathering_id,
    )


def announce(*, gathering_id: int, sequence: int = 0) -> None:
    """Promise the news of a gathering, inside the transaction that made, changed or cancelled it."""
    send_later(tell_about_gathering, gathering_id=gathering_id, key=f"gathering-told:{gathering_id}:{sequence}")
