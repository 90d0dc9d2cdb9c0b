"""What a definition is compiled to, as rows: which posts have which part in which step.

The definition stays the truth. These rows are its index, written once in the release, so that
an inbox is one join instead of a reading of every standard.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q

from procstd.bilingual import Bilingual


class CompiledStep(models.Model):
    """A step of a released definition."""

    definition = models.ForeignKey("processes.Definition", on_delete=models.PROTECT, related_name="compiled_steps")
    key = models.CharField(max_length=8)
    number = models.PositiveSmallIntegerField()
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)

    title = Bilingual("title")

    class Meta:
        ordering = ["definition", "number"]
        constraints = [models.UniqueConstraint(fields=["definition", "key"], name="one_compiled_step_per_key")]

    def __str__(self) -> str:
        return f"{self.definition} {self.key}"


class CompiledPlaceQuerySet(models.QuerySet["CompiledPlace"]):
    def of(self, duties: Iterable[Any]) -> CompiledPlaceQuerySet:
        """Return the places that somebody with *duties* (holdings of posts) acts in."""
        condition = Q(pk__in=())
        for duty in duties:
            condition |= Q(post=duty.post_id) & (Q(department=None) | Q(department=duty.department_id))
        return self.filter(condition)


class CompiledPlace(models.Model):
    """A post's part (R, A, C, I or S) in a step, in one department or wherever the post is held."""

    step = models.ForeignKey(CompiledStep, on_delete=models.CASCADE, related_name="places")
    duty = models.CharField(max_length=1)
    post = models.ForeignKey("organisation.Post", on_delete=models.PROTECT)
    department = models.ForeignKey("organisation.Department", on_delete=models.PROTECT, null=True)

    objects = CompiledPlaceQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["post", "duty"])]

    def __str__(self) -> str:
        return f"{self.step} {self.duty} {self.post}"
