"""The form of a draft: the week as text, and a list of days of one year."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procstd.acts import ActForm, SeenMixin
from procstd.calendars.domain.hours import Hours, hours_words, read_hours
from procstd.calendars.domain.plans import MOST_LETTERS, WEEKDAY_NAMES, DayRow, day_name, hours_or_mondays
from procstd.errors import DomainError
from procstd.organisation.forms.account import time_zone_choices
from procstd.organisation.forms.directory import DayInput
from procstd.worktime import FIRST, LAST, WEEKDAYS

#: The list shows so many empty lines to write into; saving brings new ones.
EMPTY_ROWS = 3
#: A year has no more days; with the empty lines that stays far below what a request may carry.
MOST_ROWS = 366


class HoursField(forms.CharField):
    """Hours as “09:00-12:00 13:30-18:00”; empty: none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=300, **kwargs)
        self.widget.attrs.update({"class": "hours form-control", "autocomplete": "off"})

    def prepare_value(self, value: Any) -> Any:
        return hours_words(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Hours:
        try:
            return read_hours(super().clean(value))
        except DomainError as refusal:
            raise forms.ValidationError(refusal.message) from refusal


class PlanForm(SeenMixin, ActForm):
    """The week of a plan, its time zone, and until when its holidays are known."""

    mon = HoursField(label=WEEKDAY_NAMES["mon"])
    tue = HoursField(label=WEEKDAY_NAMES["tue"])
    wed = HoursField(label=WEEKDAY_NAMES["wed"])
    thu = HoursField(label=WEEKDAY_NAMES["thu"])
    fri = HoursField(label=WEEKDAY_NAMES["fri"])
    sat = HoursField(label=WEEKDAY_NAMES["sat"])
    sun = HoursField(label=WEEKDAY_NAMES["sun"])
    tz = forms.ChoiceField(label=_("Time zone"), choices=time_zone_choices)
    known_until = forms.DateField(
        label=_("Holidays known until"),
        widget=DayInput(),
        required=False,
        help_text=_("Due times after this day are provisional. A notice is good until 24 December."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone, field = self.initial.get("tz"), self.fields["tz"]
        if zone and (zone, zone) not in field.choices:  # type: ignore[attr-defined]
            field.choices = [*field.choices, (zone, zone)]  # type: ignore[attr-defined]  # as UTC, from a file

    @property
    def week(self) -> list[Any]:
        return [self[name] for name in WEEKDAYS]

    def weekly(self) -> dict[str, Hours]:
        return {name: self.cleaned_data[name] for name in WEEKDAYS if self.cleaned_data.get(name)}

    def facts(self) -> dict[str, Any]:
        facts = {name: self.cleaned_data[name] for name in ("tz", "known_until", "seen")}
        return {**facts, "weekly": self.weekly()}


class DayForm(forms.Form):
    """A line of the list: a day off, or a working day with hours of its own."""

    day = forms.DateField(label=_("Day"), widget=DayInput(), required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("holiday", _("day off")), ("work", _("works"))], initial="holiday"
    )
    hours = HoursField(label=_("Hours"))
    name = forms.CharField(label=_("Name"), max_length=MOST_LETTERS, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            css = {"kind": "form-select", "DELETE": "form-check-input"}.get(name, "form-control")
            field.widget.attrs.setdefault("class", css)
            field.widget.attrs["aria-label"] = field.label

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if day is not None and not FIRST <= day <= LAST:
            raise forms.ValidationError(_("A day lies from %(first)s to %(last)s.") % {"first": FIRST, "last": LAST})
        return day

    def clean_name(self) -> str:
        try:
            return day_name(self.cleaned_data["name"])
        except DomainError as refusal:
            raise forms.ValidationError(refusal.message) from refusal

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not data.get("day") and "day" in data and (data.get("hours") or data.get("name")):
            self.add_error("day", _("Which day?"))
        if data.get("kind") == "holiday" and data.get("hours"):
            self.add_error("hours", _("A holiday has no hours. Is it a working day?"))
        return data


class _Days(forms.BaseFormSet):  # type: ignore[type-arg]
    """The list of days of one year."""

    def add_fields(self, form: Any, index: Any) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Remove")
        form.fields["DELETE"].widget.attrs |= {"class": "form-check-input", "aria-label": _("Remove")}

    def read(self, weekly: dict[str, Hours], others: list[DayRow]) -> list[DayRow] | None:
        """Return the rows with those of *others* years, or None when a row has to be mended first."""
        rows, seen = list(others), {row.day for row in others}
        for form in self.forms:
            data = dict(form.cleaned_data)  # an error beside a field takes what was cleaned away
            if form in self.deleted_forms or not data.get("day"):
                continue
            if data["day"] in seen:
                form.add_error("day", _("This day stands here twice."))
            seen.add(data["day"])
            is_work = data["kind"] == "work"
            try:
                hours = data["hours"] or (hours_or_mondays("", weekly) if is_work else [])
            except DomainError as refusal:
                form.add_error("hours", refusal.message)
                continue
            rows.append(DayRow(data["day"], is_work, hours, data["name"]))
        return None if any(form.errors for form in self.forms if form not in self.deleted_forms) else rows


DayRows: Any = forms.formset_factory(
    DayForm, formset=_Days, extra=EMPTY_ROWS, can_delete=True, max_num=MOST_ROWS + EMPTY_ROWS, validate_max=True
)
