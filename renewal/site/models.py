"""What the shell itself keeps."""

from django.db import models


class SeededPart(models.Model):
    """One part of the demo that has been seeded, so that a second start keeps the data."""

    name = models.CharField(max_length=32, unique=True)
    seeded_at = models.DateTimeField()
    notes = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.name
