"""Who is voting on this device: the checked roll entry (session), the device's secret and the draft (cookie).

The session knows which entries passed the check and holds no choices; the cookie holds the only key to the draft.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

from renewal.kernel.clock import london_day
from voting.models import BallotDraft, Option, Poll, RollEntry
from voting.models.poll import GRACE
from voting.sealing import DeviceSecret, read_receipt, write_receipt
from voting.services.roll import Caller

ENTRIES = "ballots"
SHARED = "shared_device"
DRAFT = "SELECT ciphertext FROM voting_ballotdraft WHERE id = %s"  # plain SQL: every page after the check asks


@dataclass
class Voter:
    """A person in front of this device who passed the check for a poll."""

    poll: Poll
    entry_id: int
    device: DeviceSecret
    is_new_device: bool = False
    is_shared: bool = False  # others use this device: its cookies end with the browser

    @cached_property
    def options(self) -> list[Option]:
        """The poll's options, in the order shuffled for this voter."""
        return sorted(self.poll.options.all(), key=lambda option: self.device.derive(f"order|{option.ref}"))

    def draft(self) -> list[str] | None:
        """Return the chosen refs; None when nothing has been saved here."""
        with connection.cursor() as cursor:
            cursor.execute(DRAFT, [self.device.draft_id])
            row = cursor.fetchone()
        return self.read_draft(None if row is None else bytes(row[0]))

    def read_draft(self, sealed: bytes | None) -> list[str] | None:
        """Open a draft with this device's key; None when there is none or it was written under another key."""
        found = None if sealed is None else self.device.decrypt_draft(sealed)
        return None if found is None else list(found["choices"])

    def save_draft(self, choices: Sequence[str], *, now: datetime) -> None:
        """Keep the choices under this device's key; one statement, the first time and every other."""
        sealed = self.device.encrypt_draft({"choices": list(choices)})
        draft = BallotDraft(pk=self.device.draft_id, poll=self.poll, ciphertext=sealed, saved_on=london_day(now))
        BallotDraft.objects.bulk_create(
            [draft], update_conflicts=True, unique_fields=["id"], update_fields=["poll", "ciphertext", "saved_on"]
        )

    @property
    def withdrawn(self) -> list[Option]:
        return [option for option in self.options if option.withdrawn_at]


def remember_entries(request: HttpRequest, entries: Sequence[RollEntry]) -> None:
    """Keep in the session which ballots were opened; a new person on the device replaces the one before."""
    if not request.session.is_empty():
        request.session.cycle_key()
    request.session[ENTRIES] = {str(entry.poll_id): entry.pk for entry in entries}


def is_shared(request: HttpRequest) -> bool:
    """Tell whether other people use this device: nothing stays on it beyond one vote."""
    return request.COOKIES.get(SHARED) == "1"


def keep_shared(response: HttpResponse, *, shared: bool) -> HttpResponse:
    """Remember for a day of voting that a device is shared, or forget it."""
    if shared:
        response.set_cookie(
            SHARED, "1", max_age=12 * 60 * 60, httponly=True, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
        )
    else:
        response.delete_cookie(SHARED, samesite="Lax")
    return response


def forget_voter(request: HttpRequest, response: HttpResponse) -> None:
    """Clear this device: the session's entries, its drafts, and every cookie that holds a secret or a receipt."""
    for poll_id, entry_id in checked_entries(request).items():
        device = DeviceSecret.read(request.COOKIES.get(f"ballot_{poll_id}", ""), entry_id=entry_id)
        if device is not None:
            BallotDraft.objects.filter(pk=device.draft_id).delete()
    request.session.pop(ENTRIES, None)
    request.session.pop("about_you", None)
    request.session.cycle_key()
    for name in request.COOKIES:
        if name.startswith(("ballot_", "receipt_", "check_")):
            response.delete_cookie(name, samesite="Lax")


