"""The roll: who may vote in a poll, how we know where they live, and whether they have voted. Never what they chose."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from voting.models.poll import Poll
from voting.states import Channel, CheckMethod, CodeState


class RollEntryQuerySet(models.QuerySet["RollEntry"]):
    def marked(self) -> Self:
        """People whose vote has been accepted by some channel."""
        return self.exclude(channel="")


class RollEntry(models.Model):
    """One person's place on the roll of one poll, over all channels (V1).

    ``current_ballot`` points to ciphertext, and only until the box is opened. Days, never moments: a time would join a
    person to a batch of the log. The row outlives the resident's personal data, because it is part of the arithmetic.
    """

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="roll")
    resident = models.ForeignKey("communities.Resident", models.PROTECT, related_name="roll_entries")
    channel = models.CharField(max_length=16, choices=Channel, blank=True)
    current_ballot = models.OneToOneField(
        "voting.SealedBallot", models.PROTECT, null=True, related_name="roll_entry", db_column="current_ballot_id"
    )
    replacements = models.PositiveSmallIntegerField(default=0)
    marked_on = models.DateField(null=True)
    has_reviewed = models.BooleanField(default=False)
    was_overridden = models.BooleanField(default=False)
    contact_email = models.CharField(max_length=254, blank=True)
    language = models.CharField(max_length=8, default="en")
    told_on = models.DateField(null=True)
    reminded_on = models.DateField(null=True)
    paper_batch = models.ForeignKey("voting.PaperBatch", models.PROTECT, null=True, related_name="envelopes")

    objects = RollEntryQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(name="roll_entry_once_a_person", fields=["poll", "resident"]),
            CheckConstraint(name="roll_channel_known", condition=Q(channel__in=["", *Channel.values])),
            CheckConstraint(name="roll_marked_has_day", condition=Q(channel="") ^ Q(marked_on__isnull=False)),
            CheckConstraint(name="roll_pointer_not_paper", condition=Q(current_ballot=None) | ~Q(channel="paper")),
            CheckConstraint(name="roll_batch_is_paper", condition=Q(paper_batch=None) | Q(channel="paper")),
        ]
        indexes = [models.Index(fields=["poll", "channel"], name="roll_channel")]

    def __str__(self) -> str:
        return f"entry {self.pk} of poll {self.poll_id}"


class ResidencyCheck(models.Model):
    """How and on which day a person showed where they live; no account, and nothing about choices."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="checks")
    roll_entry = models.ForeignKey(RollEntry, models.CASCADE, related_name="checks")
    method = models.CharField(max_length=16, choices=CheckMethod)
    checked_on = models.DateField()
    helper_id = models.BigIntegerField(null=True)
    place = models.CharField(max_length=200, blank=True)
    place_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(name="check_once_a_way_and_day", fields=["roll_entry", "method", "checked_on"]),
            CheckConstraint(name="check_method_known", condition=Q(method__in=CheckMethod.values)),
        ]
        indexes = [models.Index(fields=["poll", "place_hash"], name="check_place")]

    def __str__(self) -> str:
        return f"{self.method} check for entry {self.roll_entry_id}"


class PostalNote(models.Model):
    """Where to write to somebody on the roll who gave no e-mail address, as ciphertext; gone once it was used.

    Only the letter that tells of a replaced vote opens it. It lies apart from the roll, which every cast reads.
    """

    roll_entry = models.OneToOneField(RollEntry, models.CASCADE, primary_key=True, related_name="postal_note")
    ciphertext = models.BinaryField(max_length=1024)

    def __str__(self) -> str:
        return "postal note"


class CodeBatch(models.Model):
    """Codes made together and sent as letters; the letters are made once and the codes are then forgotten."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="code_batches")
    label = models.CharField(max_length=100)
    made_on = models.DateField()
    count = models.PositiveIntegerField()
    is_test = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.label


class VotingCode(models.Model):
    """A code from a letter, stored as a keyed hash; bound at first use to one entry, which may vote again with it."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="codes")
    batch = models.ForeignKey(CodeBatch, models.CASCADE, null=True, related_name="codes")
    code_hash = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=8, choices=CodeState, default=CodeState.NEW)
    roll_entry = models.ForeignKey(RollEntry, models.CASCADE, null=True, related_name="codes")
    is_test = models.BooleanField(default=False)

    class Meta:
        constraints = [
            CheckConstraint(name="code_state_known", condition=Q(state__in=CodeState.values)),
            CheckConstraint(name="code_used_is_bound", condition=~Q(state="used") | Q(roll_entry__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"code {self.pk}"


class LetterRequest(models.Model):
    """Somebody asked for a letter or a paper pack; name and address are emptied once it has been printed."""

    class Kind(models.TextChoices):
        CODE = "code"
        PAPER = "paper"
        LARGE_PRINT = "large"

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="letter_requests")
    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=150, blank=True)
    address = models.TextField(blank=True)
    language = models.CharField(max_length=8, default="en")
    asked_on = models.DateField()
    printed_on = models.DateField(null=True)

    class Meta:
        constraints = [CheckConstraint(name="letter_kind_known", condition=Q(kind__in=["code", "paper", "large"]))]

    def __str__(self) -> str:
        return f"{self.kind} letter {self.pk}"


class TryCount(models.Model):
    """How often something was tried in an hour, by a keyed hash of who tried; kept one day."""

    key = models.CharField(max_length=64)
    hour = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [UniqueConstraint(name="try_count_once_an_hour", fields=["key", "hour"])]

    def __str__(self) -> str:
        return f"{self.count} tries"


class AddressList(models.Model):
    """A list of who lives where, imported for one poll with its legal basis; only keyed match tokens are kept.

    ``lines`` is how many people it names, ``count`` how many of them were found in the poll's area; ``letter_job``
    makes a letter for each, where a worker reads the list.
    """

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="address_lists")
    legal_basis = models.CharField(max_length=300)
    dpia_reference = models.CharField(max_length=100)
    source = models.CharField(max_length=200)
    imported_by_id = models.BigIntegerField(null=True)
    imported_at = models.DateTimeField()
    lines = models.PositiveIntegerField(default=0)
    count = models.PositiveIntegerField(default=0)
    letter_job = models.OneToOneField("voting.LetterJob", models.SET_NULL, null=True, related_name="address_list")

    class Meta:
        constraints = [
            CheckConstraint(
                name="address_list_has_basis", condition=~Q(legal_basis="") & ~Q(dpia_reference="") & ~Q(source="")
            )
        ]

    def __str__(self) -> str:
        return self.source


