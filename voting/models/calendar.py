"""The election calendar: days before an election on which no vote opens and no result is announced."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

if TYPE_CHECKING:
    from communities.models import Area


class PreElectionPeriodQuerySet(models.QuerySet["PreElectionPeriod"]):
    def touching(self, *, area: "Area", first: date, last: date) -> Self:
        """Periods of this area, of one above it or of one inside it, that share a day with first to last."""
        near = Q(area__path__startswith=area.path) | Q(area__code__in=area.chain_codes)
        return self.filter(near, starts_on__lte=last, election_on__gte=first).order_by("starts_on", "pk")

    def without_exception(self, *, area: "Area") -> Self:
        """Those for which two officers have not recorded why a vote of this area goes on."""
        made = PeriodException.objects.filter(area__code__in=area.chain_codes, confirmed_at__isnull=False)
        return self.exclude(pk__in=made.values("period_id"))


class PreElectionPeriod(models.Model):
    """The days before one election in one area, with polling day; imported from a published calendar."""

    area = models.ForeignKey("communities.Area", models.PROTECT, related_name="pre_election_periods")
    name = models.CharField(max_length=200)
    starts_on = models.DateField()
    election_on = models.DateField()
    source = models.CharField(max_length=200)

    objects = PreElectionPeriodQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [
            CheckConstraint(name="pre_election_ends_after_start", condition=Q(election_on__gte=F("starts_on"))),
            UniqueConstraint(name="pre_election_once", fields=["area", "election_on"]),
        ]

    def __str__(self) -> str:
        return self.name


class PeriodException(models.Model):
    """Why votes of an area go on in a pre-election period: one officer proposes, another confirms; published."""

    period = models.ForeignKey(PreElectionPeriod, models.CASCADE, related_name="exceptions")
    area = models.ForeignKey("communities.Area", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    proposed_by_id = models.BigIntegerField()
    proposed_at = models.DateTimeField()
    confirmed_by_id = models.BigIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(name="period_exception_two_officers", condition=~Q(proposed_by_id=F("confirmed_by_id"))),
            CheckConstraint(name="period_exception_has_reason", condition=~Q(reason="")),
            UniqueConstraint(name="period_exception_once", fields=["period", "area"]),
        ]

    def __str__(self) -> str:
        return f"exception from {self.period_id}"
