"""A case 案例: one run of a standard. It is Viewflow's process, in a table of our own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import AbstractProcess

from cases.models.compiled import CompiledPlace
from processes.models.step import ACTING
from procstd.organisation.models import Department
from procstd.roles import Role

#: Roles that look over all cases; they see no personal data unless their post works on the case.
#: Heads look over those of their departments (A2).
OVERSEERS = frozenset({Role.PROJECT_LEAD, Role.PROCESS_SPECIALIST, Role.AUDITOR})


class Status(models.TextChoices):
    """Viewflow's states of a process, in our words."""

    NEW = "NEW", _("Open")
    DONE = "DONE", _("Closed")
    CANCELED = "CANCELED", _("Cancelled")


class Channel(models.TextChoices):
    """How a case was opened."""

    STAFF = "staff", _("Opened by staff")
    PUBLIC = "public", _("Filed on the public page")
    IMPORT = "import", _("Imported")
    PRACTICE = "practice", _("Practice")


class CaseQuerySet(models.QuerySet["Case"]):
    """Leaves Viewflow's reference to the flow unread: a broken definition must not take every list with it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kwargs.get("query") is None and len(args) < 2:
            self.query.add_deferred_loading(["flow_class"])

    def open(self) -> CaseQuerySet:
        return self.filter(status=Status.NEW)

    def in_figures(self) -> CaseQuerySet:
        """Cases that figures count: all but those that somebody practises on (F45)."""
        return self.exclude(channel=Channel.PRACTICE)

    def needed_by(self, user: Any) -> CaseQuerySet:
        """Cases in which *user* has to know who the customer is: a post of theirs has to act at a step (A4).

        Who countersigns has to know what is signed.
        """
        working = CompiledPlace.objects.of(user.duties).filter(duty__in=ACTING)
        return self.filter(Q(definition__in=working.values("step__definition")) | Q(opened_by=user))

    def visible_to(self, user: Any) -> CaseQuerySet:
        """Cases whose standard names a post of *user*, or that the user opened, is asked about or heads.

        Overseers see all. Practice is seen by nobody here.
        """
        seen = seen_by(user)
        rows = self.in_figures()  # who practises has a page of their own for it
        return rows if seen is None else rows.filter(seen)

    def practised_by(self, user: Any) -> CaseQuerySet:
        """The cases on which *user* practises; nobody else sees them."""
        return self.filter(channel=Channel.PRACTICE, opened_by=user)


def seen_by(user: Any, path: str = "") -> Q | None:
    """Return the condition on cases (at *path*, as ``process__``) that *user* may see; None is all."""
    if user.is_staff or user.roles & OVERSEERS:
        return None
    named = CompiledPlace.objects.of(user.duties).values("step__definition")
    seen = (
        Q(**{f"{path}definition__in": named})
        | Q(**{f"{path}opened_by": user})
        | Q(**{f"{path}pk__in": user.consultations.values("task__process")})
    )
    headed = user.departments_as(Role.DEPARTMENT_HEAD)
    return seen | Q(**{f"{path}department__in": Department.objects.below(headed)}) if headed else seen


class Case(AbstractProcess):
    """One run of a standard. ``data`` holds the answers so far: ``{form: {field: value}}``.

    ``flow_class``, ``status``, ``created`` and ``finished`` are Viewflow's. The case is bound to
    its definition (F51) until somebody who may moves it to another one (F52). ``head`` and
    ``event_count`` are the end of its chain of events.
    """

    #: The moment of the act under way; what the engine writes as created, started and finished.
    at: datetime
    #: What the act under way does with a step's task before the engine writes it: it starts its clock.
    begin_step: Any = None

    definition = models.ForeignKey("processes.Definition", on_delete=models.PROTECT, related_name="cases")
    process = models.ForeignKey(
        "processes.Process", on_delete=models.PROTECT, related_name="cases", verbose_name=_("Process")
    )
    department = models.ForeignKey(
        "organisation.Department", on_delete=models.PROTECT, related_name="cases", verbose_name=_("Department")
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="opened_cases"
    )
    channel = models.CharField(_("Channel"), max_length=8, choices=Channel)
    subject = models.CharField(_("Subject"), max_length=120, blank=True)
    data = models.JSONField(default=dict)
    language = models.CharField(max_length=10, blank=True, help_text="in which the customer filed it, if known")
    request_key = models.CharField(max_length=64, unique=True, null=True, help_text="once is once")  # noqa: DJ001
    secret_sha256 = models.CharField(max_length=64, blank=True)
    rating = models.PositiveSmallIntegerField(_("Rating"), null=True)
    closes = models.PositiveSmallIntegerField(default=0, help_text="how often it was closed")
    moves = models.PositiveSmallIntegerField(default=0, help_text="how often it was moved to another version")
    moves_to = models.ForeignKey(
        "processes.Definition", on_delete=models.PROTECT, null=True, related_name="+", db_index=False,
        help_text="when its next step begins",
    )  # fmt: skip
    head = models.CharField(max_length=64, blank=True)
    event_count = models.PositiveIntegerField(default=0)
    sealed_count = models.PositiveIntegerField(default=0, help_text="events that a seal outside of the database covers")

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        default_permissions = ("manage",)  # what Viewflow would add at run time
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        indexes = [
            models.Index(fields=["status", "-id"]),
            models.Index(fields=["definition", "status"]),
            models.Index(fields=["id"], condition=~Q(sealed_count=F("event_count")), name="cases_to_seal"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("cases:case-detail", args=[self.number])

    @property
    def number(self) -> str:
        """The number people say and write: C-000123."""
        return f"C-{self.pk:06d}"

    @property
    def state_label(self) -> Any:
        """The state in our words; Viewflow's field has its own."""
        return Status(self.status).label

    @property
    def is_open(self) -> bool:
        return self.status == Status.NEW
