"""A task 任务: one step of a case, for somebody. It is Viewflow's task, in a table of our own."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import AbstractTask
from viewflow.workflow.status import STATUS

from cases.models.case import Case, seen_by
from cases.models.compiled import CompiledPlace


class TaskQuerySet(models.QuerySet["Task"]):
    """Leaves Viewflow's reference to the flow unread: as cases do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kwargs.get("query") is None and len(args) < 2:
            self.query.add_deferred_loading(["flow_task"])

    def open(self) -> TaskQuerySet:
        """Tasks that somebody has to do; gateways and the end are none of them."""
        return self.filter(finished=None).exclude(step=None)

    def mine(self, user: Any) -> TaskQuerySet:
        """Open tasks that *user* has claimed."""
        return self.open().filter(owner=user)

    def for_posts_of(self, user: Any) -> TaskQuerySet:
        """Open tasks that nobody has claimed and a post of *user* is responsible for."""
        places = CompiledPlace.objects.of(user.duties).filter(duty="R")
        return self.open().filter(owner=None, step__in=places.values("step"))

    def with_case(self) -> TaskQuerySet:
        """With what a line of a list shows of the case; without its answers."""
        return self.select_related("process__process", "step", "owner").defer(
            "flow_task", "data", "process__flow_class", "process__data"
        )

    def most_urgent_first(self) -> TaskQuerySet:
        """What somebody was reminded of, then what is due first, then what waits longest."""
        return self.order_by(F("reminded_at").asc(nulls_last=True), F("due_at").asc(nulls_last=True), "created", "pk")

    def visible_to(self, user: Any) -> TaskQuerySet:
        """Tasks of the cases that *user* may see."""
        seen = seen_by(user, "process__")
        return self if seen is None else self.filter(seen)


class Task(AbstractTask):
    """One step of a case. ``process`` is Viewflow's name for its case.

    ``data`` keeps what was answered here, this time: a step that is sent back is another task.
    ``assigned`` is when it was claimed; Viewflow leaves it to us.
    """

    # Viewflow's columns that cases do not use are left out, or at least their indexes.
    scheduled = None
    external_task_id = None
    owner_permission_content_type = models.ForeignKey(
        "contenttypes.ContentType", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    status = models.CharField(max_length=10, choices=STATUS.choices, default=STATUS.NEW)
    created = models.DateTimeField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="tasks", verbose_name=_("Owner")
    )

    process = models.ForeignKey(Case, on_delete=models.PROTECT, verbose_name=_("Case"))
    key = models.CharField(max_length=16, help_text="of the node: s1, s2, …, begin, end")
    step = models.ForeignKey("cases.CompiledStep", on_delete=models.PROTECT, null=True, related_name="tasks")
    outcome = models.CharField(max_length=20, blank=True)
    data = models.JSONField(default=dict)
    due_at = models.DateTimeField(_("Due"), null=True, help_text="of its clock, kept here for the order of the inbox")
    reminders = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True)
    consulted = models.PositiveSmallIntegerField(default=0, help_text="questions and countersignatures asked here")
    signatures_due = models.PositiveSmallIntegerField(default=0, help_text="countersignatures not given yet")

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        indexes = [
            # The inbox: what is open, of a post or of a person, oldest first.
            # With all that the order asks for, so that PostgreSQL need not look into the table.
            models.Index(
                fields=["step", "created"],
                include=["owner", "reminded_at", "due_at", "id"],
                condition=Q(finished=None),
                name="open_tasks_by_step",
            ),
            models.Index(fields=["owner", "created"], condition=Q(finished=None), name="open_tasks_by_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.process_id} {self.key}"

    def get_absolute_url(self) -> str:
        return reverse("cases:task-detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.finished is None
