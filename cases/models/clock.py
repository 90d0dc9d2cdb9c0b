"""SLA clocks 计时: what runs against a limit, and what its moments set off (F55, F61; sla.md).

A clock row holds its whole state and the next moment at which something must happen. There are
no timer rows: what has to fire is derived from the clock (docs/decisions/0012).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import JSONField, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject, Now
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case


class Target(models.TextChoices):
    """What a clock is for."""

    RESPONSE = "response", _("First response")
    STEP = "step", _("Step")
    TOTAL = "total", _("Whole case")
    EXCEPTION = "exception", _("Exception")


class Kind(models.TextChoices):
    """On which clock a limit counts. Stored, never inferred (sla.md)."""

    ELAPSED = "elapsed", _("around the clock")
    WORKING = "working", _("working time")
    WORKING_DAY = "working_day", _("working days")


class ClockState(models.TextChoices):
    """Where a clock stands. A breach is a fact, not a state: a breached clock runs on."""

    RUNNING = "running", _("Running")
    PAUSED = "paused", _("On hold")
    MET = "met", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class ThresholdKind(models.TextChoices):
    """What a moment of a clock is."""

    WARN = "warn", _("Warning")
    BREACH = "breach", _("Overdue")
    ESCALATE = "escalate", _("Escalation")


class ClockQuerySet(models.QuerySet["Clock"]):
    def open(self) -> ClockQuerySet:
        """Clocks that run or stand on hold."""
        return self.filter(ended_at=None)

    def due(self, at: datetime | Now) -> ClockQuerySet:
        """Clocks of which something must happen by the moment *at*."""
        return self.filter(fire_at__lte=at)


class Clock(models.Model):
    """What runs against one limit of a case.

    ``consumed_s`` is what was used up before ``running_since``, on the clock's own time; so the
    due time is reached ``budget_s - consumed_s`` after it. ``sequence`` rises when the limit itself
    changes (re-graded, extended), not by a hold: each threshold fires once in each.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clocks", db_index=False)
    key = models.CharField(max_length=60, help_text="unique within the case: total:1, step:<task>, exception:e1:<task>")
    target = models.CharField(_("For"), max_length=10, choices=Target)
    step = models.CharField(max_length=8, blank=True)
    rule = models.CharField(max_length=8, blank=True, help_text="of the exception")
    task = models.ForeignKey("cases.Task", on_delete=models.PROTECT, null=True, related_name="clocks")
    kind = models.CharField(max_length=12, choices=Kind)
    amount = models.PositiveIntegerField(help_text="as the standard says it")
    unit = models.CharField(max_length=16)
    extended_days = models.PositiveIntegerField(default=0, help_text="working days that an extension added")
    budget_s = models.PositiveBigIntegerField()
    consumed_s = models.PositiveBigIntegerField(default=0)
    version = models.ForeignKey("calendars.CalendarVersion", on_delete=models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField()
    running_since = models.DateTimeField(null=True)
    due_at = models.DateTimeField(_("Due"), null=True)
    promised_at = models.DateTimeField(help_text="the due time it was started with")
    breached_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=ClockState, default=ClockState.RUNNING)
    sequence = models.PositiveSmallIntegerField(default=1)
    fired = models.PositiveSmallIntegerField(default=0, help_text="thresholds that have fired in this sequence")
    fire_at = models.DateTimeField(null=True, help_text="when the next threshold must fire; none: nothing is left")
    is_exhausted = models.BooleanField(default=False, help_text="every threshold has fired")
    is_provisional = models.BooleanField(default=False)
    tries = models.PositiveSmallIntegerField(default=0, help_text="failed attempts to fire")

    #: Of the calendar version's plan; set by whoever reads or starts the clock.
    digest = ""

    objects = ClockQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        constraints = [
            models.UniqueConstraint(fields=["case", "key"], name="one_clock_per_key"),
            models.CheckConstraint(
                condition=Q(state="running", running_since__isnull=False, due_at__isnull=False)
                | Q(state="paused", running_since=None, due_at=None)
                | Q(state__in=["met", "cancelled"], running_since=None),
                name="a_running_clock_has_a_due_time",
            ),
            models.CheckConstraint(condition=Q(fire_at=None) | Q(state="running"), name="only_a_running_clock_fires"),
            models.CheckConstraint(
                condition=Q(ended_at=None, state__in=["running", "paused"])
                | Q(ended_at__isnull=False, state__in=["met", "cancelled"]),
                name="an_ended_clock_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["fire_at"], condition=Q(fire_at__isnull=False), name="clocks_to_fire"),
            models.Index(fields=["target", "due_at"], condition=Q(ended_at=None), name="open_clocks_by_due"),
            models.Index(fields=["version"], condition=Q(ended_at=None), name="open_clocks_by_calendar"),
            models.Index(fields=["breached_at"], condition=Q(breached_at__isnull=False), name="breached_clocks"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.key}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def is_breached(self) -> bool:
        return self.breached_at is not None


#: What an upsert writes over.
CHANGING = (
    "step", "kind", "amount", "unit", "extended_days", "budget_s", "consumed_s", "version", "running_since", "due_at",
    "breached_at", "ended_at", "state", "sequence", "fired", "fire_at", "is_exhausted", "is_provisional", "tries",
)  # fmt: skip
_COLUMNS = [field.attname for field in Clock._meta.concrete_fields]
#: With the digest of the calendar's plan, by which its arithmetic is known in a process.
_FACTS = {**{name: name for name in _COLUMNS}, "digest": "version__digest"}
_MOMENTS = [field.attname for field in Clock._meta.concrete_fields if isinstance(field, models.DateTimeField)]


class Rows(Subquery):
    """Rows of a subquery as one JSON array: they come along with another row, in the same statement."""

    output_field = JSONField()
    template = "(SELECT %(gather)s FROM (%(subquery)s) rows)"

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, gather="json_group_array(json(rows.facts))", **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, gather="coalesce(jsonb_agg(rows.facts), '[]')", **extra)


def open_clocks_of(case: str) -> Rows:
    """Return what a queryset annotates to bring the open clocks of the case at the path *case* along."""
    rows = Clock.objects.open().filter(case=OuterRef(case)).order_by("pk")
    return Rows(rows.annotate(facts=JSONObject(**_FACTS)).values("facts"))


def read_clocks(rows: list[dict[str, Any]]) -> list[Clock]:
    """Return the clocks that :func:`open_clocks_of` brought along."""
    clocks = []
    for row in rows:
        digest = row.pop("digest")
        clock = Clock(**{**row, **{name: _moment(row[name]) for name in _MOMENTS}})
        clock.digest = digest or ""
        clock._state.adding = False
        clocks.append(clock)
    return clocks


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = parse_datetime(text)
    if moment is None:
        raise ValueError(f"{text!r} is no moment.")
    return moment.replace(tzinfo=UTC) if is_naive(moment) else moment.astimezone(UTC)


class Effect(models.Model):
    """A threshold of a clock has fired: the fact, once, and what is still to be told because of it (W6).

    Written in the transaction that moves the clock on; ``announced_at`` is when its notices were written.
    """

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="effects", db_index=False)
    sequence = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=ThresholdKind)
    rank = models.PositiveSmallIntegerField(help_text="among the thresholds of the limit, from 0")
    due_at = models.DateTimeField()
    fire_at = models.DateTimeField()
    fired_at = models.DateTimeField()
    announced_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            # The key of the effect: clock, sequence, kind and rank. A hold does not fire a warning again.
            models.UniqueConstraint(fields=["clock", "sequence", "kind", "rank"], name="one_effect_per_threshold"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(announced_at=None), name="effects_to_announce"),
            models.Index(fields=["fired_at"], name="effects_by_time"),
        ]

    def __str__(self) -> str:
        return self.dedupe_key

    @property
    def dedupe_key(self) -> str:
        """What every message about it carries, whenever and however often it is sent."""
        return f"clock:{self.clock_id}:{self.sequence}:{self.kind}:{self.rank}"


