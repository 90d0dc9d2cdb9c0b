"""Copies of manuals outside of the software, controlled and uncontrolled (F34)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from procstd.history import records


class CopyKind(models.TextChoices):
    """What becomes of a copy when its version is superseded."""

    CONTROLLED = "controlled", _("Controlled: is taken back when a new version takes effect")
    UNCONTROLLED = "uncontrolled", _("Uncontrolled: for information; its holder is told that it is out of date")


class CopyState(models.TextChoices):
    """Where a copy stands."""

    OUT = "out", _("Handed out")
    RECALLED = "recalled", _("Recalled")
    RETURNED = "returned", _("Taken back")
    DESTROYED = "destroyed", _("Destroyed by its holder")
    LOST = "lost", _("Lost")


class ManualCopy(models.Model):
    """A copy of one released version: number, holder, place. Numbers run by process and are never used again."""

    definition = models.ForeignKey("processes.Definition", on_delete=models.PROTECT, related_name="copies")
    process = models.ForeignKey("processes.Process", on_delete=models.PROTECT, related_name="copies")
    number = models.PositiveIntegerField(_("Copy number"))
    kind = models.CharField(_("Kind"), max_length=12, choices=CopyKind)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Held by"),
        help_text=_("Is told when the copy is recalled."),
    )
    place = models.CharField(
        _("Place"),
        max_length=120,
        blank=True,
        help_text=_("For example “notice board, hall 2”, or who has it."),
    )
    language = models.CharField(_("Language"), max_length=10, choices=settings.LANGUAGES)
    state = models.CharField(_("State"), max_length=10, choices=CopyState, default=CopyState.OUT)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    recalled_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    history = records()

    class Meta:
        ordering = ["process", "-number"]
        verbose_name = _("copy of a manual")
        verbose_name_plural = _("copies of manuals")
        constraints = [models.UniqueConstraint(fields=["process", "number"], name="one_copy_per_number")]

    def __str__(self) -> str:
        return f"{self.process.code}-{self.number:03d}"

    @property
    def is_open(self) -> bool:
        """Tell whether somebody still has it."""
        return self.state in (CopyState.OUT, CopyState.RECALLED)

    @property
    def is_controlled(self) -> bool:
        return self.kind == CopyKind.CONTROLLED
