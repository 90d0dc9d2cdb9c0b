"""What a variant says otherwise than the standard that it varies (F19): one row for each field, and nothing else."""

from __future__ import annotations

from django.db import models

from procstd.history import records

#: A place names a condition of two fields of up to 80 characters.
PLACE_MOST = 180


class Difference(models.Model):
    """One field of a variant with a value of its own. *place* and *field* as in ``domain/variants/places.py``."""

    revision = models.ForeignKey("processes.Revision", on_delete=models.CASCADE, related_name="differences")
    place = models.CharField(max_length=PLACE_MOST, help_text="as step:s3, or total:register.grade=urgent")
    field = models.CharField(max_length=20, help_text="as limit, or R for who does it")
    value = models.JSONField(null=True, help_text="in the shape of its kind; null: no limit")

    history = records()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "place", "field"], name="one_difference_per_place_and_field")
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.field}"