class ListPartQuerySet(models.QuerySet["ListPart"]):
    def waiting(self) -> Self:
        """Parts that a worker has still to read."""
        return self.filter(people__isnull=False)


class ListPart(models.Model):
    """Some lines of a list that is too long for one request, sealed until a worker has read them, and empty then."""

    address_list = models.ForeignKey(AddressList, models.CASCADE, related_name="parts")
    number = models.PositiveSmallIntegerField()
    lines = models.PositiveIntegerField()
    people = models.BinaryField(null=True)

    objects = ListPartQuerySet.as_manager()

    class Meta:
        ordering = ["address_list", "number"]
        constraints = [UniqueConstraint(name="list_part_once", fields=["address_list", "number"])]

    def __str__(self) -> str:
        return f"part {self.number} of list {self.address_list_id}"


class ListedPerson(models.Model):
    """One person of an imported list, as a keyed match token and nothing else."""

    address_list = models.ForeignKey(AddressList, models.CASCADE, related_name="people")
    token = models.CharField(max_length=64)

    class Meta:
        constraints = [UniqueConstraint(name="listed_person_once", fields=["address_list", "token"])]
        indexes = [models.Index(fields=["token"], name="listed_token")]

    def __str__(self) -> str:
        return f"listed person {self.pk}"


class HelpPlace(models.Model):
    """A library, group or service whose people may help others vote, or vouch for people with no fixed address."""

    class Kind(models.TextChoices):
        LIBRARY = "library"
        GROUP = "group"
        SERVICE = "service"
        CARE_HOME = "care_home"
        HOSPITAL = "hospital"

    area = models.ForeignKey("communities.Area", models.PROTECT, related_name="help_places")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=Kind)
    postcode = models.CharField(max_length=8, blank=True)
    lead_name = models.CharField(max_length=150, blank=True)
    may_vouch = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            CheckConstraint(
                name="help_place_kind_known",
                condition=Q(kind__in=["library", "group", "service", "care_home", "hospital"]),
            ),
            CheckConstraint(
                name="help_place_care_has_lead",
                condition=~Q(kind__in=["care_home", "hospital"]) | ~Q(lead_name=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AccreditedQuerySet(models.QuerySet["Helper"]):
    def active(self, *, on: date) -> Self:
        """Helpers who are accredited on a day, at places that still help."""
        held = self.filter(starts_on__lte=on, place__is_active=True)
        return held.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on))


class Helper(models.Model):
    """An accredited person of a help place, from a day until a day."""

    place = models.ForeignKey(HelpPlace, models.PROTECT, related_name="helpers")
    user_id = models.BigIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    objects = AccreditedQuerySet.as_manager()

    class Meta:
        constraints = [UniqueConstraint(name="helper_once_a_place", fields=["place", "user_id"])]

    def __str__(self) -> str:
        return f"helper {self.user_id} at {self.place_id}"


class HelpEvent(models.Model):
    """A helper or officer recorded a vote with somebody: who helped, where, on which day. Never the choices."""

    roll_entry = models.ForeignKey(RollEntry, models.CASCADE, related_name="help")
    channel = models.CharField(max_length=16, choices=Channel)
    helper_id = models.BigIntegerField()
    place = models.ForeignKey(HelpPlace, models.PROTECT, null=True, related_name="help")
    helped_on = models.DateField()

    def __str__(self) -> str:
        return f"help {self.pk}"


class PollInterest(models.Model):
    """A person has an interest in an option of a poll, and so may not help, vouch or key papers for it."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="interests")
    user_id = models.BigIntegerField()
    option_ref = models.CharField(max_length=32)

    class Meta:
        constraints = [UniqueConstraint(name="poll_interest_once", fields=["poll", "user_id", "option_ref"])]

    def __str__(self) -> str:
        return f"interest of {self.user_id} in {self.option_ref}"
