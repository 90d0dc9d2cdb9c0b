"""Acknowledgements 确认: somebody has read a version of a standard and works by it (F43). Append-only."""

from __future__ import annotations

from typing import Any

from django.db import models

from processes.models.signing import Signed


class AcknowledgementQuerySet(models.QuerySet["Acknowledgement"]):
    def visible_to(self, user: Any) -> AcknowledgementQuerySet:
        """One's own; what others confirmed is told by figures, and by name to whom it is for (coverage)."""
        return self.filter(by=user)


class Acknowledgement(Signed):
    """A person's confirmation of one version: ``sha256`` is the definition's, ``shown`` what the page showed.

    *posts* are the posts for which it was given, by code: who gets another post in the standard is asked again.
    """

    definition = models.ForeignKey("processes.Definition", on_delete=models.PROTECT, related_name="acknowledgements")
    before = models.ForeignKey(
        "processes.Definition", on_delete=models.PROTECT, null=True, related_name="+",
        help_text="the version with which it was compared",
    )  # fmt: skip
    posts = models.JSONField(help_text="codes, in order")
    shown = models.TextField(help_text="canonical JSON")
    shown_sha256 = models.CharField(max_length=64)

    objects = AcknowledgementQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["definition", "by"])]
        constraints = [
            models.UniqueConstraint(fields=["by", "definition", "shown_sha256"], name="one_acknowledgement_per_shown")
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.sha256[:12]}"
