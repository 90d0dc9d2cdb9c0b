"""Copies of a project (F05): who took one out, and how one came in. Append-only."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from procstd.roles import Role


class Written(models.Model):
    """A row that is written once."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("What happened is not changed.")
        super().save(*args, **kwargs)


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, user: Any) -> ExportQuerySet:
        """Whoever made it, while that person still sees every part of a project: its file holds all of it (A3)."""
        sees_all = user.is_staff or Role.PROJECT_LEAD in user.roles
        return self.filter(by=user) if sees_all else self.none()


class Export(Written):
    """Somebody took the whole project out of the house in one file, which belongs to this row for a week."""

    has_files = True

    project = models.ForeignKey("projects.Project", on_delete=models.PROTECT, related_name="exports")
    #: The job that wrote it: begun again after a crash it finds what it kept.
    job_number = models.PositiveBigIntegerField(unique=True)
    sha256 = models.CharField(max_length=64, help_text="of the file")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.sha256[:12]


class Arrival(Written):
    """The project came in by a file: what was signed before that moment was signed elsewhere, and is copied here."""

    project = models.OneToOneField("projects.Project", on_delete=models.PROTECT, related_name="arrival")
    #: The check that was confirmed: confirmed twice, one project comes of it.
    check_number = models.PositiveBigIntegerField(unique=True)
    sha256 = models.CharField(max_length=64, help_text="of the file")
    made_at = models.DateTimeField(help_text="when it was exported")
    made_by = models.CharField(max_length=200, help_text="who exported it, in the words of the file")
    code = models.CharField(max_length=32, help_text="of the project, where it was exported")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    #: For the job that is begun again after a crash: it tells the same as the one that wrote it.
    wrote = models.JSONField(null=True, help_text="rows by what people call them, who was made, links left empty")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.code} {self.sha256[:12]}"
