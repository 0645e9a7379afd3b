"""Projects: what a group wants to do, in versions, with costs, partners and the places that benefit."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint, Value
from django.db.models.functions import Coalesce, Concat, NullIf
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.models import Group, User
from funding.models.round import Round
from renewal.kernel.clock import london_day
from renewal.kernel.languages import local


class ProjectState(models.TextChoices):
    """How far a project has come. The words are what the group and the public read."""

    DRAFT = "draft", _("Being written")
    DECLARING = "declaring", _("Waiting for a second member")
    SENT = "sent", _("Being checked")
    CHANGES = "changes", _("Waiting for changes")
    PASSED = "passed", _("In the vote")
    REFUSED = "refused", _("Cannot go to the vote")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    COMBINED = "combined", _("Combined with another project")
    LATE = "late", _("Not sent in time")
    FUNDED = "funded", _("Funded")
    UNFUNDED = "unfunded", _("Not funded")


# Every move a project may make; a service that makes another is a defect that the database state would show.
PROJECT_MOVES: dict[str, frozenset[str]] = {
    "draft": frozenset({"declaring", "withdrawn", "combined", "late"}),
    "declaring": frozenset({"draft", "sent", "withdrawn", "late"}),
    "sent": frozenset({"changes", "passed", "refused", "withdrawn", "combined"}),
    "changes": frozenset({"sent", "refused", "withdrawn", "combined"}),
    "passed": frozenset({"withdrawn", "combined", "funded", "unfunded"}),
    "refused": frozenset({"sent"}),  # an appeal was upheld
    "withdrawn": frozenset(),
    "combined": frozenset(),
    "late": frozenset(),
    "funded": frozenset(),
    "unfunded": frozenset(),
}
WRITING = ("draft", "changes")
PUBLIC = ("sent", "changes", "passed", "refused", "withdrawn", "combined", "funded", "unfunded")


class ProjectKind(models.TextChoices):
    PROJECT = "project", _("A project")
    ASSET = "asset", _("Buying or taking over a building or land")
    TRADE_BACK = "trade_back", _("Match for what a social enterprise sells")
    SMALL = "small", _("A small award of up to £1,000")
    JOINT_START = "joint_start", _("A joint start: meeting and writing together")


ALL_YEAR = ("small", "joint_start")


class ProjectQuerySet(models.QuerySet["Project"]):
    def public(self) -> Self:
        """Projects that were sent in, whatever became of them; nobody else reads drafts."""
        return self.filter(state__in=PUBLIC, sent_at__isnull=False)

    def of_member(self, user: User) -> Self:
        """Projects of the groups to which the person belongs today."""
        return self.filter(group__in=user.memberships.filter(left_at__isnull=True).values("group"))

    def for_officer(self, user: User, *, at: datetime) -> Self:
        """Projects that reached the bodies for which the person acts on that day (P1).

        A project led by a body is checked by another body's officers (``checked_by``).
        """
        held = user.officer_roles.held(on=london_day(at)).filter(body__isnull=False)
        return self.public().filter(checked_by__in=held.values("body"))

    def in_vote(self) -> Self:
        return self.filter(state=ProjectState.PASSED)


class Project(models.Model):
    """A costed proposal of a group (or of a public body) in one round, from its first draft to its outcome."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="projects")
    reference = models.CharField(max_length=12, unique=True)
    group = models.ForeignKey("communities.Group", models.PROTECT, null=True, related_name="projects")
    body = models.ForeignKey("communities.Body", models.PROTECT, null=True, related_name="projects")
    checked_by = models.ForeignKey("communities.Body", models.PROTECT, related_name="projects_to_check")
    kind = models.CharField(max_length=16, choices=ProjectKind, default=ProjectKind.PROJECT)
    state = models.CharField(max_length=12, choices=ProjectState, default=ProjectState.DRAFT)
    language = models.CharField(max_length=8, default="en")
    title = models.CharField(max_length=120)
    title_cy = models.CharField(max_length=120, blank=True)
    summary = models.CharField(max_length=300, blank=True)
    summary_cy = models.CharField(max_length=300, blank=True)
    description = models.TextField(blank=True)
    description_cy = models.TextField(blank=True)
    theme = models.ForeignKey("funding.Theme", models.PROTECT, null=True, related_name="projects")
    tags = models.ManyToManyField("funding.Theme", related_name="tagged_projects", blank=True)
    place = models.CharField(max_length=200, blank=True)
    who_benefits = models.CharField(max_length=300, blank=True)
    builds_on = models.CharField(max_length=300, blank=True)
    timing = models.CharField(max_length=200, blank=True)
    powers = models.CharField(max_length=300, blank=True)
    running_pence = models.JSONField(default=list)
    priority = models.ForeignKey("funding.Priority", models.PROTECT, null=True, related_name="projects")
    question_set = models.ForeignKey("funding.QuestionSet", models.PROTECT, null=True, related_name="projects")
    capital_pence = models.PositiveBigIntegerField(default=0)
    revenue_pence = models.PositiveBigIntegerField(default=0)
    size_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="sizes")
    combined_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="combined_from")
    carried_from = models.OneToOneField("self", models.PROTECT, null=True, related_name="carried_to")
    created_by = models.ForeignKey("communities.User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    received_on = models.DateField(null=True)  # the day paper reached a helper, who typed it after Ideas had closed
    signed_by = models.ForeignKey("communities.User", models.PROTECT, null=True, related_name="+")
    declared_by = models.ForeignKey("communities.User", models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    titles = models.GeneratedField(
        expression=Concat("title", Value(" "), "title_cy"), output_field=models.TextField(), db_persist=True
    )
    search = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="funding_english")
        + SearchVector("title_cy", weight="A", config="funding_plain")
        + SearchVector("summary", "place", weight="B", config="funding_english")
        + SearchVector("summary_cy", weight="B", config="funding_plain")
        + SearchVector("description", weight="C", config="funding_english")
        + SearchVector("description_cy", weight="C", config="funding_plain"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["reference"]
        constraints = [
            CheckConstraint(name="project_state_known", condition=Q(state__in=ProjectState.values)),
            CheckConstraint(name="project_kind_known", condition=Q(kind__in=ProjectKind.values)),
            CheckConstraint(name="project_led_by_one", condition=Q(group__isnull=False) ^ Q(body__isnull=False)),
            CheckConstraint(
                name="project_body_checked_by_another",
                condition=Q(body__isnull=True) | ~Q(body=F("checked_by")),
            ),
            CheckConstraint(
                name="project_sent_has_moment",
                condition=Q(state__in=["draft", "declaring", "late", "withdrawn", "combined"])
                | Q(sent_at__isnull=False),
            ),
            CheckConstraint(
                name="project_declared_by_another",
                condition=Q(declared_by__isnull=True) | (Q(signed_by__isnull=False) & ~Q(declared_by=F("signed_by"))),
            ),
            CheckConstraint(
                name="project_combined_says_into_what",
                condition=Q(state="combined") ^ Q(combined_into__isnull=True),
            ),
            CheckConstraint(
                name="project_ended_has_moment",
                condition=~Q(state__in=["withdrawn", "combined", "late", "funded", "unfunded"])
                | Q(ended_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["round", "state"], name="project_round_state"),
            # All that the officers' queue and forecast read of a project before its page is known.
            models.Index(
                fields=["checked_by", "state"],
                include=["id", "round", "body", "reference", "capital_pence", "revenue_pence"],
                name="project_to_check",
                condition=Q(state__in=PUBLIC, sent_at__isnull=False),
            ),
            models.Index(
                "round",
                F("capital_pence") + F("revenue_pence"),
                "reference",
                name="project_by_cost",
                condition=Q(state__in=PUBLIC, sent_at__isnull=False),
            ),
            models.Index(
                "round",
                Coalesce(NullIf("title", Value("")), F("title_cy")),
                "reference",
                name="project_by_name",
                condition=Q(state__in=PUBLIC, sent_at__isnull=False),
            ),
            models.Index(
                fields=["round", "id"], name="project_listed", condition=Q(state__in=PUBLIC, sent_at__isnull=False)
            ),
            GinIndex(fields=["search"], name="project_search"),
            GinIndex(fields=["titles"], name="project_titles_alike", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_state_display(self) -> str:  # type: ignore[no-redef]  # the stubs add their own to every field of choices
        """The state in words; what passed its check is in the vote, or (a small award) open for support."""
        if self.kind == ProjectKind.SMALL and self.state == ProjectState.PASSED:
            return gettext("Open for support")
        if self.kind in ALL_YEAR and self.state == ProjectState.REFUSED:
            return gettext("Cannot be funded")
        return str(ProjectState(self.state).label)

    @property
    def is_small(self) -> bool:
        """Paid from the money set aside for small awards, outside any vote."""
        return self.kind in ALL_YEAR

    @property
    def cost_pence(self) -> int:
        """What is asked of the fund, both colours together."""
        return self.capital_pence + self.revenue_pence

    @property
    def label(self) -> str:
        """The title in the reader's language, or in the only one there is."""
        return local(self.title, self.title_cy)

    @property
    def about(self) -> str:
        """The summary in the reader's language, or in the only one there is."""
        return local(self.summary, self.summary_cy)

    @property
    def long_text(self) -> str:
        """The description in the reader's language, or in the only one there is."""
        return local(self.description, self.description_cy)

    @property
    def lead_name(self) -> str:
        """Who leads it: the group, or the public body."""
        lead = self.group or self.body
        return lead.name if lead else ""

    @property
    def lead_group(self) -> Group:
        """The group that leads it. Raises ValueError for a public body's own project, which has none."""
        if self.group is None:
            raise ValueError(f"{self.reference} is a public body's own project")
        return self.group


class ProjectVersion(models.Model):
    """The whole of a project as it was sent at one moment; never changed, so old and new can stand side by side."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey("communities.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["project", "number"]
        constraints = [UniqueConstraint(name="project_version_once", fields=["project", "number"])]

    def __str__(self) -> str:
        return f"version {self.number} of {self.project_id}"


class Colour(models.TextChoices):
    CAPITAL = "capital", _("Buildings and equipment")
    REVENUE = "revenue", _("Running costs")


class Source(models.TextChoices):
    """Who pays a line. Only ``asked`` is money of the fund; volunteer time is never money (G§3K)."""

    ASKED = "asked", _("Asked for")
    MATCH = "match", _("Match, agreed")
    MATCH_HOPED = "match_hoped", _("Match, not agreed yet")
    IN_KIND = "in_kind", _("Given in kind")
    VOLUNTEERS = "volunteers", _("Volunteer time")


class BudgetLine(models.Model):
    """One cost of a project: what, which colour of money, in which year, and who pays it."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    item = models.CharField(max_length=120)
    colour = models.CharField(max_length=8, choices=Colour)
    source = models.CharField(max_length=12, choices=Source, default=Source.ASKED)
    year = models.PositiveSmallIntegerField(default=1)
    amount_pence = models.PositiveBigIntegerField()
    replaces_duty = models.BooleanField(default=False)

    class Meta:
        ordering = ["project", "position"]
        constraints = [
            CheckConstraint(name="budget_line_colour_known", condition=Q(colour__in=Colour.values)),
            CheckConstraint(name="budget_line_source_known", condition=Q(source__in=Source.values)),
            CheckConstraint(name="budget_line_not_nothing", condition=Q(amount_pence__gt=0)),
            CheckConstraint(name="budget_line_year_in_range", condition=Q(year__gte=1, year__lte=5)),
            UniqueConstraint(
                name="budget_line_position_once", fields=["project", "position"], deferrable=models.Deferrable.DEFERRED
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.amount_pence}"


class Partner(models.Model):
    """Another group takes part in a project, with a role and a share of the money; it signs in its own account."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="partners")
    group = models.ForeignKey("communities.Group", models.PROTECT, related_name="partnerships")
    role = models.CharField(max_length=120)
    share_pence = models.PositiveBigIntegerField(default=0)
    invited_at = models.DateTimeField()
    signed_by = models.ForeignKey("communities.User", models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["project", "id"]
        constraints = [
            UniqueConstraint(
                name="partner_once_a_project", fields=["project", "group"], condition=Q(left_at__isnull=True)
            ),
            CheckConstraint(
                name="partner_signed_by_someone",
                condition=Q(signed_at__isnull=True, signed_by__isnull=True)
                | Q(signed_at__isnull=False, signed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} in {self.project_id}"


class BeneficiaryShare(models.Model):
    """How much of a project's benefit falls in one area, in whole percents that add up to 100."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="shares")
    area = models.ForeignKey("communities.Area", models.PROTECT, related_name="project_shares")
    percent = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["project", "-percent", "area"]
        constraints = [
            UniqueConstraint(name="beneficiary_area_once", fields=["project", "area"]),
            CheckConstraint(name="beneficiary_share_in_range", condition=Q(percent__gte=1, percent__lte=100)),
        ]

    def __str__(self) -> str:
        return f"{self.percent} per cent in {self.area_id}"
