"""The plan: six phases with their tasks, on the working calendar (H2.0, H2.1.3)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import Bilingual
from procstd.gates import Phase
from procstd.history import records


class ItemKind(models.TextChoices):
    """A line of the plan."""

    PHASE = "phase", _("Phase")
    TASK = "task", _("Task")


class PlanItem(models.Model):
    """A phase or a task within one. ``planned_…`` is what was agreed, ``start_on`` and ``end_on`` what holds now.

    Both ends count: people write “from 2 to 13 March”. A phase follows the phase before it, a task
    those it depends on.
    """

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="plan_items")
    key = models.CharField(max_length=12, help_text="as p1, t3: never used again in its project")
    kind = models.CharField(max_length=6, choices=ItemKind)
    phase = models.PositiveSmallIntegerField(_("Phase"), choices=Phase)
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="tasks")
    depends_on = models.ManyToManyField(
        "self", symmetrical=False, related_name="followers", verbose_name=_("Depends on"), blank=True
    )
    title_zh = models.CharField(_("Title in Chinese"), max_length=120)
    title_en = models.CharField(_("Title in English"), max_length=120)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_plan_items",
        verbose_name=_("Owner"),
    )
    milestone_zh = models.CharField(_("Milestone in Chinese"), max_length=200, blank=True)
    milestone_en = models.CharField(_("Milestone in English"), max_length=200, blank=True)
    deliverable_zh = models.CharField(_("Deliverable in Chinese"), max_length=200, blank=True)
    deliverable_en = models.CharField(_("Deliverable in English"), max_length=200, blank=True)
    resources_zh = models.CharField(_("Resources in Chinese"), max_length=300, blank=True)
    resources_en = models.CharField(_("Resources in English"), max_length=300, blank=True)
    planned_start_on = models.DateField(_("Agreed start"))
    planned_end_on = models.DateField(_("Agreed end"))
    start_on = models.DateField(_("Start"))
    end_on = models.DateField(_("End"))
    done_at = models.DateTimeField(_("Done"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("Deliverable confirmed"), null=True, blank=True)
    delivered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    title, milestone = Bilingual("title"), Bilingual("milestone")
    deliverable, resources = Bilingual("deliverable"), Bilingual("resources")
    history = records()

    class Meta:
        ordering = ["phase", "kind", "start_on", "pk"]
        verbose_name = _("line of the plan")
        verbose_name_plural = _("lines of the plan")
        constraints = [
            models.UniqueConstraint(fields=["project", "key"], name="one_plan_item_per_key"),
            models.UniqueConstraint(
                fields=["project", "phase"], condition=Q(kind="phase"), name="one_plan_item_per_phase"
            ),
            models.CheckConstraint(condition=Q(end_on__gte=F("start_on")), name="a_plan_item_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_phase(self) -> bool:
        return self.kind == ItemKind.PHASE
