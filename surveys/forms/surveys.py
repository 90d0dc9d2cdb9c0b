"""Forms of surveys and of the writing and sending of questionnaires."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from processes.forms.fields import OptionsField
from processes.models import Process
from procstd.acts import ActForm, ReasonMixin
from procstd.organisation.forms.directory import DepartmentChoice, PersonChoice
from procstd.organisation.models import Department, User
from surveys.models import Dimension, QuestionKind


class DepartmentsField(forms.ModelMultipleChoiceField):
    """Some of the departments at work."""

    def __init__(self, **kwargs: Any) -> None:
        rows = Department.objects.without_tree_fields().filter(is_active=True)
        super().__init__(rows, widget=forms.CheckboxSelectMultiple, **kwargs)


class ProcessChoice(forms.ModelChoiceField):
    """A process in use, by name and code."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.code})"


class SurveyForm(ActForm):
    """Starts a survey."""

    process = ProcessChoice(Process.objects.filter(is_active=True), to_field_name="code", label=_("Process"))
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=120)
    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    owner = PersonChoice(label=_("Surveyor"), help_text=_("Leads the survey and answers for its report."))
    departments = DepartmentsField(
        label=_("Departments"), required=False, help_text=_("Which departments it covers. Their heads read it.")
    )


class QuestionnaireForm(ActForm):
    """Title and introduction of a questionnaire."""

    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=120)
    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    intro_zh = forms.CharField(
        label=_("Introduction in Chinese"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    intro_en = forms.CharField(
        label=_("Introduction in English"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    is_anonymous = forms.BooleanField(
        label=_("Anonymous"),
        required=False,
        help_text=_(
            "Nobody, administrators included, can find out who answered what. Results are shown when it is closed, "
            "from five answers on."
        ),
    )


class QuestionnaireAddForm(QuestionnaireForm):
    with_starter = forms.BooleanField(
        label=_("Begin with the usual questions"),
        required=False,
        initial=True,
        help_text=_(
            "Clarity of steps, reasonableness of durations, smoothness of collaboration. Change them as needed."
        ),
    )


class QuestionForm(ActForm):
    """One question."""

    kind = forms.ChoiceField(label=_("Kind"), choices=QuestionKind)
    dimension = forms.ChoiceField(label=_("Dimension"), choices=[("", _("none")), *Dimension.choices], required=False)
    text_zh = forms.CharField(label=_("Question in Chinese"), max_length=300)
    text_en = forms.CharField(label=_("Question in English"), max_length=300)
    options = OptionsField(
        label=_("Options"),
        required=False,
        help_text=_("For a choice: a line each, as daily = 几乎每天 / nearly every day"),
    )
    is_required = forms.BooleanField(label=_("Must be answered"), required=False, initial=True)


class AskForm(ActForm):
    """Whom to ask."""

    departments = DepartmentsField(
        label=_("Everybody of these departments"), required=False, help_text=_("And of the departments below them.")
    )
    people = forms.ModelMultipleChoiceField(
        User.objects.active(),
        label=_("And these people"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )


class CodesForm(ActForm):
    """How many codes to print."""

    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=200, initial=10)
    department = DepartmentChoice(
        label=_("For the department"), required=False, help_text=_("The answers are counted for it.")
    )


class EndForm(ReasonMixin, ActForm):
    """End a survey."""
