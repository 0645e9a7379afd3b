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

    @property
    def view_box(self) -> str:
        """The box of the shape with a margin of a twentieth on each side."""
        width, height = self.max_x - self.min_x, self.max_y - self.min_y
        margin = max(width, height) // 20 + 1
        return f"{self.min_x - margin} {self.min_y - margin} {width + 2 * margin} {height + 2 * margin}"
