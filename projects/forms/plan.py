"""Forms of the plan and its gates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procstd.acts import ActForm, ReasonMixin, SeenMixin
from procstd.gates import Phase
from procstd.organisation.forms.directory import DayInput, PersonChoice
from projects.models import PlanItem, Project


class MakePlanForm(ActForm):
    """When preparation begins."""

    start_on = forms.DateField(
        label=_("First day"), widget=DayInput(), help_text=_("A day off moves to the next working day.")
    )


class MoveForm(ReasonMixin, ActForm):
    """New dates of a line."""

    start_on = forms.DateField(label=_("Start"), widget=DayInput())
    end_on = forms.DateField(
        label=_("End"), widget=DayInput(), help_text=_("The last day. What follows slips with it.")
    )
    field_order = ["start_on", "end_on", "reason"]


class AgreeForm(ReasonMixin, ActForm):
    """Only a reason."""


class PhaseForm(ReasonMixin, SeenMixin, ActForm):
    """What a phase ends in, who owns it, what it takes (H2.1.3)."""

    owner = PersonChoice(label=_("Owner"), required=False)
    milestone_zh = forms.CharField(label=_("Milestone in Chinese"), max_length=200, required=False)
    milestone_en = forms.CharField(label=_("Milestone in English"), max_length=200, required=False)
    deliverable_zh = forms.CharField(label=_("Deliverable in Chinese"), max_length=200, required=False)
    deliverable_en = forms.CharField(label=_("Deliverable in English"), max_length=200, required=False)
    resources_zh = forms.CharField(
        label=_("Resources in Chinese"), max_length=300, required=False, help_text=_("For example “两周调研”.")
    )
    resources_en = forms.CharField(
        label=_("Resources in English"),
        max_length=300,
        required=False,
        help_text=_("For example “two weeks of survey, three pilot departments”."),
    )
    field_order = [
        "owner", "milestone_zh", "milestone_en", "deliverable_zh", "deliverable_en", "resources_zh", "resources_en",
        "reason",
    ]  # fmt: skip


class _TaskFields(ActForm):
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=120)
    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    owner = PersonChoice(label=_("Owner"), required=False)
    depends_on = forms.ModelMultipleChoiceField(
        PlanItem.objects.none(),
        label=_("Depends on"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        to_field_name="key",
        help_text=_("Tasks of the same phase that have to be done before."),
    )

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["depends_on"].queryset = others  # type: ignore[attr-defined]
        if not others.exists():
            del self.fields["depends_on"]


class TaskForm(ReasonMixin, SeenMixin, _TaskFields):
    """Change a task."""

    field_order = ["title_zh", "title_en", "owner", "depends_on", "reason"]


class TaskAddForm(_TaskFields):
    """Add a task."""

    phase = forms.TypedChoiceField(label=_("Phase"), coerce=int, choices=Phase.choices)
    start_on = forms.DateField(label=_("Start"), widget=DayInput())
    days = forms.IntegerField(label=_("Working days"), min_value=1, max_value=250, initial=5)
    field_order = ["phase", "title_zh", "title_en", "owner", "start_on", "days", "depends_on"]

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, others=project.plan_items.filter(kind="task"), **kwargs)
        closed = set(project.closings.values_list("phase", flat=True))
        self.fields["phase"].choices = [  # type: ignore[attr-defined]
            (int(phase), phase.label) for phase in Phase if phase not in closed
        ]


class OverrideForm(ActForm):
    """Why the phase is closed all the same; the hash of what was read goes along."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Shown beside the criterion for ever, with your name."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def facts(self) -> dict[str, Any]:
        return {**self.cleaned_data, "seen": self.cleaned_data["seen"] or None}
