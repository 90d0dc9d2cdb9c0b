"""Forms of an audit: open it, draw, extend, replace, assign, judge, conclude."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.models import DeviationKind, Grade, Rounding
from audits.queries.people import auditors
from processes.models import Definition, Process
from procstd.acts import ActForm, ReasonMixin
from procstd.moments import house_day
from procstd.organisation.models import User


class ProcessChoice(forms.ModelChoiceField):
    """Processes with a released standard, by code and name."""

    def __init__(self, **kwargs: Any) -> None:
        released = Definition.objects.values("revision__process")
        super().__init__(Process.objects.filter(is_active=True, pk__in=released), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.code})"


class MonthField(forms.DateField):
    """A month, as its first day."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "month", "placeholder": "2026-11"}, format="%Y-%m")
        super().__init__(widget=widget, input_formats=["%Y-%m", "%Y-%m-%d"], **kwargs)

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        return day.replace(day=1) if day else None


class AuditForm(ActForm):
    """A month of a process, and how much of it is drawn."""

    process = ProcessChoice(label=_("Process"))
    month = MonthField(label=_("Month"), help_text=_("As 2026-11. It has to be over."))
    percent = forms.IntegerField(label=_("Of a hundred cases"), min_value=1, max_value=100, initial=10)
    floor = forms.IntegerField(label=_("Cases at least"), min_value=1, max_value=1000, initial=5)
    rounding = forms.ChoiceField(label=_("A part of a case is rounded"), choices=Rounding.choices)
    minimum = forms.IntegerField(
        label=_("Of each department and grade at least"), min_value=0, max_value=100, initial=1,
        help_text=_("What this adds comes on top."),
    )  # fmt: skip


class AuditorsChoice(forms.ModelMultipleChoiceField):
    """The auditors of a day."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.username})"


class DrawForm(ActForm):
    """Who checks what is drawn."""

    auditors = AuditorsChoice(
        User.objects.none(), label=_("Who checks"),
        help_text=_("Cases are shared evenly. Nobody is given a case that he handled."),
    )  # fmt: skip

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["auditors"].queryset = auditors(on=house_day(at))  # type: ignore[attr-defined]


class ExtendForm(ReasonMixin, ActForm):
    """A further round."""

    size = forms.IntegerField(label=_("Further cases"), min_value=1)
    field_order = ["size", "reason"]


class ReplaceForm(ReasonMixin, DrawForm):
    """Why a case is not checked, and who may check what takes its place."""

    field_order = ["reason", "auditors"]


class AssignForm(ActForm):
    """Another auditor."""

    auditor = forms.ModelChoiceField(User.objects.none(), label=_("Auditor"))

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["auditor"].queryset = auditors(on=house_day(at))  # type: ignore[attr-defined]


class JudgeForm(ActForm):
    """The auditor's word on a flag."""

    is_confirmed = forms.TypedChoiceField(
        label=_("Your word"), coerce=lambda value: value == "yes", widget=forms.RadioSelect,
        choices=[("yes", _("Confirmed: it departs from the standard")), ("no", _("Rejected: it does not"))],
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class DeviationForm(ActForm):
    """What the auditor found himself."""

    kind = forms.ChoiceField(label=_("Kind"), choices=DeviationKind.choices, initial=DeviationKind.OTHER)
    step = forms.ChoiceField(label=_("Step"), required=False)
    text = forms.CharField(label=_("What was seen"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, steps: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["step"].choices = [("", _("Whole case")), *steps]  # type: ignore[attr-defined]


class EvidenceForm(ActForm):
    """A file that shows it."""

    file = forms.FileField(label=_("File"), help_text=_("Whoever sees this check sees the file."))


class FinishForm(ActForm):
    """The end of a check."""

    note = forms.CharField(label=_("Note"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class ConcludeForm(ActForm):
    """The end of an audit."""

    text = forms.CharField(
        label=_("Summary"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("In your own words; it stands in the report."),
    )  # fmt: skip


class RaiseForm(ActForm):
    """A finding of what was confirmed."""

    grade = forms.ChoiceField(label=_("Grade"), choices=Grade.choices)
    text = forms.CharField(label=_("Facts found"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
