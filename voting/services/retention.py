"""What is personal in the ballot box, why it is kept, and when it ends; a daily job ends it (docs/ballot-box.md)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from communities.services.equality import end_answers
from communities.services.residents import forget_residents, keep_residents
from renewal.kernel.clock import end_of, london_day
from voting.models import (
    AddressList,
    BallotDraft,
    HelpEvent,
    LetterRequest,
    Poll,
    PollInterest,
    PostalNote,
    ResidencyCheck,
    RollEntry,
    VotingCode,
)
from voting.models.poll import KEPT_AFTER_CLOSING
from voting.services.tries import forget_tries
from voting.states import PollState

FINISHED = [PollState.CLOSED, PollState.OPENED, PollState.COUNTED, PollState.PUBLISHED, PollState.CANCELLED]


@dataclass(frozen=True)
class PersonalField:
    """One personal field: where it lies, what it is for, who answers for it, and when it ends."""

    place: str
    purpose: object
    ends: object
    controller: object = _("the council that runs the vote")


PERSONAL_FIELDS = [
    PersonalField("communities_resident.match_token, near_token", _("recognise one person over all channels"),
                  _("records_until of the last poll: overwritten with noise")),
    PersonalField("voting_rollentry.contact_email", _("one reminder, and word of a vote in your name"),
                  _("records_until: emptied")),
    PersonalField("voting_residencycheck", _("show that each voter was checked"), _("records_until: deleted")),
    PersonalField("voting_votingcode", _("one vote a letter"), _("records_until: deleted")),
    PersonalField("voting_helpevent", _("watch how many votes each helper records"), _("records_until: deleted")),
    PersonalField("voting_listedperson.token", _("match name and address"), _("records_until: deleted")),
    PersonalField("voting_letterrequest.name, address", _("post one letter"), _("printed or closing: emptied")),
    PersonalField("voting_ballotdraft", _("come back to your choices"), _("sent, at the latest closing: deleted")),
    PersonalField("voting_trycount.key", _("stop guessing of codes"), _("one day: deleted")),
    PersonalField("kernel_notice.address", _("send one message"), _("sent: emptied")),
]  # fmt: skip


@transaction.atomic
def keep_until_the_end(*, poll: Poll) -> None:
    """Tell communities how long the residents on a closed poll's roll must stay recognisable."""
    until = end_of(poll.records_until or london_day(poll.closes_at + KEPT_AFTER_CLOSING))
    keep_residents(resident_ids=RollEntry.objects.filter(poll=poll).values_list("resident_id", flat=True), until=until)


def forget_what_is_over(*, now: datetime) -> None:
    """End every personal field whose time has come; doing it again changes nothing (J1)."""
    today = london_day(now)
    finished = Poll.objects.filter(state__in=FINISHED)
    BallotDraft.objects.filter(poll__in=finished).delete()
    LetterRequest.objects.filter(poll__in=finished).exclude(name="", address="").update(name="", address="")
    forget_tries(now=now)
    for poll in finished.filter(records_until__lt=today):
        with transaction.atomic():
            forget_poll(poll)
    forget_residents(now=now)


def occasion_of(poll: Poll) -> str:
    """Name a poll to the store of equality answers, which knows no polls."""
    return f"poll:{poll.slug}"


def forget_poll(poll: Poll) -> None:
    """End all personal records of one poll; the marked roll stays as numbers, which the arithmetic needs."""
    for model in (ResidencyCheck, VotingCode):
        model.objects.filter(poll=poll).delete()
    HelpEvent.objects.filter(roll_entry__poll=poll).delete()
    PostalNote.objects.filter(roll_entry__poll=poll).delete()
    PollInterest.objects.filter(poll=poll).delete()
    end_answers(occasion=occasion_of(poll))
    for address_list in AddressList.objects.filter(poll=poll):
        address_list.people.all().delete()
    RollEntry.objects.filter(poll=poll).exclude(contact_email="").update(contact_email="")
