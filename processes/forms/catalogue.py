"""Forms of the catalogue, of drafts and of releases."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from processes.models import Category, Process
from procstd.acts import ActForm, ReasonMixin, SeenMixin
from procstd.organisation.forms.directory import DepartmentChoice, PersonChoice
from procstd.organisation.models import Department


class ProcessForm(ReasonMixin, ActForm):
    """A process of the catalogue."""

    code = forms.CharField(
        label=_("Code"),
        max_length=32,
        validators=Process._meta.get_field("code").validators,
        help_text=_("Stands in addresses and lists; for example “complaint”."),
    )
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80)
    category = forms.ChoiceField(
        label=_("Category"),
        choices=[
            (Category.APPROVAL, _("Approval: expense claim, purchase request, contract approval, personnel change")),
            (
                Category.BUSINESS,
                _("Business: customer development, order handling, delivery, after-sales service"),
            ),
            (Category.MANAGEMENT, _("Management: quarterly planning, performance appraisal, risk control, know-how")),
            (Category.SUPPORT, _("Support: IT operations, administration, recruiting and training, asset management")),
        ],
        widget=forms.RadioSelect,
    )
    department = DepartmentChoice(label=_("Department"))
    owner = PersonChoice(label=_("Process owner"), required=False, help_text=_("Answers for the process as a whole."))
    is_core = forms.BooleanField(
        label=_("Core process"),
        required=False,
        help_text=_("Core processes are evaluated every quarter, others half-yearly."),
    )
    #: The starter with which its first draft begins, if one was chosen; no fact of the process.
    starter = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ["code", "name_zh", "name_en", "category", "department", "owner", "is_core", "is_active", "reason"]

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "starter"}


class ProcessChangeForm(SeenMixin, ProcessForm):
    code = None  # type: ignore[assignment]
    starter = None  # type: ignore[assignment]
    is_active = forms.BooleanField(label=_("Active"), required=False)


class DraftForm(ReasonMixin, ActForm):
    """Begin the next draft."""

    step = forms.ChoiceField(
        label=_("What changes"),
        choices=[
            ("minor", _("Improvements: V1.0 becomes V1.1")),
            ("major", _("A new way of working: V1.0 becomes V2.0")),
        ],
        widget=forms.RadioSelect,
        initial="minor",
    )
    field_order = ["step", "reason"]


class ReleaseForm(ReasonMixin, ActForm):
    """Put a draft in force: where, from when, until when."""

    departments = forms.ModelMultipleChoiceField(
        Department.objects.none(),
        to_field_name="code",
        label=_("Departments"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Where it is in force; none chosen: everywhere."),
    )
    valid_from = forms.DateTimeField(
        label=_("From"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty: from now on."),
    )
    valid_until = forms.DateTimeField(
        label=_("Until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("The first moment at which it no longer holds; empty: open."),
    )
    field_order = ["departments", "valid_from", "valid_until", "reason"]

    def __init__(self, *args: Any, departments: QuerySet[Department], is_variant: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["departments"]
        field.queryset = departments
        if is_variant:
            field.help_text = _(
                "Its own department and those below it; none chosen: all of these without a variant of their own."
            )


class EndForm(ReasonMixin, ActForm):
    """End a release, or withdraw it."""
