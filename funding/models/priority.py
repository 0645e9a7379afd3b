"""What people ask for: needs in a sentence, who else wants them, and the adopted order."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from communities.models import Route
from funding.models.hidden import MayBeHidden
from renewal.kernel.languages import local
from voting.small_votes import tells_voters


class SuggestionState(models.TextChoices):
    OPEN = "open", _("Suggested")
    MERGED = "merged", _("Joined with another")
    LEFT_OUT = "left_out", _("Left out")


class SuggestionOrigin(models.TextChoices):
    """The route a need came by; every route counts the same."""

    WEB = "web", _("Online")
    GATHERING = "gathering", _("At a gathering")
    CONNECTOR = "connector", _("Told to a helper")
    PHONE = "phone", _("By phone")
    PAPER = "paper", _("On paper")
    OFFICER = "officer", _("Told to an officer")


class LeftOutReason(models.TextChoices):
    """Why a need cannot stand on the ballot. There is deliberately no code for what a body dislikes or finds costly."""

    NAMES_A_PERSON = "names_a_person", _("It names a private person")
    ABUSIVE = "abusive", _("It attacks people")
    NOT_A_NEED = "not_a_need", _("It is not a need of this area")
    OTHER_AREA = "other_area", _("It belongs to another area")
    WITHDRAWN = "withdrawn", _("The person who wrote it took it back")


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def standing(self) -> Self:
        """Needs that can still be supported and voted on."""
        return self.filter(state=SuggestionState.OPEN)

    def most_supported(self) -> Self:
        """Most support first; the older need first among equals."""
        return self.order_by("-support_count", "number")


class Suggestion(models.Model):
    """One need of an area in a sentence, suggested for one round.

    ``support_count`` counts browsers that said "I want this too"; ``heard_count`` counts people who said it at a
    gathering or to a helper. Both are signals: only the poll decides the order.
    """

    round = models.ForeignKey("funding.Round", models.PROTECT, related_name="suggestions")
    number = models.PositiveIntegerField()
    ref = models.CharField(max_length=32)
    text = models.CharField(max_length=160)
    text_cy = models.CharField(max_length=160, blank=True)
    why = models.TextField(blank=True, max_length=1000)
    language = models.CharField(max_length=8, default="en")
    theme = models.ForeignKey("funding.Theme", models.PROTECT, null=True, related_name="suggestions")
    power = models.CharField(max_length=32, blank=True)
    origin = models.CharField(max_length=16, choices=SuggestionOrigin, default=SuggestionOrigin.WEB)
    state = models.CharField(max_length=16, choices=SuggestionState, default=SuggestionState.OPEN)
    support_count = models.PositiveIntegerField(default=0)
    heard_count = models.PositiveIntegerField(default=0)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged_from")
    left_out_reason = models.CharField(max_length=24, choices=LeftOutReason, blank=True)
    left_out_words = models.TextField(blank=True, max_length=1000)
    left_out_by = models.ForeignKey("communities.Body", models.PROTECT, null=True, related_name="+")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        ordering = ["round", "number"]
        constraints = [
            UniqueConstraint(name="suggestion_number_once_a_round", fields=["round", "number"]),
            UniqueConstraint(name="suggestion_ref_once_a_round", fields=["round", "ref"]),
            CheckConstraint(name="suggestion_state_known", condition=Q(state__in=SuggestionState.values)),
            CheckConstraint(name="suggestion_origin_known", condition=Q(origin__in=SuggestionOrigin.values)),
            CheckConstraint(
                name="suggestion_merged_has_target", condition=Q(state="merged") ^ Q(merged_into__isnull=True)
            ),
            CheckConstraint(name="suggestion_not_into_itself", condition=Q(merged_into=None) | ~Q(merged_into=F("id"))),
            CheckConstraint(
                name="suggestion_left_out_has_reason",
                condition=(Q(state="left_out") & Q(left_out_reason__in=LeftOutReason.values) & ~Q(left_out_words=""))
                | (~Q(state="left_out") & Q(left_out_reason="")),
            ),
        ]
        indexes = [
            models.Index(fields=["round", "state", "-support_count", "number"], name="suggestion_by_support"),
            # The search (icontains) asks for capitals.
            GinIndex(OpClass(Upper("text"), name="gin_trgm_ops"), name="suggestion_text_upper"),
            GinIndex(OpClass(Upper("text_cy"), name="gin_trgm_ops"), name="suggestion_text_cy_upper"),
            # What sounds alike is asked in order of distance, which only this kind of index answers.
            GistIndex(
                F("round"),
                OpClass(Upper("text"), name="gist_trgm_ops(siglen=128)"),
                name="suggestion_text_near",
                condition=Q(state="open", text__gt=""),
            ),
            GistIndex(
                F("round"),
                OpClass(Upper("text_cy"), name="gist_trgm_ops(siglen=128)"),
                name="suggestion_text_cy_near",
                condition=Q(state="open", text_cy__gt=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.text}"

    @property
    def label(self) -> str:
        """The need in the reader's language, or in the only one there is."""
        return local(self.text, self.text_cy)

    @property
    def people(self) -> int:
        """Everybody who asked for it so far, online and offline; a signal, not a vote."""
        return self.support_count + self.heard_count


