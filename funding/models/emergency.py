"""The recorded way for a project that answers no adopted priority because it cannot wait (G-4.2-A1)."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from renewal.kernel.languages import local


class EmergencyReason(models.TextChoices):
    """Why a project cannot wait for the next priorities. That somebody likes it is not among them."""

    DANGER = "danger", _("People are in danger")
    DISASTER = "disaster", _("A flood, a fire or a storm did damage")
    CLOSING = "closing", _("What people have there closes within 12 months")


class EmergencyState(models.TextChoices):
    PROPOSED = "proposed", _("Waits for a second officer")
    STANDS = "stands", _("On record")
    TURNED_DOWN = "turned_down", _("Turned down")


EMERGENCY_MOVES: dict[str, frozenset[str]] = {
    "proposed": frozenset({"stands", "turned_down"}),
    "stands": frozenset(),
    "turned_down": frozenset(),
}


class EmergencyQuerySet(models.QuerySet["EmergencyRoute"]):
    def standing(self) -> Self:
        return self.filter(state=EmergencyState.STANDS)


class EmergencyRoute(models.Model):
    """Two officers record why one project may be funded although it cites no adopted priority; public, never edited."""

    project = models.ForeignKey("funding.Project", models.PROTECT, related_name="emergencies")
    state = models.CharField(max_length=12, choices=EmergencyState, default=EmergencyState.PROPOSED)
    reason = models.CharField(max_length=12, choices=EmergencyReason)
    words = models.CharField(max_length=500)
    words_cy = models.CharField(max_length=500, blank=True)
    evidence = models.CharField(max_length=300)
    body = models.ForeignKey("communities.Body", models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    second = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = EmergencyQuerySet.as_manager()

    class Meta:
        ordering = ["proposed_at", "id"]
        constraints = [
            CheckConstraint(name="emergency_state_known", condition=Q(state__in=EmergencyState.values)),
            CheckConstraint(name="emergency_reason_known", condition=Q(reason__in=EmergencyReason.values)),
            CheckConstraint(name="emergency_has_words", condition=~Q(words="") & ~Q(evidence="")),
            CheckConstraint(
                name="emergency_decided_by_a_second",
                condition=Q(state="proposed", second=None, decided_at=None)
                | (Q(second__isnull=False, decided_at__isnull=False) & ~Q(state="proposed")),
            ),
            CheckConstraint(name="emergency_two_people", condition=Q(second=None) | ~Q(second=F("proposed_by"))),
            UniqueConstraint(
                name="emergency_one_a_project", fields=["project"], condition=Q(state__in=["proposed", "stands"])
            ),
        ]

    def __str__(self) -> str:
        return f"emergency route of {self.project_id}: {self.state}"

    @property
    def label(self) -> str:
        """The words in the reader's language, or in the only one there is."""
        return local(self.words, self.words_cy)
