"""The sample: draws, the cases drawn, who checks them, what was replaced (F70, F73, F74)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.models.audit import Audit, Commitment, headed_by
from audits.models.kept import Kept


class Draw(Kept):
    """A round was drawn: its secret is known now, and its seed."""

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="draws")
    round = models.PositiveSmallIntegerField()
    commitment = models.OneToOneField(Commitment, on_delete=models.PROTECT, related_name="draw")
    nonce = models.CharField(max_length=64)
    seed = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["audit", "round"]
        constraints = [models.UniqueConstraint(fields=["audit", "round"], name="one_draw_per_round")]

    def __str__(self) -> str:
        return f"{self.audit_id}/{self.round}"


class ItemQuerySet(models.QuerySet["Item"]):
    def visible_to(self, user: Any) -> ItemQuerySet:
        """All for those who oversee, those of their departments for heads."""
        mine = headed_by(user)
        return self if mine is None else self.filter(department__in=mine)

    def standing(self) -> ItemQuerySet:
        """Those that count: not replaced."""
        return self.filter(replacement=None)


class Item(Kept):
    """A case in the sample. Replaced ones stay listed (F73); files of its check belong to it."""

    has_files = True

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="items", db_index=False)
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="items", db_index=False)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="audit_items")
    position = models.PositiveIntegerField(help_text="on the sheet, from 1")
    stratum = models.CharField(_("Stratum"), max_length=120)
    department = models.ForeignKey("organisation.Department", on_delete=models.PROTECT, related_name="+")
    head = models.CharField(max_length=64, help_text="the end of the case's chain when it was frozen")
    rank = models.CharField(max_length=64, help_text="SHA-256 of the seed and its number")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    at = models.DateTimeField()

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering = ["audit", "position"]
        constraints = [
            models.UniqueConstraint(fields=["audit", "case"], name="a_case_is_drawn_once"),
            models.UniqueConstraint(fields=["audit", "position"], name="one_case_per_position"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("audits:item-detail", args=[self.audit.number, self.position])

    @property
    def number(self) -> str:
        return f"C-{self.case_id:06d}"


class Replacement(Kept):
    """Why a case that was drawn is not checked. The next of its stratum takes its place, if there is one."""

    item = models.OneToOneField(Item, on_delete=models.PROTECT, related_name="replacement")
    reason = models.TextField(_("Reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.reason[:40]}"


class Assignment(Kept):
    """Who checks a case; the latest counts. Never somebody who handled it (F74)."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="assignments")
    auditor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="audit_assignments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.item_id} {self.auditor_id}"
