"""Polls and the frozen options people choose between."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.functional import cached_property

from renewal.kernel.languages import local
from voting.states import PollState

if TYPE_CHECKING:
    from communities.models import User

GRACE = timedelta(minutes=30)  # for a person who reached the review page before closing
KEPT_AFTER_CLOSING = timedelta(days=180)  # the last appeal of a round, unless the poll says otherwise


class PollKind(models.TextChoices):
    APPROVE = "approve"
    BUDGET = "budget"
    RANK = "rank"
    PRIORITIES = "priorities"


class RollKind(models.TextChoices):
    LIST = "list"
    OPEN = "open"


class PollQuerySet(models.QuerySet["Poll"]):
    def real(self) -> Self:
        """Polls that decide something: no rehearsals."""
        return self.filter(rehearsal_of__isnull=True)

    def accepting_ballots(self, *, at: datetime) -> Self:
        return self.filter(state=PollState.OPEN, opens_at__lte=at, closes_at__gt=at)

    def public(self) -> Self:
        """Polls that people may see: everything real that has been announced."""
        return self.real().exclude(state=PollState.CANCELLED)

    def to_close(self, *, at: datetime) -> Self:
        """Open polls whose closing time and grace have passed."""
        return self.filter(state=PollState.OPEN, closes_at__lte=at - GRACE).order_by("closes_at", "id")

    def run_by(self, user: "User", *, on: date) -> Self:
        """Polls that a person runs today: as counting officer or lead of a council of the area or of one above it."""
        roles = user.officer_roles.filter(
            role__in=["counting", "lead"], body__kind__in=["council", "combined_authority"]
        ).held(on=on)
        paths = list(roles.values_list("body__area__path", flat=True))
        if not paths:
            return self.none()
        reached = Q()
        for path in paths:
            reached |= Q(area__path__startswith=path)
        return self.filter(reached)


class Poll(models.Model):
    """One vote over frozen options in one area.

    Everything that decides the outcome is frozen into ``opening_document`` when the poll opens; its hash is entry 0 of
    the poll's log. ``tie_secret`` stays empty until the box is opened; only its hash is known before.
    """

    slug = models.SlugField(max_length=120, unique=True)
    area = models.ForeignKey("communities.Area", models.PROTECT, related_name="polls")
    title = models.CharField(max_length=200)
    title_cy = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=16, choices=PollKind)
    roll_kind = models.CharField(max_length=8, choices=RollKind, default=RollKind.OPEN)
    state = models.CharField(max_length=16, choices=PollState, default=PollState.DRAFT)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    voting_age = models.PositiveSmallIntegerField(default=16)
    budget_pence = models.PositiveBigIntegerField(default=0)
    rule = models.CharField(max_length=32)
    parameters = models.JSONField(default=dict)
    limits = models.JSONField(default=dict)
    floors = models.JSONField(default=list)
    most_choices = models.PositiveSmallIntegerField(null=True)
    forecast_ballots = models.PositiveIntegerField(default=0)
    recomputable = models.BooleanField(default=True)
    languages = models.JSONField(default=list)
    crypto_scheme = models.CharField(max_length=32, default="sealed-box-1")
    public_key = models.BinaryField(max_length=32, null=True)
    sealed_length = models.PositiveIntegerField(null=True)
    opening_document = models.TextField(blank=True)
    tie_secret_hash = models.CharField(max_length=64, blank=True)
    tie_secret = models.CharField(max_length=64, blank=True)
    paper_returned_by = models.DateTimeField(null=True)
    result_expected_at = models.DateTimeField(null=True)
    records_until = models.DateField(null=True)
    rehearsal_of = models.ForeignKey("self", models.CASCADE, null=True, related_name="rehearsals")
    imported_from = models.CharField(max_length=200, blank=True)
    set_up_by_id = models.BigIntegerField(null=True)
    changed_by_ids = models.JSONField(default=list)
    opened_by_id = models.BigIntegerField(null=True)
    began_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    box_opened_at = models.DateTimeField(null=True)
    counted_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    cancelled_reason = models.CharField(max_length=500, blank=True)

    objects = PollQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_at", "id"]
        constraints = [
            CheckConstraint(name="poll_kind_known", condition=Q(kind__in=PollKind.values)),
            CheckConstraint(name="poll_roll_kind_known", condition=Q(roll_kind__in=RollKind.values)),
            CheckConstraint(name="poll_state_known", condition=Q(state__in=PollState.values)),
            CheckConstraint(name="poll_closes_after_opening", condition=Q(closes_at__gt=F("opens_at"))),
            CheckConstraint(
                name="poll_open_is_frozen",
                condition=Q(state__in=["draft", "rehearsal", "cancelled"])
                | (Q(began_at__isnull=False) & ~Q(opening_document="") & Q(public_key__isnull=False)),
            ),
            CheckConstraint(
                name="poll_closed_has_moment",
                condition=~Q(state__in=["closed", "opened", "counted", "published"]) | Q(closed_at__isnull=False),
            ),
            CheckConstraint(
                name="poll_secret_after_the_box",
                condition=Q(tie_secret="") | Q(state__in=["opened", "counted", "published"]),
            ),
            CheckConstraint(
                name="poll_published_has_moment", condition=~Q(state="published") | Q(published_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The title in the reader's language, or in the only one there is."""
        return local(self.title, self.title_cy)

    @cached_property
    def has_list(self) -> bool:
        """Whether a list of addresses was imported, so that name and address are a way through the check."""
        return self.address_lists.exists()

    @property
    def authors(self) -> set[int]:
        """Who set the poll up or changed it before it opened; another person opens it."""
        return {self.set_up_by_id, *self.changed_by_ids} - {None}

    @property
    def has_costs(self) -> bool:
        """Whether options cost money; needs in a vote on priorities do not."""
        return self.kind != PollKind.PRIORITIES

    def offered_languages(self) -> list[str]:
        """Languages in which the ballot is promised in full: English always, Welsh always in Wales."""
        asked = ["en", *self.languages, *(["cy"] if self.area.nation == "wales" else [])]
        return [language for language in ("en", "cy") if language in asked]

    def takes_votes(self, *, at: datetime) -> bool:
        return self.state == PollState.OPEN and self.opens_at <= at < self.closes_at

    def takes_late_votes(self, *, at: datetime) -> bool:
        """Whether somebody who reached the review page in time may still send."""
        return self.state == PollState.OPEN and self.closes_at <= at < self.closes_at + GRACE