class Support(models.Model):
    """One browser wants one need too. ``browser`` is a keyed hash for this round alone, so it follows nobody around."""

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, related_name="supports")
    browser = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(name="support_once_a_browser", fields=["suggestion", "browser"])]
        indexes = [models.Index(fields=["browser", "at"], name="support_by_browser")]

    def __str__(self) -> str:
        return f"support for {self.suggestion_id}"


class SuggestionMerge(models.Model):
    """The trace of one need joining another: who did it, why, and what it brought along. Never edited."""

    source = models.OneToOneField(Suggestion, models.PROTECT, related_name="merge")
    target = models.ForeignKey(Suggestion, models.PROTECT, related_name="merges")
    words = models.CharField(max_length=300)
    support_brought = models.PositiveIntegerField()
    heard_brought = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [CheckConstraint(name="merge_of_two_needs", condition=~Q(source=F("target")))]

    def __str__(self) -> str:
        return f"{self.source_id} joined {self.target_id}"


class SuggestionComment(MayBeHidden):
    """What somebody says about a need, under the name they choose."""

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, related_name="comments")
    name = models.CharField(max_length=60, blank=True)
    text = models.TextField(max_length=1000)
    language = models.CharField(max_length=8, default="en")
    browser = models.CharField(max_length=64, blank=True)
    route = models.CharField(max_length=16, default="web", choices=[("web", _("Online")), *Route.choices])
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["suggestion", "at"], name="suggestion_comments")]
        constraints = [
            CheckConstraint(
                name="comment_hidden_has_reason", condition=Q(hidden_at__isnull=True) | ~Q(hidden_reason="")
            )
        ]

    def __str__(self) -> str:
        return f"comment on {self.suggestion_id}"


class PriorityList(models.Model):
    """One version of the adopted priorities of a round; never edited, a correction is the next version.

    ``voters`` is the number of people whose ballots made the order; ``digest`` is the hash of the list as published.
    """

    round = models.ForeignKey("funding.Round", models.PROTECT, related_name="priority_lists")
    version = models.PositiveSmallIntegerField()
    poll = models.ForeignKey("voting.Poll", models.PROTECT, null=True, related_name="+")
    voters = models.PositiveIntegerField()
    why_changed = models.TextField(blank=True, max_length=1000)
    digest = models.CharField(max_length=64)
    adopted_at = models.DateTimeField()
    adopted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["round", "version"]
        constraints = [
            UniqueConstraint(name="priority_list_version_once", fields=["round", "version"]),
            CheckConstraint(name="priority_list_change_has_reason", condition=Q(version=1) | ~Q(why_changed="")),
        ]

    def __str__(self) -> str:
        return f"priorities of {self.round_id}, version {self.version}"

    @property
    def tells_voters(self) -> bool:
        """Whether a page may say how many people voted; the page of the result keeps to the same limit."""
        return tells_voters(self.voters)


class PriorityQuerySet(models.QuerySet["Priority"]):
    def current(self) -> Self:
        """Priorities of the newest version of each round's list, in order."""
        newer = PriorityList.objects.filter(
            round=models.OuterRef("list__round"), version__gt=models.OuterRef("list__version")
        )
        return self.filter(~models.Exists(newer)).order_by("list", "rank")


class Priority(models.Model):
    """One need at one place of one version of the adopted order; projects cite it, bodies answer it."""

    list = models.ForeignKey(PriorityList, models.PROTECT, related_name="priorities")
    suggestion = models.ForeignKey(Suggestion, models.PROTECT, null=True, related_name="priorities")
    ref = models.CharField(max_length=32)
    rank = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    title_cy = models.CharField(max_length=200, blank=True)
    theme = models.ForeignKey("funding.Theme", models.PROTECT, null=True, related_name="priorities")
    power = models.CharField(max_length=32, blank=True)
    votes = models.PositiveIntegerField(null=True)

    objects = PriorityQuerySet.as_manager()

    class Meta:
        ordering = ["list", "rank"]
        constraints = [
            UniqueConstraint(name="priority_rank_once_a_list", fields=["list", "rank"]),
            UniqueConstraint(name="priority_ref_once_a_list", fields=["list", "ref"]),
            CheckConstraint(name="priority_rank_from_one", condition=Q(rank__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.title}"

    @property
    def label(self) -> str:
        """The title in the reader's language, or in the only one there is."""
        return local(self.title, self.title_cy)
