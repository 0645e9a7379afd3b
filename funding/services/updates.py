"""Updates without an account: ask by e-mail and confirm by a code, or by letter through a helper; stop in one step."""

import hmac
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from communities.models import Area, User
from funding.models import Round, UpdateRequest
from renewal.kernel.audit import record
from renewal.kernel.errors import DomainError
from renewal.kernel.keyed import keyed_hash
from renewal.kernel.notices import give_notice

CODE_LASTS = timedelta(hours=20)
TRIES = 5


class AddressTooShort(DomainError):
    """A letter needs a name, a house and a postcode, a line each."""


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
        give_notice(
            kind="updates_code",
            person_id=None,
            address=email,
            language=language,
            subject=_("%(code)s is your code for updates") % {"code": code},
            body=_(
                "You asked for updates about %(what)s. Your code is %(code)s.\n\n"
                "If it was not you, do nothing. We delete your address after a day."
            )
            % {"what": subject_of(wish), "code": code},
            about=wish,
            key=f"updates_code:{wish.pk}",
            now=now,
        )
    return wish


@transaction.atomic
def post_updates(
    *,
    postal: str,
    language: str,
    actor: User,
    now: datetime,
    area: Area | None = None,
    round_: Round | None = None,
) -> UpdateRequest:
    """Send updates by letter to somebody who asked a helper for them; no code is needed, the helper heard it.

    Each letter names the number with which anybody at our phone stops them.
    """
    lines = "\n".join(" ".join(line.split()) for line in postal.splitlines() if line.strip())
    if lines.count("\n") < 2:
        raise AddressTooShort(lines=lines.count("\n") + 1)
    wish = UpdateRequest.objects.create(
        postal=lines,
        language=language,
        area=area,
        round=round_,
        code_hash="",
        stop_token=secrets.token_urlsafe(32),
        created_at=now,
        confirmed_at=now,
    )
    record(actor=actor, action="updates.posted", subject=wish)
    return wish


@transaction.atomic
def stop_letters(*, number: int, actor: User) -> bool:
    """Stop letters for somebody who called with the number on one; False when they had stopped already."""
    wish = UpdateRequest.objects.filter(pk=number).exclude(postal="").first()
    if wish is None:
        return False
    record(actor=actor, action="updates.stopped", subject=wish)
    wish.delete()
    return True


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
