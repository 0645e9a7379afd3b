"""Areas: the tree that money flows down, and the postcodes that find a place in it."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import get_language

from communities.rules.place_words import borrowed, in_english, in_welsh, within_english, within_welsh
from renewal.kernel.languages import local


class AreaLevel(models.TextChoices):
    UK = "uk"
    NATION = "nation"
    STRATEGIC = "strategic"
    COUNTY = "county"
    AUTHORITY = "authority"
    NEIGHBOURHOOD = "neighbourhood"


class Nation(models.TextChoices):
    """The four nations, as working-day calendars, grounds and question sets name them."""

    ENGLAND = "england"
    WALES = "wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"


class AreaQuerySet(models.QuerySet["Area"]):
    def current(self, *, on: date) -> Self:
        """Areas that exist on a day."""
        return self.filter(valid_from__lte=on).filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on))

    def under(self, area: "Area") -> Self:
        """Areas below an area, at any depth."""
        return self.filter(path__startswith=area.path).exclude(pk=area.pk)

    def neighbourhoods(self) -> Self:
        return self.filter(level=AreaLevel.NEIGHBOURHOOD)


class Area(models.Model):
    """One place of the tree, from the United Kingdom down to a neighbourhood, as it stood from ``valid_from`` on.

    ``path`` holds the codes from the root to this area, each followed by a slash, so that a prefix finds all below.
    """

    code = models.CharField(max_length=32, unique=True)
    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    name_cy = models.CharField(max_length=200, blank=True)
    level = models.CharField(max_length=16, choices=AreaLevel)
    nation = models.CharField(max_length=20, choices=Nation, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    path = models.CharField(max_length=200)
    has_body = models.BooleanField(default=True)
    population = models.PositiveIntegerField()
    need_ten_thousandths = models.PositiveSmallIntegerField(null=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    successors = models.ManyToManyField("self", symmetrical=False, related_name="predecessors", blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    whereabouts = models.CharField(max_length=200, blank=True)
    whereabouts_cy = models.CharField(max_length=200, blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        ordering = ["name", "code"]
        constraints = [
            CheckConstraint(name="area_level_known", condition=Q(level__in=AreaLevel.values)),
            CheckConstraint(name="area_only_root_is_orphan", condition=Q(level="uk") ^ Q(parent__isnull=False)),
            CheckConstraint(name="area_ends_after_start", condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from"))),
            CheckConstraint(
                name="area_need_in_range", condition=Q(need_ten_thousandths=None) | Q(need_ten_thousandths__lte=10_000)
            ),
        ]
        indexes = [models.Index(fields=["path"], name="area_path", opclasses=["varchar_pattern_ops"])]

    def __str__(self) -> str:
        return self.name

    def name_in(self, language: str) -> str:
        """The area's name in a language, as far as it has one."""
        return self.name_cy if language == "cy" and self.name_cy else self.name

    def whereabouts_in(self, language: str) -> str:
        return self.whereabouts_cy if language == "cy" and self.whereabouts_cy else self.whereabouts

    @property
    def label(self) -> str:
        """The name in the reader's language, or in the only one there is."""
        return local(self.name, self.name_cy)

    def spoken_in(self, language: str) -> str:
        """The name inside a sentence: "the United Kingdom", "y Deyrnas Unedig"."""
        if language != "cy":
            return in_english(self.name)
        return in_welsh(self.name_cy) if self.has_welsh_name else borrowed(self.name)

    def within_in(self, language: str) -> str:
        """Where something is: "in the United Kingdom", "yng Nghymru"; an English name in Welsh is not mutated."""
        if language != "cy":
            return within_english(self.name)
        return within_welsh(self.name_cy) if self.has_welsh_name else f"yn {borrowed(self.name)}"

    @property
    def spoken(self) -> str:
        """The name inside a sentence in the reader's language."""
        return self.spoken_in(get_language() or "en")

    @property
    def within(self) -> str:
        """Where something is, in the reader's language."""
        return self.within_in(get_language() or "en")

    @property
    def has_welsh_name(self) -> bool:
        """Whether its name in Welsh is Welsh, not one that Welsh borrows from English unchanged."""
        return bool(self.name_cy) and (self.name_cy != self.name or self.nation == Nation.WALES)

    @property
    def chain_codes(self) -> list[str]:
        """Codes from the root down to this area."""
        return self.path.rstrip("/").split("/")


class PostcodeRange(models.Model):
    """All postcodes of one outward code from ``first_inward`` to ``last_inward`` that lie in one neighbourhood.

    Without an area: known postcodes that lie outside every area. Two rows over one postcode: it may lie in two areas.
    """

    outward = models.CharField(max_length=4)
    first_inward = models.CharField(max_length=3)
    last_inward = models.CharField(max_length=3)
    area = models.ForeignKey(Area, models.CASCADE, null=True, related_name="postcode_ranges")

    class Meta:
        constraints = [
            CheckConstraint(name="postcode_range_in_order", condition=Q(first_inward__lte=F("last_inward"))),
            UniqueConstraint(
                name="postcode_range_once", fields=["outward", "first_inward", "area"], nulls_distinct=False
            ),
        ]
        indexes = [models.Index(fields=["outward", "first_inward", "last_inward"], name="postcode_lookup")]

    def __str__(self) -> str:
        return f"{self.outward} {self.first_inward}-{self.last_inward}"
