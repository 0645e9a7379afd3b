"""Duties of named bodies: to answer an adopted priority, a chosen project, or a need that came up from below."""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from communities.models import Body, OfficerRole, Role, User
from funding.answer_states import ANSWERED, MandateKind, MandateState
from renewal.kernel.languages import local
from voting.small_votes import tells_voters


class Instrument(models.TextChoices):
    """What binds the body to answer and to act; ``none`` is shown as "promised, not bound"."""

    AGREEMENT = "agreement", _("A signed agreement")
    STATUTE = "statute", _("A law")
    RESOLUTION = "resolution", _("A resolution of the body")
    NONE = "none", _("Promised, not bound")


class ReadsIn(models.TextChoices):
    """The language in which a body, or who watches it, wants our letters; nothing said is both in Wales."""

    ENGLISH = "en", "English"
    WELSH = "cy", "Cymraeg"


class CharterQuerySet(models.QuerySet["Charter"]):
    def of_body(self, body: Body, *, on: date) -> "Charter | None":
        """What binds a body on a day: its newest promise that has begun; None means promised, not bound."""
        return self.filter(body=body, starts_on__lte=on).order_by("-starts_on", "-id").first()


class Charter(models.Model):
    """A body's standing promise to answer, with what binds it, from a day on; a mandate takes the newest."""

    body = models.ForeignKey("communities.Body", models.PROTECT, related_name="charters")
    instrument = models.CharField(max_length=16, choices=Instrument)
    title = models.CharField(max_length=200, blank=True)
    url = models.URLField(blank=True)
    scrutiny_email = models.EmailField(blank=True)
    scrutiny_name = models.CharField(max_length=150, blank=True)
    language = models.CharField(max_length=8, choices=ReadsIn, blank=True)
    scrutiny_language = models.CharField(max_length=8, choices=ReadsIn, blank=True)
    starts_on = models.DateField()

    objects = CharterQuerySet.as_manager()

    class Meta:
        ordering = ["body", "starts_on", "id"]
        constraints = [
            CheckConstraint(name="charter_instrument_known", condition=Q(instrument__in=Instrument.values)),
            CheckConstraint(
                name="charter_languages_known",
                condition=Q(language__in=["", *ReadsIn.values], scrutiny_language__in=["", *ReadsIn.values]),
            ),
            CheckConstraint(name="charter_bound_is_named", condition=Q(instrument="none") | ~Q(title="")),
            UniqueConstraint(name="charter_once_a_day", fields=["body", "starts_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.instrument} of {self.body_id}"


class RaisedPriority(models.Model):
    """A need that no power of the asking areas can meet, at the level that has the power, added up over those areas."""

    area = models.ForeignKey("communities.Area", models.PROTECT, related_name="raised_priorities")
    cycle = models.ForeignKey("funding.Cycle", models.PROTECT, related_name="raised_priorities")
    title = models.CharField(max_length=200)
    title_cy = models.CharField(max_length=200, blank=True)
    theme = models.ForeignKey("funding.Theme", models.PROTECT, null=True, related_name="raised_priorities")
    power = models.CharField(max_length=32)
    area_count = models.PositiveIntegerField(default=0)
    voter_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-voter_count", "id"]

    def __str__(self) -> str:
        return self.title

    @property
    def label(self) -> str:
        """The title in the reader's language, or in the only one there is."""
        return local(self.title, self.title_cy)

    @property
    def tells_voters(self) -> bool:
        """Whether a page may say how many voters asked: not where one area had few, whom subtraction would tell."""
        return all(tells_voters(source.voters) for source in self.sources.all())


class RaisedFrom(models.Model):
    """One area's adopted priority that adds up in a raised one; a priority goes up once."""

    raised = models.ForeignKey(RaisedPriority, models.PROTECT, related_name="sources")
    priority = models.OneToOneField("funding.Priority", models.PROTECT, related_name="raised_by")
    voters = models.PositiveIntegerField()
    words = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.priority_id} went up to {self.raised_id}"


class MandateQuerySet(models.QuerySet["Mandate"]):
    def waiting(self) -> Self:
        """Mandates without a published answer."""
        return self.exclude(state__in=ANSWERED)

    def overdue(self, *, at: datetime) -> Self:
        """Mandates whose answer was due and has not come: true from the second the deadline passes, without a job."""
        return self.waiting().filter(due_at__lte=at)

    def of_officer(self, user: User, *, on: date) -> Self:
        """Mandates of the bodies for which a person may answer on a day (P1)."""
        answering = OfficerRole.objects.filter(user=user, role__in=[Role.REVIEWER, Role.LEAD])
        return self.filter(body__in=answering.held(on=on).values("body"))


class Mandate(models.Model):
    """One body owes a dated public answer on one subject.

    A project's mandate freezes its reference, title, cost and place in the selection: no answer can change them.
    ``due_at`` is the London midnight that ends the last day; an answer is in time while ``now < due_at``.
    """

    kind = models.CharField(max_length=16, choices=MandateKind)
    body = models.ForeignKey("communities.Body", models.PROTECT, related_name="mandates")
    area = models.ForeignKey("communities.Area", models.PROTECT, related_name="mandates")
    round = models.ForeignKey("funding.Round", models.PROTECT, null=True, related_name="mandates")
    priority = models.ForeignKey("funding.Priority", models.PROTECT, null=True, related_name="mandates")
    raised = models.ForeignKey(RaisedPriority, models.PROTECT, null=True, related_name="mandates")
    ref = models.CharField(max_length=32)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    title_cy = models.CharField(max_length=200, blank=True)
    cost_pence = models.PositiveBigIntegerField(null=True)
    charter = models.ForeignKey(Charter, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=20, choices=MandateState, default=MandateState.WAITING)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    cure_until = models.DateTimeField(null=True)
    overdue_told_at = models.DateTimeField(null=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        ordering = ["round", "kind", "position", "id"]
        constraints = [
            CheckConstraint(name="mandate_kind_known", condition=Q(kind__in=MandateKind.values)),
            CheckConstraint(name="mandate_state_known", condition=Q(state__in=MandateState.values)),
            CheckConstraint(
                name="mandate_has_its_subject",
                condition=(
                    Q(kind="priority", priority__isnull=False, round__isnull=False, raised__isnull=True)
                    | Q(
                        kind="project",
                        priority__isnull=True,
                        round__isnull=False,
                        raised__isnull=True,
                        cost_pence__isnull=False,
                    )
                    | Q(kind="raised", priority__isnull=True, raised__isnull=False)
                ),
            ),
            CheckConstraint(
                name="mandate_state_fits_kind",
                condition=Q(state="waiting")
                | Q(kind__in=["priority", "raised"], state__in=["accepted", "in_part", "cannot"])
                | Q(
                    kind="project",
                    state__in=["accepted", "by_default", "rejected", "cured", "appealed", "rejected_for_good"],
                ),
            ),
            CheckConstraint(
                name="mandate_answered_has_moment",
                condition=Q(state="waiting") | Q(answered_at__isnull=False),
            ),
            UniqueConstraint(
                name="mandate_once_a_priority_and_body", fields=["priority", "body"], condition=Q(kind="priority")
            ),
            UniqueConstraint(name="mandate_once_a_project", fields=["round", "ref"], condition=Q(kind="project")),
            UniqueConstraint(
                name="mandate_once_raised_and_body", fields=["raised", "body"], condition=Q(kind="raised")
            ),
        ]
        indexes = [
            models.Index(fields=["body", "-due_at", "id"], name="mandate_board_order"),
            models.Index(fields=["body", "state", "kind", "due_at"], name="mandate_board_figures"),
            models.Index(fields=["round", "kind", "position", "id"], name="mandate_of_round"),
            models.Index(fields=["due_at"], name="mandate_due", condition=Q(state__in=["waiting", "cured"])),
        ]

    def __str__(self) -> str:
        return f"{self.ref} for {self.body_id}"

    @property
    def label(self) -> str:
        """The title in the reader's language, or in the only one there is."""
        return local(self.title, self.title_cy)


class MandateEvent(models.Model):
    """One line of a mandate's public history; appended, never edited."""

    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=24)
    words = models.TextField(blank=True)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["mandate", "-at"], name="mandate_history")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.mandate_id}"
