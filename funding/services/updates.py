"""E-mail about an area, a round or a project, without an account: ask, confirm by a code, stop in one step."""

import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from communities.models import Area
from funding.models import Answer, Gathering, Round, UpdateRequest
from renewal.kernel.errors import DomainError
from renewal.kernel.limits import keyed_hash
from renewal.kernel.models import Notice
from renewal.kernel.outbox import send_later
from renewal.kernel.templatetags.page import when

CODE_LASTS = timedelta(hours=20)
TRIES = 5


class WrongCode(DomainError):
    """The code is not the one we sent, it has ended, or it was tried too often."""


def _code_hash(code: str) -> str:
    return keyed_hash("update-code", code)


@transaction.atomic
def ask_for_updates(
    *, email: str, language: str, now: datetime, area: Area | None = None, round_: Round | None = None, ref: str = ""
) -> UpdateRequest:
    """Keep an unconfirmed wish for updates and send the code that confirms it; asking again sends a new code."""
    code = f"{secrets.randbelow(1_000_000):06d}"
    waiting = UpdateRequest.objects.filter(
        email__iexact=email, area=area, round=round_, project_ref=ref, confirmed_at=None
    )
    waiting.delete()
    wish = UpdateRequest.objects.create(
        email=email,
        language=language,
        area=area,
        round=round_,
        project_ref=ref,
        code_hash=_code_hash(code),
        stop_token=secrets.token_urlsafe(32),
        created_at=now,
    )
    with translation.override(language):
        Notice.objects.create(
            kind="updates_code",
            channel=Notice.Channel.EMAIL,
            language=language,
            address=email,
            subject=_("%(code)s is your code for updates") % {"code": code},
            body=_(
                "You asked for updates about %(what)s. Your code is %(code)s.\n\n"
                "If it was not you, do nothing. We delete your address after a day."
            )
            % {"what": subject_of(wish), "code": code},
            about_kind="funding.updaterequest",
            about_id=str(wish.pk),
            key=f"updates_code:{wish.pk}",
            created_at=now,
        )
    return wish


def subject_of(wish: UpdateRequest) -> str:
    """Name what somebody wants updates about, in the language now active."""
    if wish.area is not None:
        welsh = translation.get_language() == "cy" and wish.area.name_cy
        return wish.area.name_cy if welsh else wish.area.name
    round_: Round = wish.round  # type: ignore[assignment]  # the constraint update_about_area_or_round
    title = round_.title_cy if translation.get_language() == "cy" and round_.title_cy else round_.title
    return f"{wish.project_ref}, {title}" if wish.project_ref else title


def confirm_updates(*, request_id: int, code: str, now: datetime) -> UpdateRequest:
    """Confirm a wish with the code we sent; five tries, within 20 hours.

    The try is counted in a transaction of its own, so that a refusal does not take the count back.
    """
    UpdateRequest.objects.filter(pk=request_id).update(code_tries=F("code_tries") + 1)
    return _confirm(request_id=request_id, code=code, now=now)


@transaction.atomic
def _confirm(*, request_id: int, code: str, now: datetime) -> UpdateRequest:
    wish = UpdateRequest.objects.select_for_update(of=("self",)).filter(pk=request_id, confirmed_at=None).first()
    typed = "".join(filter(str.isdigit, code))
    if (
        wish is None
        or wish.code_tries > TRIES
        or now >= wish.created_at + CODE_LASTS
        or not hmac.compare_digest(wish.code_hash, _code_hash(typed))
    ):
        raise WrongCode(request_id=request_id)
    same = UpdateRequest.objects.filter(
        email__iexact=wish.email, area=wish.area, round=wish.round, project_ref=wish.project_ref
    )
    same.exclude(pk=wish.pk).delete()
    UpdateRequest.objects.filter(pk=wish.pk).update(confirmed_at=now, code_hash="")
    wish.refresh_from_db()
    return wish


def stop_updates(*, stop_token: str) -> bool:
    """Stop one wish for updates: the row is deleted. False when it was gone already."""
    gone, _rows = UpdateRequest.objects.filter(stop_token=stop_token).delete()
    return bool(gone)


def forget_unconfirmed(*, now: datetime) -> int:
    """Delete addresses whose owners never confirmed."""
    gone, _rows = UpdateRequest.objects.filter(confirmed_at=None, created_at__lte=now - CODE_LASTS).delete()
    return gone


def wanting(*, area: Area, round_: Round | None = None, ref: str = "") -> "list[UpdateRequest]":
    """Confirmed wishes that news of an area, a round or a project answers; one per address."""
    about = Q(area=area)
    if round_ is not None:
        about |= Q(round=round_, project_ref="")
        if ref:
            about |= Q(round=round_, project_ref=ref)
    found: dict[str, UpdateRequest] = {}
    for wish in UpdateRequest.objects.filter(about, confirmed_at__isnull=False).order_by("id"):
        found.setdefault(wish.email.lower(), wish)
    return list(found.values())


def send_news(*, wishes: list[UpdateRequest], kind: str, key: str, subject: str, body: str, path: str) -> None:
    """Write one notice per wish in its language; ``subject`` and ``body`` are marked strings with no blanks left."""
    now = timezone.now()
    rows = []
    for wish in wishes:
        with translation.override(wish.language):
            stop = f"{settings.SITE_ADDRESS}/{wish.language}/updates/stop/{wish.stop_token}/"
            page = f"{settings.SITE_ADDRESS}/{wish.language}/{path}"
            rows.append(
                Notice(
                    kind=kind,
                    channel=Notice.Channel.EMAIL,
                    language=wish.language,
                    address=wish.email,
                    subject=_(subject)[:200],
                    body=f"{_(body)}\n\n{page}\n\n{_('Stop these e-mails')}: {stop}",
                    about_kind="funding.updaterequest",
                    about_id=str(wish.pk),
                    key=f"{key}:{wish.pk}",
                    created_at=now,
                )
            )
    Notice.objects.bulk_create(rows, ignore_conflicts=True)


def tell_about_answer(*, answer_id: int) -> None:
    """Tell those who asked for updates that a body has answered."""
    answer = Answer.objects.select_related("mandate__area", "mandate__round", "mandate__body").get(pk=answer_id)
    mandate = answer.mandate
    send_news(
        wishes=wanting(area=mandate.area, round_=mandate.round, ref=mandate.ref),
        kind="news_answer",
        key=f"news_answer:{answer.pk}",
        subject=f"{mandate.body.name}: {mandate.title}",
        body=_("A public body has answered what people here decided."),
        path=f"answers/{mandate.pk}/",
    )


def tell_about_gathering(*, gathering_id: int) -> None:
    """Tell those who asked for updates about a new gathering."""
    gathering = Gathering.objects.select_related("area", "round").get(pk=gathering_id)
    send_news(
        wishes=wanting(area=gathering.area, round_=gathering.round),
        kind="news_gathering",
        key=f"news_gathering:{gathering.pk}",
        subject=gathering.title,
        body=f"{when(gathering.starts_at)}. {gathering.place}",
        path=f"gatherings/{gathering.pk}/",
    )


def announce(*, gathering_id: int) -> None:
    """Promise the news of a gathering, inside the transaction that made it."""
    send_later(tell_about_gathering, gathering_id=gathering_id, key=f"gathering-told:{gathering_id}")
