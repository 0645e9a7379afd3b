"""The shapes of areas, ready to be drawn."""

from django.db import models
from django.db.models import CheckConstraint, F, Q

from communities.models.area import Area


class AreaOutline(models.Model):
    """The simplified shape of one area: the ``d`` of an SVG path, in the plane of ``communities/rules/outlines.py``."""

    area = models.OneToOneField(Area, models.CASCADE, primary_key=True, related_name="outline")
    path = models.TextField()
    min_x = models.IntegerField()
    min_y = models.IntegerField()
    max_x = models.IntegerField()
    max_y = models.IntegerField()

    class Meta:
        constraints = [
            CheckConstraint(name="outline_has_inside", condition=Q(max_x__gt=F("min_x")) & Q(max_y__gt=F("min_y"))),
        ]

    def __str__(self) -> str:
        return f"outline of {self.area_id}"