class Hold(models.Model):
    """A case on hold: its clocks stand still, but those of exceptions (F59, R7).

    Asked for by whoever works on it, allowed by the accountable post; where the standard lets a
    step wait for the customer, it needs no leave. It ends by hand, by the customer's answer, or at
    ``until_most``, whichever comes first.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="holds")
    task = models.ForeignKey("cases.Task", on_delete=models.PROTECT, related_name="holds")
    for_customer = models.BooleanField(default=False)
    reason = models.TextField(_("Reason"))
    evidence = models.ForeignKey("cases.Attachment", on_delete=models.PROTECT, null=True, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    days = models.PositiveSmallIntegerField(_("Days at most"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    is_allowed = models.BooleanField(null=True)
    answer = models.TextField(_("Answer"), blank=True)
    held_from = models.DateTimeField(null=True)
    until_most = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(held_from__isnull=False, held_until=None),
                name="one_hold_at_a_time",
            ),
            models.UniqueConstraint(fields=["case"], condition=Q(decided_at=None), name="one_hold_asked_for_at_a_time"),
        ]
        indexes = [
            models.Index(fields=["until_most"], condition=Q(held_until=None), name="holds_to_end"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.held_from}"

    @property
    def is_in_force(self) -> bool:
        return self.held_from is not None and self.held_until is None


class Extension(models.Model):
    """More time for one clock, asked for before it is due and allowed by the accountable post (F60)."""

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="extensions")
    amount = models.PositiveIntegerField(_("Amount"))
    unit = models.CharField(_("Unit"), max_length=16)
    reason = models.TextField(_("Reason"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    is_allowed = models.BooleanField(null=True)
    answer = models.TextField(_("Answer"), blank=True)
    due_before = models.DateTimeField(null=True)
    due_after = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock"], condition=Q(decided_at=None), name="one_extension_asked_for_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.clock} +{self.amount} {self.unit}"
