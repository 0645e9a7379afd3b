"""Messages to voters: the reference on request, reminders, "a vote was recorded". Never a choice or check code."""

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from renewal.kernel.notices import give_notice
from voting.codes import in_blocks
from voting.models import Poll
from voting.queries import area_name, poll_title


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
            % {"poll": poll_title(poll), "reference": in_blocks(tracker)},
            about=poll,
            key=f"reference:{poll.pk}:{tracker}:{hashlib.sha256(address.encode()).hexdigest()[:16]}",
            now=now,
        )