def forget_ballot(request: HttpRequest, response: HttpResponse, poll: Poll) -> None:
    """Clear a shared device of one sent ballot; the person's other ballots can still be opened."""
    entries = {key: pk for key, pk in request.session.get(ENTRIES, {}).items() if key != str(poll.pk)}
    request.session[ENTRIES] = entries
    response.delete_cookie(f"ballot_{poll.pk}", samesite="Lax")


def checked_entries(request: HttpRequest) -> dict[int, int]:
    """Return entry ids by poll id of everybody's ballots opened in this session."""
    return {int(poll): entry for poll, entry in request.session.get(ENTRIES, {}).items()}


def voter_of(request: HttpRequest, poll: Poll, *, new: bool = False) -> Voter | None:
    """Find the voter of this device; None before the check. ``new`` starts another vote with a fresh secret."""
    entry_id = checked_entries(request).get(poll.pk)
    if entry_id is None:
        return None
    device = DeviceSecret.read(request.COOKIES.get(f"ballot_{poll.pk}", ""), entry_id=entry_id)
    is_new = device is None or new
    device = DeviceSecret.new(entry_id=entry_id) if is_new or device is None else device
    return Voter(poll, entry_id, device, is_new, is_shared(request))


def draft_ids(request: HttpRequest) -> list[UUID]:
    """Name the drafts that this device may have, one for each ballot that it opened and holds a secret for."""
    devices = (
        DeviceSecret.read(request.COOKIES.get(f"ballot_{poll_id}", ""), entry_id=entry_id)
        for poll_id, entry_id in checked_entries(request).items()
    )
    return [device.draft_id for device in devices if device is not None]


def keep_device(response: HttpResponse, voter: Voter, *, now: datetime) -> HttpResponse:
    """Send the device's secret to its cookie when it is new; kept until the poll has closed."""
    if voter.is_new_device:
        _set(response, f"ballot_{voter.poll.pk}", str(voter.device), voter, now)
    return response


def keep_receipt(response: HttpResponse, voter: Voter, receipt: dict[str, Any], *, now: datetime) -> None:
    _set(response, f"receipt_{voter.poll.pk}", write_receipt(receipt), voter, now)


def keep_answers(response: HttpResponse, poll: Poll, answers: dict[str, Any], *, shared: bool = False) -> HttpResponse:
    """Carry what was answered so far of the check in an encrypted cookie: the server keeps nothing of it."""
    response.set_cookie(
        f"check_{poll.pk}",
        write_receipt({"poll": poll.slug, "answers": answers}),
        max_age=None if shared else 20 * 60 * 60,  # nobody is timed out sooner
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


def answers_of(request: HttpRequest, poll: Poll) -> dict[str, Any]:
    """Read what this device has answered so far of a poll's check; empty when nothing."""
    found = read_receipt(request.COOKIES.get(f"check_{poll.pk}", ""))
    mine = isinstance(found, dict) and found.get("poll") == poll.slug
    return dict(found["answers"]) if mine else {}


def forget_answers(response: HttpResponse, poll: Poll) -> HttpResponse:
    response.delete_cookie(f"check_{poll.pk}", samesite="Lax")
    return response


def receipt_of(request: HttpRequest, poll: Poll) -> dict[str, Any] | None:
    """Read the receipt that this device keeps until "Finish" or closing."""
    found = read_receipt(request.COOKIES.get(f"receipt_{poll.pk}", ""))
    return found if isinstance(found, dict) and found.get("poll") == poll.slug else None


def _set(response: HttpResponse, name: str, value: str, voter: Voter, now: datetime) -> None:
    ends = max(60, int((voter.poll.closes_at + GRACE - now).total_seconds()))
    response.set_cookie(
        name,
        value,
        max_age=None if voter.is_shared else ends,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def caller_of(request: HttpRequest) -> Caller:
    """Say who is trying, for the limits on guessing: the session, where there is one, and the network behind it."""
    return Caller(browser=request.session.session_key or "", network=str(request.META.get("REMOTE_ADDR", "")))
