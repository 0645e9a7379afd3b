"""What is personal in the ballot box, why it is kept, and when it ends; a daily job ends it (docs/ballot-box.md)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from communities.services.equality import end_answers
from communities.services.residents import forget_residents, keep_residents
from renewal.kernel.clock import end_of, london_day
from voting.models import (
    AddressList,
    BallotDraft,
    Helper,
    HelpEvent,
    HelpPlace,
    LetterRequest,
    Poll,
    PollInterest,
    PostalNote,
    ResidencyCheck,
    RollEntry,
    VotingCode,
)
from voting.models.poll import KEPT_AFTER_CLOSING
from voting.services.letter_jobs import end_old_letter_jobs
from voting.services.lists import forget_unread_lists
from voting.services.tries import forget_tries
from voting.states import PollState

KEPT_AFTER_HELPING = timedelta(days=365)
FINISHED = [PollState.CLOSED, PollState.OPENED, PollState.COUNTED, PollState.PUBLISHED, PollState.CANCELLED]


@dataclass(frozen=True)
class PersonalField:
    """One personal field: where it lies, what it is, what it is for, when it ends, and who answers for it."""

    place: str  # table, or "table.column, column"
    what: object
    purpose: object
    ends: object
    controller: object = _("the council that runs the vote")


RECORDS_END = _("the last appeal of the round: deleted")
WITH_THE_VOTE = _("kept with the record of the vote, which names no voter")
PERSONAL_FIELDS = [
    PersonalField("communities_resident.match_token, near_token", _("Scrambled form of your name and address"),
                  _("to know you again, whichever way you vote"),
                  _("the last appeal of the last vote: overwritten with noise")),
    PersonalField("voting_rollentry.resident_id, language, contact_email", _("Your e-mail address and language"),
                  _("one reminder, and word of a vote in your name"), _("the last appeal of the round: emptied")),
    PersonalField("voting_postalnote", _("Your postal address, sealed, if you gave no e-mail address"),
                  _("a letter if your vote was replaced by another channel"),
                  _("the letter is printed, or the last appeal: deleted")),
    PersonalField("voting_residencycheck", _("How and on which day you showed where you live"),
                  _("to show that each voter was checked"), RECORDS_END),
    PersonalField("voting_votingcode", _("Scrambled form of the code in your letter"), _("one vote a letter"),
                  RECORDS_END),
    PersonalField("voting_helpevent", _("Who helped you vote, where and on which day"),
                  _("to watch how many votes each helper records"), RECORDS_END),
    PersonalField("voting_listedperson", _("Scrambled names and addresses of an imported list"),
                  _("to match your name and address"), RECORDS_END),
    PersonalField("voting_listpart.people", _("Names and addresses of a list, sealed, until they are read"),
                  _("to make their scrambled form"), _("the list is read, minutes later: emptied")),
    PersonalField("voting_letterrequest", _("Your name and address, if you asked for a letter"),
                  _("to post one letter"),
                  _("the letter is printed, or voting closes: emptied")),
    PersonalField("voting_letterpart.people", _("Names and addresses of a list, sealed, until their letters are made"),
                  _("to post one letter to each"), _("the letter is made, minutes later: emptied")),
    PersonalField("voting_letterjob.asked_by_id", _("Which officer asked for letters"),
                  _("to show who made codes"), WITH_THE_VOTE),
    PersonalField("voting_ballotdraft", _("Your choices before you send them, sealed with a key on your device"),
                  _("to let you stop and come back"), _("you send your vote, or voting closes: deleted")),
    PersonalField("voting_sealedballot", _("Your vote, sealed, without your name"), _("to count it"),
                  _("the box is opened: deleted, and mixed copies are counted")),
    PersonalField("voting_trycount.key", _("Scrambled form of your browser and network"),
                  _("to stop guessing of codes"),
                  _("one day: deleted")),
    PersonalField("kernel_notice.address", _("The address of one message"), _("to send it"), _("it is sent: emptied")),
    PersonalField("communities_equalityanswer", _("Totals of answers about voters, of nobody alone"),
                  _("to see whether everyone is heard"), _("the last appeal: small totals are deleted")),
    PersonalField("voting_helper", _("Who helps others vote, and from when until when"),
                  _("to let only accredited people help"), _("one year after the end: deleted")),
    PersonalField("voting_helpplace.lead_name", _("Who leads voting in a care home or hospital"),
                  _("to say whom to ask for"), _("the place stops helping: overwritten")),
    PersonalField("voting_pollinterest", _("Who has an interest in a project on a ballot"),
                  _("to keep them from helping with that vote"), RECORDS_END),
    PersonalField("voting_scrutiny.user_id, name", _("Who checked the count of a small vote"),
                  _("to let everybody see who answers for it"), WITH_THE_VOTE),
    PersonalField("voting_poll.set_up_by_id, changed_by_ids, opened_by_id",
                  _("Which officers set a vote up, changed it and opened it"),
                  _("two people for each large step"), WITH_THE_VOTE),
    PersonalField("voting_pollrequest.proposed_by_id, confirmed_by_id", _("Which officers changed a vote"),
                  _("two people for each large step"), WITH_THE_VOTE),
    PersonalField("voting_periodexception.proposed_by_id, confirmed_by_id",
                  _("Which officers let a vote go on before an election"), _("two people for each large step"),
                  WITH_THE_VOTE),
    PersonalField("voting_paperbatch.first_clerk_id, second_clerk_id, sealed_by_id",
                  _("Which officers typed and sealed papers"), _("two people for each paper"), WITH_THE_VOTE),
    PersonalField("voting_adjudication.decided_by_id", _("Which officer decided what a paper says"),
                  _("a third person for each difference"), WITH_THE_VOTE),
    PersonalField("voting_addresslist.imported_by_id", _("Which officer imported a list"),
                  _("to show that it was lawful"), WITH_THE_VOTE),
]  # fmt: skip
# Columns that could hold something personal by their type and hold nothing of the kind. A new column that is in neither
# list stops the tests, so that somebody decides.
NOT_PERSONAL = {
    "voting_poll": "slug title title_cy kind roll_kind state rule parameters limits floors languages crypto_scheme "
    "public_key opening_document tie_secret_hash tie_secret imported_from cancelled_reason",
    "voting_option": "ref title title_cy summary summary_cy demands tags at_most_one_of url_path section section_cy "
    "withdrawn_reason",
    "voting_pollkey": "private_key tie_secret",
    "voting_boxballot": "id ciphertext",
    "voting_publishedballot": "id check_code choices",
    "voting_preelectionperiod": "name source",
    "voting_periodexception": "reason",
    "voting_count": "input_hash rule rules_version seed result result_hash comparison paths",
    "voting_countstep": "option_ref kind facts",
    "voting_outcome": "selected turnout",
    "voting_boxopening": "commitment",
    "voting_scrutiny": "result_hash commitment",
    "voting_logentry": "kind content_hash document",
    "voting_loghead": "root signature public_key",
    "voting_paperbatch": "label state returned spoilt",
    "voting_paperentry": "turn version_letter choices spoilt_reason",
    "voting_adjudication": "choices spoilt_reason",
    "voting_pollrequest": "what reason",
    "voting_rollentry": "channel",
    "voting_codebatch": "label",
    "voting_letterjob": "language public_key",
    "voting_letterpart": "file",
    "voting_addresslist": "legal_basis dpia_reference source",
    "voting_helpplace": "name kind postcode",
}


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
    end_old_letter_jobs(now=now)
    forget_unread_lists(now=now)
    forget_tries(now=now)
    Helper.objects.filter(ends_on__lt=today - KEPT_AFTER_HELPING).delete()
    HelpPlace.objects.filter(is_active=False).exclude(lead_name__in=["", "–"]).update(lead_name="–")
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
