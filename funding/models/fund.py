"""The national money, and each year of it."""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint


class Fund(models.Model):
    """The money for social infrastructure of one tree of areas, from its root down."""

    slug = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=150)
    name_cy = models.CharField(max_length=150, blank=True)
    area = models.ForeignKey("communities.Area", models.PROTECT, null=True, related_name="funds")

    def __str__(self) -> str:
        return self.name


class Cycle(models.Model):
    """One year of the fund: how much capital and how much revenue is divided between areas.

    ``returned_*`` is how much of each sum came back from earlier years (R19); the rest is new money.
    """

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="cycles")
    year = models.PositiveSmallIntegerField()
    capital_pence = models.PositiveBigIntegerField()
    revenue_pence = models.PositiveBigIntegerField()
    returned_capital_pence = models.PositiveBigIntegerField(default=0)
    returned_revenue_pence = models.PositiveBigIntegerField(default=0)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        ordering = ["-year"]
        constraints = [
            UniqueConstraint(name="cycle_once_a_year", fields=["fund", "year"]),
            CheckConstraint(name="cycle_ends_after_start", condition=Q(ends_on__gt=F("starts_on"))),
            CheckConstraint(
                name="cycle_returned_inside",
                condition=Q(capital_pence__gte=F("returned_capital_pence"))
                & Q(revenue_pence__gte=F("returned_revenue_pence")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fund_id} {self.year}"
