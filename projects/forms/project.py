"""Forms of a project and its team."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procstd.acts import ActForm, ReasonMixin, SeenMixin
from procstd.organisation.forms.directory import DepartmentChoice, PersonChoice
from procstd.organisation.models import Department
from projects.models import Duty, Project, Value


class DepartmentsChoice(forms.ModelMultipleChoiceField):
    """Departments concerned, as boxes in the order of the chart's codes."""

    def __init__(self, **kwargs: Any) -> None:
        rows = Department.objects.without_tree_fields().filter(is_active=True)
        super().__init__(rows, widget=forms.CheckboxSelectMultiple, **kwargs)


class ProjectForm(ReasonMixin, ActForm):
    """What a project seeks, for whom, by whom (H1.2)."""

    code = forms.CharField(
        label=_("Code"),
        max_length=32,
        validators=Project._meta.get_field("code").validators,
        help_text=_("Stands in addresses and lists; for example “complaints-2026”."),
    )
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80)
    lead = PersonChoice(
        label=_("Project lead"), help_text=_("Plans, staffs, keeps the gates. Holds a post of a project lead.")
    )
    value = forms.ChoiceField(
        label=_("Value sought"),
        choices=[
            (Value.EFFICIENCY, _("Efficiency: an approval that took 5 days takes 2")),
            (Value.RISK, _("Risk control: no contract skips legal review")),
            (Value.QUALITY, _("Quality: one template for every delivery")),
            (Value.CAPABILITY, _("Capability: new staff learn from the written standard")),
        ],
        widget=forms.RadioSelect,
    )
    figure_zh = forms.CharField(
        label=_("Figure in Chinese"), max_length=80, help_text=_("By what it is measured; for example “平均处理周期”.")
    )
    figure_en = forms.CharField(
        label=_("Figure in English"), max_length=80, help_text=_("For example “mean time to handle a complaint”.")
    )
    unit_zh = forms.CharField(label=_("Unit in Chinese"), max_length=30, help_text=_("For example “个工作日”."))
    unit_en = forms.CharField(label=_("Unit in English"), max_length=30, help_text=_("For example “working days”."))
    baseline = forms.DecimalField(
        label=_("Baseline"), max_digits=12, decimal_places=2, help_text=_("What the figure is today.")
    )
    target = forms.DecimalField(
        label=_("Target"), max_digits=12, decimal_places=2, help_text=_("What it shall be when the standard works.")
    )
    departments = DepartmentsChoice(
        label=_("Departments concerned"), required=False, help_text=_("Their heads belong in the team.")
    )
    field_order = [
        "code", "name_zh", "name_en", "lead", "value", "figure_zh", "figure_en", "unit_zh", "unit_en", "baseline",
        "target", "departments", "reason",
    ]  # fmt: skip


class ProjectChangeForm(SeenMixin, ProjectForm):
    code = None  # type: ignore[assignment]


class StopForm(ReasonMixin, ActForm):
    """Only a reason."""


class MemberForm(ActForm):
    """Somebody joins the team."""

    duty = forms.ChoiceField(label=_("Duty"), choices=Duty.choices, widget=forms.RadioSelect)
    person = PersonChoice(label=_("Person"), required=False)
    outside_name = forms.CharField(
        label=_("Name of somebody from outside"),
        max_length=120,
        required=False,
        help_text=_("Only for advisers; with the firm, for example “Dr. Zhang, Hengtai Consulting”."),
    )
    department = DepartmentChoice(
        label=_("Department"), required=False, help_text=_("Empty: the person's own department.")
    )