class Option(models.Model):
    """One choice of a poll: a frozen copy of a project's or a need's title, summary and cost.

    ``section`` is the heading under which it stands on a long ballot, its theme or neighbourhood.
    """

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="options")
    ref = models.CharField(max_length=32)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    title_cy = models.CharField(max_length=200, blank=True)
    summary = models.TextField(blank=True)
    summary_cy = models.TextField(blank=True)
    cost_pence = models.PositiveBigIntegerField(default=0)
    demands = models.JSONField(default=dict)
    tags = models.JSONField(default=list)
    at_most_one_of = models.CharField(max_length=32, blank=True)
    url_path = models.CharField(max_length=200, blank=True)
    section = models.CharField(max_length=100, blank=True)
    section_cy = models.CharField(max_length=100, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["poll", "number"]
        constraints = [
            UniqueConstraint(name="option_ref_once_a_poll", fields=["poll", "ref"]),
            UniqueConstraint(name="option_number_once_a_poll", fields=["poll", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.title}"

    @property
    def label(self) -> str:
        """The title in the reader's language, or in the only one there is."""
        return local(self.title, self.title_cy)


class PollKey(models.Model):
    """The private key and the tie secret of a poll; `app` may write one and never read it, `counter` reads it.

    Emptied after the challenge window: with the key, every sealed copy in old backups dies.
    """

    poll = models.OneToOneField(Poll, models.CASCADE, primary_key=True, related_name="+")
    private_key = models.BinaryField(max_length=32, null=True)
    tie_secret = models.CharField(max_length=64)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(
                name="poll_key_there_or_destroyed",
                condition=Q(private_key__isnull=False) ^ Q(destroyed_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"key of {self.pk}"
