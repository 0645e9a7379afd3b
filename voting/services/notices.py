"""Messages to voters: the reference on request, reminders, "a vote was recorded". Never a choice or check code."""

import hashlib
import random
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from renewal.kernel.clock import london_day
from renewal.kernel.notices import give_notice
from voting.codes import in_blocks
from voting.models import Poll, RollEntry
from voting.queries import area_name
from voting.states import PollState

SMALLEST_BATCH = 10  # notices go out together, so that their times say nothing about one vote


@transaction.atomic
def send_reference(*, poll: Poll, tracker: str, address: str, language: str, now: datetime) -> None:
    """Mail the reference alone; the address is emptied once the mail has gone."""
    with translation.override(language):
        give_notice(
            kind="vote_reference",
            person_id=None,
            address=address,
            language=language,
            subject=_("%(area)s: your vote reference") % {"area": area_name(poll)},
            body=_(
                "Your vote reference for %(poll)s is %(reference)s.\n\n"
                "Use it on the page Check a reference to see that your vote was received and counted. "
                "It does not show who you are or what you chose."
            )
            % {"poll": poll.label, "reference": in_blocks(tracker)},
            about=poll,
            key=f"reference:{poll.pk}:{tracker}:{hashlib.sha256(address.encode()).hexdigest()[:16]}",
            now=now,
        )


def tell_voters(*, now: datetime) -> int:
    """Tell people, once a day and in random order, that a vote was recorded in their name; returns how many.

    Made from roll rows long after the cast. A person whose vote was replaced through another channel is told so, not
    how; voting again in the same channel is silent. Fewer than ten wait for more, or for the poll to close.
    """
    told = 0
    for poll in Poll.objects.real().filter(state__in=[PollState.OPEN, PollState.PAUSED, PollState.CLOSED]):
        waiting = list(
            RollEntry.objects.filter(poll=poll, told_on=None, marked_on__lt=london_day(now))
            .exclude(contact_email="")
            .exclude(channel="")
        )  # who gave no e-mail address gets a letter if their vote was replaced: voting/services/printing.py
        if len(waiting) < SMALLEST_BATCH and poll.state != PollState.CLOSED:
            continue
        random.SystemRandom().shuffle(waiting)
        with transaction.atomic():
            for entry in waiting:
                _tell(poll, entry, now)
            RollEntry.objects.filter(pk__in=[entry.pk for entry in waiting]).update(told_on=london_day(now))
        told += len(waiting)
    return told


def replaced_words() -> str:
    """Say that a vote was replaced, and not how: nobody beside the voter learns which channel it was."""
    return _(
        "A vote in your name through another channel has replaced your earlier vote in %(poll)s. "
        "If this was not you, call 01632 960100."
    )


def _tell(poll: Poll, entry: RollEntry, now: datetime) -> None:
    with translation.override(entry.language):
        if entry.was_overridden:
            body = replaced_words()
        else:
            body = _("We have recorded a vote in your name in %(poll)s. If this was not you, call 01632 960100.")
        give_notice(
            kind="vote_recorded",
            person_id=None,
            address=entry.contact_email,
            language=entry.language,
            subject=_("%(area)s: a vote in your name") % {"area": area_name(poll)},
            body=body % {"poll": poll.label},
            about=poll,
            key=f"vote-recorded:{entry.pk}:{entry.replacements}",
            now=now,
        )


def remind_voters(*, now: datetime) -> int:
    """Remind people who passed the check and have not voted, once, in the last 48 hours; returns how many."""
    reminded = 0
    ending = Poll.objects.real().accepting_ballots(at=now).filter(closes_at__lte=now + timedelta(hours=48))
    for poll in ending.select_related("area"):
        waiting = list(RollEntry.objects.filter(poll=poll, channel="", reminded_on=None).exclude(contact_email=""))
        random.SystemRandom().shuffle(waiting)
        with transaction.atomic():
            for entry in waiting:
                _remind(poll, entry, now)
            RollEntry.objects.filter(pk__in=[entry.pk for entry in waiting]).update(reminded_on=london_day(now))
        reminded += len(waiting)
    return reminded


def _remind(poll: Poll, entry: RollEntry, now: datetime) -> None:
    with translation.override(entry.language):
        give_notice(
            kind="vote_reminder",
            person_id=None,
            address=entry.contact_email,
            language=entry.language,
            subject=_("%(area)s: you have not voted yet") % {"area": area_name(poll)},
            body=_(
                "Voting in %(poll)s closes in less than 48 hours. We have no vote from you. "
                "Your choices may wait on your device."
            )
            % {"poll": poll.label},
            about=poll,
            key=f"vote-reminder:{entry.pk}",
            now=now,
        )
