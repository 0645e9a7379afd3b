"""What a project is about: a closed list of themes and tags, in versions, with Welsh names."""

from typing import Self

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from renewal.kernel.languages import local


class ThemeKind(models.TextChoices):
    """A strand is one of the fund's five purposes, a theme stands in a strand, a tag runs across them all."""

    STRAND = "strand"
    THEME = "theme"
    TAG = "tag"


class ThemeList(models.Model):
    """One version of the closed list; a round keeps the version it opened with."""

    version = models.PositiveSmallIntegerField(unique=True)
    adopted_on = models.DateField()

    class Meta:
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"themes, version {self.version}"


class ThemeQuerySet(models.QuerySet["Theme"]):
    def tags(self) -> Self:
        return self.filter(kind=ThemeKind.TAG)

    def newest(self) -> Self:
        """Themes of the newest version of the list."""
        return self.filter(list=ThemeList.objects.order_by("-version")[:1])


class Theme(models.Model):
    """One line of the list: a strand, a theme within a strand, or a tag across them."""

    list = models.ForeignKey(ThemeList, models.PROTECT, related_name="themes")
    code = models.SlugField(max_length=48)
    kind = models.CharField(max_length=8, choices=ThemeKind)
    strand = models.ForeignKey("self", models.PROTECT, null=True, related_name="within")
    name = models.CharField(max_length=100)
    name_cy = models.CharField(max_length=100)
    position = models.PositiveSmallIntegerField()

    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = ["list", "position"]
        constraints = [
            UniqueConstraint(name="theme_code_once_a_list", fields=["list", "code"]),
            CheckConstraint(name="theme_kind_known", condition=Q(kind__in=ThemeKind.values)),
            CheckConstraint(name="theme_only_within_a_strand", condition=Q(kind="theme") ^ Q(strand__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return local(self.name, self.name_cy)
