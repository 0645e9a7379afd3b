"""Who would be paid a large sum of a project, and what their social purpose is (issue 6, part 4)."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from communities.models import PurposeBasis
from funding.models.project import Project


class Supplier(models.Model):
    """One organisation that a project would pay, with its social purpose as dated evidence.

    Above the amount of the rule ``supplier_pence`` a project is not sent without basis, statement and date.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="suppliers")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=150)
    amount_pence = models.PositiveBigIntegerField()
    basis = models.CharField(max_length=16, choices=PurposeBasis, blank=True)
    statement = models.CharField(max_length=300, blank=True)
    dated_on = models.DateField(null=True)

    class Meta:
        ordering = ["project", "position"]
        constraints = [
            CheckConstraint(name="supplier_paid_something", condition=Q(amount_pence__gt=0)),
            CheckConstraint(name="supplier_basis_known", condition=Q(basis="") | Q(basis__in=PurposeBasis.values)),
            CheckConstraint(
                name="supplier_purpose_is_whole",
                condition=Q(basis="", statement="", dated_on__isnull=True)
                | (~Q(basis="") & ~Q(statement="") & Q(dated_on__isnull=False)),
            ),
            UniqueConstraint(
                name="supplier_position_once", fields=["project", "position"], deferrable=models.Deferrable.DEFERRED
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} for {self.project_id}"
