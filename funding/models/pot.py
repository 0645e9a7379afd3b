"""Pots: an area's share of a cycle in one colour of money."""

from typing import Self

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from funding.models.allocation import AllocationRun
from funding.models.project import Colour


class PotQuerySet(models.QuerySet["Pot"]):
    def of_area(self, area_id: int, *, cycle_id: int) -> Self:
        """The two pots of an area in a cycle, capital first."""
        return self.filter(area_id=area_id, cycle_id=cycle_id).order_by("colour")


class Pot(models.Model):
    """The share of a cycle set aside for one area, in one colour of money.

    ``amount_pence`` is what the area keeps by the posted run; ``participation_pence`` of it pays letters, formats,
    venues and helpers; the rest is for projects. What is left at any moment is the balance of ``account``.
    """

    area = models.ForeignKey("communities.Area", models.PROTECT, related_name="pots")
    cycle = models.ForeignKey("funding.Cycle", models.PROTECT, related_name="pots")
    colour = models.CharField(max_length=8, choices=Colour)
    amount_pence = models.PositiveBigIntegerField()
    participation_pence = models.PositiveBigIntegerField(default=0)
    run = models.ForeignKey(AllocationRun, models.PROTECT, related_name="pots")
    account = models.OneToOneField("funding.Account", models.PROTECT, related_name="pot")

    objects = PotQuerySet.as_manager()

    class Meta:
        ordering = ["area", "cycle", "colour"]
        constraints = [
            UniqueConstraint(name="pot_once_a_colour", fields=["area", "cycle", "colour"]),
            CheckConstraint(name="pot_colour_known", condition=Q(colour__in=Colour.values)),
            CheckConstraint(name="pot_participation_inside", condition=Q(amount_pence__gte=F("participation_pence"))),
            CheckConstraint(
                name="pot_participation_from_revenue", condition=Q(colour="revenue") | Q(participation_pence=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.colour} of {self.area_id} in {self.cycle_id}"

    @property
    def for_projects_pence(self) -> int:
        """What the area's people can decide about: the pot less what pays for taking part."""
        return self.amount_pence - self.participation_pence
