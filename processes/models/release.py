"""What is released: the definition, which never changes, and where and when it is in force."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from procstd.history import records


class DefinitionBroken(Exception):
    """The stored bytes of a definition are not those that were released."""


class Definition(models.Model):
    """The canonical JSON of a released revision and its SHA-256. Written once."""

    revision = models.OneToOneField("processes.Revision", on_delete=models.PROTECT, related_name="definition")
    content = models.TextField(help_text="canonical JSON")
    sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256[:12]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("A definition is never changed; release another revision.")
        super().save(*args, **kwargs)

    @property
    def is_intact(self) -> bool:
        """Tell whether the bytes are those that were released."""
        return hashlib.sha256(self.content.encode()).hexdigest() == self.sha256

    def load(self) -> dict[str, Any]:
        """Return the definition as data. Raises DefinitionBroken when a byte was changed."""
        if not self.is_intact:
            raise DefinitionBroken(f"The definition {self.pk} does not match its hash {self.sha256}.")
        return dict(json.loads(self.content))


class ReleaseQuerySet(models.QuerySet["Release"]):
    def in_force(self, at: datetime) -> ReleaseQuerySet:
        """Releases whose half-open period covers the moment *at*."""
        return self.not_over(at).filter(valid_from__lte=at)

    def not_over(self, at: datetime | Now) -> ReleaseQuerySet:
        """Releases in force at the moment *at*, or planned for later."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=at))

    def for_department(self, department_id: int | None) -> ReleaseQuerySet:
        """Releases to all departments, or to this one."""
        return self.filter(Q(departments=None) | Q(departments=department_id)).distinct()


class Release(models.Model):
    """A definition in force for departments (none: all) and a half-open period of moments."""

    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="releases")
    process = models.ForeignKey("processes.Process", on_delete=models.PROTECT, related_name="releases")
    departments = models.ManyToManyField("organisation.Department", blank=True, verbose_name=_("Departments"))
    valid_from = models.DateTimeField(_("From"))
    valid_until = models.DateTimeField(_("Until"), null=True, blank=True)
    planned_until = models.DateTimeField(
        null=True, blank=True, help_text="the end it was given itself; another release may end it earlier"
    )
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(_("Reason"), blank=True)
    announced_at = models.DateTimeField(null=True, editable=False, help_text="when people were told of the switch")

    history = records()
    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "-pk"]
        indexes = [models.Index(fields=["process", "valid_from"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="release_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.process} {self.definition}"

    def is_over(self, at: datetime) -> bool:
        """Tell whether it has ended by the moment *at*."""
        return self.valid_until is not None and self.valid_until <= at

    def covers(self, at: datetime) -> bool:
        """Tell whether it is in force at the moment *at*."""
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)
