"""Questions to colleagues and countersignatures 会签, asked at a task."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ConsultationKind(models.TextChoices):
    COMMENT = "comment", _("Question")
    COUNTERSIGN = "countersign", _("Countersignature")


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def open_for(self, user: Any) -> ConsultationQuerySet:
        """What *user* is asked and has not answered, at tasks that are still open."""
        return self.filter(person=user, answered_at=None, withdrawn_at=None, task__finished=None)

    def signatures(self) -> ConsultationQuerySet:
        """Countersignatures that are wanted."""
        return self.filter(kind=ConsultationKind.COUNTERSIGN, withdrawn_at=None)

    def signed_by(self, user: Any) -> ConsultationQuerySet:
        """Countersignatures that *user* has given."""
        return self.signatures().filter(person=user, agrees=True)

    def with_case(self) -> ConsultationQuerySet:
        """With what a line of a list shows of the case."""
        return self.select_related("task__process__process", "task__step", "asked_by").defer(
            "task__flow_task", "task__data", "task__process__flow_class", "task__process__data"
        )


class Consultation(models.Model):
    """A colleague is asked at a task. A countersignature must be given before the task can be completed.

    Who refused one is asked again by another row: the refusal and its reason stay.
    """

    task = models.ForeignKey("cases.Task", on_delete=models.PROTECT, related_name="consultations")
    kind = models.CharField(max_length=12, choices=ConsultationKind)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="consultations")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    question = models.TextField(_("Question"))
    answer = models.TextField(_("Answer"), blank=True)
    agrees = models.BooleanField(_("Agrees"), null=True)
    answered_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    signs_for = models.JSONField(
        default=list, help_text="codes of the posts whose countersignature, asked for by the standard (S), this is"
    )

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "person"],
                condition=models.Q(kind=ConsultationKind.COUNTERSIGN, answered_at=None, withdrawn_at=None),
                name="one_open_countersignature_per_person_and_task",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.person_id}"

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.withdrawn_at is None

    @property
    def is_signature(self) -> bool:
        """Whether it is a countersignature that is still wanted, given or not."""
        return self.kind == ConsultationKind.COUNTERSIGN and self.withdrawn_at is None

    @property
    def is_wanted(self) -> bool:
        """Whether it can still be withdrawn: not answered yet, or a signature that was refused."""
        return self.withdrawn_at is None and (self.answered_at is None or self.agrees is False)
