"""Forms of calendars: add, change, sign, bring in a year or a file, try."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procstd.acts import ActForm, ReasonMixin, SeenMixin
from procstd.calendars.domain.trying import TryUnit
from procstd.calendars.models import Calendar
from procstd.organisation.forms.account import time_zone_choices
from procstd.organisation.forms.directory import DayInput, DepartmentChoice


class CalendarForm(ReasonMixin, ActForm):
    """A calendar: what it is called, and whose it is."""

    code = forms.CharField(label=_("Code"), max_length=32, validators=Calendar._meta.get_field("code").validators)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80)
    tz = forms.ChoiceField(label=_("Time zone"), choices=time_zone_choices, initial="Asia/Shanghai")
    department = DepartmentChoice(
        label=_("Department"), required=False, help_text=_("It holds there and in the departments below.")
    )
    field_order = ["code", "name_zh", "name_en", "tz", "department", "reason"]


class CalendarChangeForm(SeenMixin, CalendarForm):
    code = None  # type: ignore[assignment]  # Django's way of leaving a field out
    tz = None  # type: ignore[assignment]  # the time zone is part of a version: change it in a draft
    field_order = ["name_zh", "name_en", "department", "reason"]


class PublishForm(ReasonMixin, SeenMixin, ActForm):
    """Sign a draft."""

    notice = forms.CharField(
        label=_("Number of the notice"),
        max_length=120,
        help_text=_("Of the State Council’s notice, as 国办发明电〔2025〕7号, or of the enterprise’s own decision."),
    )
    known_until = forms.DateField(
        label=_("Holidays known until"),
        widget=DayInput(),
        required=False,
        help_text=_(
            "24 December of the last year that is announced: the next notice may move days after it. Due times behind "
            "this day are provisional; without a day all are."
        ),
    )
    field_order = ["notice", "known_until", "reason"]


class DiscardForm(ReasonMixin, ActForm):
    """Throw a draft away."""


class YearForm(forms.Form):
    """Which year to bring in."""

    year = forms.IntegerField(label=_("Year"), min_value=2004, max_value=2099)


class PlanUploadForm(forms.Form):
    """A calendar in a file."""

    file = forms.FileField(
        label=_("Excel workbook or JSON file"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.json"}),
        help_text=_("As exported from here. It takes the place of everything in the draft."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class TryForm(forms.Form):
    """A limit to try."""

    start = forms.DateTimeField(
        label=_("Start"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )
    amount = forms.IntegerField(label=_("Amount"), min_value=0, max_value=100_000)
    unit = forms.ChoiceField(label=_("Unit"), choices=TryUnit.choices)

    def __init__(self, *args: Any, zone: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.fields["start"].help_text = _("As the clock reads in %(zone)s.") % {"zone": zone}

    def clean_start(self) -> Any:
        # Read as a moment of the reader's zone; what the person means is the calendar's.
        return self.cleaned_data["start"].replace(tzinfo=self.zone)
