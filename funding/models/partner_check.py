"""What officers found about a partner of a project: its own share of the money waits, or goes on (G-4.11-A3)."""

from typing import Self

from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from funding.models.project import Partner


class PartnerFinding(models.TextChoices):
    HOLD = "hold", _("Its share waits")
    CLEAR = "clear", _("Nothing stands against it")


class PartnerCheckQuerySet(models.QuerySet["PartnerCheck"]):
    def newest(self) -> Self:
        """The last word about each partner; earlier ones stay on record."""
        return self.order_by("partner_id", "-at", "-pk").distinct("partner_id")


class PartnerCheck(models.Model):
    """One officer's finding about one partner, never changed; the newest counts."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="checks")
    finding = models.CharField(max_length=8, choices=PartnerFinding)
    words = models.CharField(max_length=300)
    words_cy = models.CharField(max_length=300, blank=True)
    officer = models.ForeignKey("communities.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = PartnerCheckQuerySet.as_manager()

    class Meta:
        ordering = ["partner", "-at", "-id"]
        constraints = [
            CheckConstraint(name="partner_finding_known", condition=Q(finding__in=PartnerFinding.values)),
            CheckConstraint(name="partner_finding_says_why", condition=~Q(words="")),
        ]

    def __str__(self) -> str:
        return f"{self.finding} for partner {self.partner_id}"

    @property
    def label(self) -> str:
        """The words in the reader's language, or in the only one there is."""
        return (self.words_cy if get_language() == "cy" else self.words) or self.words
