"""Forms of risks, decisions, minutes, files, and of the filters above lists."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from procstd.acts import ActForm, ReasonMixin, SeenMixin
from procstd.organisation.forms.directory import DayInput, PersonChoice
from projects.models import Level


class RiskForm(ReasonMixin, ActForm):
    """A risk with its control."""

    title_zh = forms.CharField(label=_("Risk in Chinese"), max_length=200)
    title_en = forms.CharField(label=_("Risk in English"), max_length=200)
    control_zh = forms.CharField(label=_("Control in Chinese"), max_length=400)
    control_en = forms.CharField(label=_("Control in English"), max_length=400)
    likelihood = forms.TypedChoiceField(label=_("Likelihood"), coerce=int, choices=Level.choices, initial=2)
    impact = forms.TypedChoiceField(label=_("Impact"), coerce=int, choices=Level.choices, initial=2)
    owner = PersonChoice(label=_("Owner"), required=False)
    field_order = [
        "title_zh", "title_en", "control_zh", "control_en", "likelihood", "impact", "owner", "is_open", "reason",
    ]  # fmt: skip


class RiskChangeForm(SeenMixin, RiskForm):
    is_open = forms.BooleanField(label=_("Open"), required=False)


class EntryForm(ActForm):
    """A decision or minutes, in the writer's own words."""

    held_on = forms.DateField(label=_("Day"), widget=DayInput())
    title = forms.CharField(label=_("Title"), max_length=160)
    people = forms.CharField(label=_("Who was there, or decided"), max_length=400, required=False)
    text = forms.CharField(label=_("Text"), max_length=8000, widget=forms.Textarea(attrs={"rows": 8}))


class FileForm(ActForm):
    """A file."""

    file = forms.FileField(label=_("File"), help_text=_("Whoever sees the project sees the file."))
