"""The limits of a standard beside those of its steps: the first response, and who is told when (F61)."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from processes.models.step import Unit
from procstd.history import records


class Target(models.TextChoices):
    """What a limit is of."""

    RESPONSE = "response", _("First response")
    TOTAL = "total", _("The whole case")
    STEP = "step", _("Each step")
    EXCEPTION = "exception", _("Exceptions")


class ThresholdKind(models.TextChoices):
    """When somebody is told, in the order in which it comes."""

    WARN = "warn", _("Before it is due")
    BREACH = "breach", _("When it is exceeded")
    ESCALATE = "escalate", _("After it was due")


class Recipient(models.TextChoices):
    """Who can be told, besides a post: the chain of F61."""

    HANDLER = "handler", _("Handler")
    SUPERVISOR = "supervisor", _("Supervisor (accountable post)")
    HEAD = "head", _("Department head")
    LEAD = "lead", _("Project lead")


class ResponseLimit(models.Model):
    """Element 5: how long until the customer's matter is in hand, for all cases or those with one value of a field."""

    revision = models.ForeignKey("processes.Revision", on_delete=models.CASCADE, related_name="responses")
    field = models.CharField(_("Field"), max_length=80, blank=True, help_text=_("As “register.grade”; empty: all."))
    value = models.CharField(_("Value"), max_length=80, blank=True)
    amount = models.PositiveIntegerField(_("Amount"))
    unit = models.CharField(_("Unit of the limit"), max_length=16, choices=Unit)
    until = models.CharField(_("Until the end of"), max_length=8, help_text=_("The step with which handling begins."))

    history = records()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.amount} {Unit(self.unit).label}"


class ThresholdQuerySet(models.QuerySet["Threshold"]):
    def as_reached(self) -> ThresholdQuerySet:
        """Order them as they come: warnings, the breach, escalations."""
        kinds = enumerate(ThresholdKind.values)
        rank = models.Case(*(models.When(kind=kind, then=number) for number, kind in kinds), default=0)
        return self.order_by("step", rank, "percent", "minutes", "pk")


class Threshold(models.Model):
    """A moment on a limit's clock at which somebody is told; of all limits of the target, or of one step's."""

    revision = models.ForeignKey("processes.Revision", on_delete=models.CASCADE, related_name="thresholds")
    target = models.CharField(max_length=10, choices=Target)
    step = models.CharField(_("Step"), max_length=8, blank=True, help_text="key of the one step that it is of")
    kind = models.CharField(_("When"), max_length=8, choices=ThresholdKind)
    percent = models.PositiveSmallIntegerField(
        _("Percent of the limit"), default=0, validators=[MaxValueValidator(99)], help_text=_("From 1 to 99.")
    )
    minutes = models.PositiveIntegerField(
        _("Minutes after it was due"), default=0, help_text=_("Counted on the limit’s own clock.")
    )
    recipients = models.JSONField(
        _("Who is told"), default=list, help_text="handler, supervisor, head, lead, or post:<code>"
    )

    history = records()
    objects = ThresholdQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        moment = {
            ThresholdKind.WARN: f" · {self.percent} %",
            ThresholdKind.ESCALATE: f" · {_('%(minutes)d min') % {'minutes': self.minutes}}",
        }
        return f"{ThresholdKind(self.kind).label}{moment.get(ThresholdKind(self.kind), '')}"
