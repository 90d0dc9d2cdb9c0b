"""The form of a step, made from the standard: nothing about it is configured a second time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.domain.answers import FILES, LONG_TEXT_MOST, TEXT_MOST, AnswersRefused, settle
from processes.domain.standard import Field, Form, Outcome
from procstd.acts import ActForm
from procstd.errors import DomainError
from procstd.organisation.forms.directory import DayInput, DepartmentChoice, PersonChoice

#: Prefix of the answers' names, so that no field of a standard hides one of ours.
PREFIX = "a_"
#: A choice of so many options shows them all; of more, in a list to open.
SHOWN_AT_ONCE = 5
_YES_NO = [("yes", _("yes")), ("no", _("no"))]


class AnswersForm(ActForm):
    """Asks what a form of the standard asks. ``answers()`` has what was given, in the values that cases keep."""

    def __init__(
        self, form: Form | None, data: Any = None, files: Any = None, *, given: Mapping[str, Any] | None = None
    ):
        given = given or {}
        initial = {
            f"{PREFIX}{field.key}": _initial(field, given.get(field.key)) for field in (form.fields if form else ())
        }
        super().__init__(data, files, initial=initial)
        self.form, self.given = form, given
        if form is not None:
            for field in form.fields:
                self.fields[f"{PREFIX}{field.key}"] = _field_for(field, form)

    def answers(self) -> dict[str, Any]:
        """Return the answers that could be read, by field."""
        found: dict[str, Any] = {}
        for field in self.form.fields if self.form else ():
            value = _answer(field, self.cleaned_data.get(f"{PREFIX}{field.key}"))
            if field.kind in FILES and not value:
                value = self.given.get(field.key)  # as before
            if value not in (None, "", []):
                found[field.key] = value
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.form:
            try:
                settle(self.form, self.answers())
            except AnswersRefused as refusal:
                self.show(refusal)
        return cleaned

    def show(self, refusal: DomainError) -> None:
        """Put each refused answer's message beside its field, unless something is said there already."""
        if not isinstance(refusal, AnswersRefused):
            super().show(refusal)
            return
        for key, message in refusal.errors.items():
            name = f"{PREFIX}{key}"
            if name not in self.fields:
                self.add_error(None, message)
            elif name not in self.errors:
                self.add_error(name, message)

    def facts(self) -> dict[str, Any]:
        return {"answers": self.answers()}


class StepForm(AnswersForm):
    """A step's form with the ways in which the step can end, each a button."""

    outcome = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed to send it back: what lacks, and what would help."),
    )

    def __init__(self, form: Form | None, outcomes: tuple[Outcome, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(form, *args, **kwargs)
        self.outcomes = outcomes
        reason = self.fields.pop("reason")
        if any(outcome.is_send_back for outcome in outcomes):
            self.fields["reason"] = reason  # last: it belongs to the buttons

    def clean(self) -> dict[str, Any]:
        chosen = next((row for row in self.outcomes if row.key == self.cleaned_data.get("outcome")), None)
        cleaned = super().clean()
        if chosen is None:
            self.add_error(None, _("Choose how the step ends."))
        return cleaned

    def facts(self) -> dict[str, Any]:
        return {
            "answers": self.answers(),
            "outcome": self.cleaned_data["outcome"],
            "reason": self.cleaned_data.get("reason", ""),
        }


def _initial(field: Field, value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field.kind == "date" and value:
        return date.fromisoformat(value)
    return None if field.kind in FILES else value


def _answer(field: Field, value: Any) -> Any:
    """Return a cleaned value as cases keep it."""
    if value is None:
        return None
    match field.kind:
        case "person":
            return value.username
        case "department":
            return value.code
        case "number" | "money":
            return f"{value:f}"
        case "date":
            return value.isoformat()
        case "yes_no":
            return {"yes": True, "no": False}.get(value)
        case "choices":
            return list(value)
        case _:
            return value


def _field_for(field: Field, form: Form) -> forms.Field:
    always = field.visible_if is None
    facts: dict[str, Any] = {
        "label": str(field.label),
        "help_text": str(field.help),
        "required": field.is_required and always,
    }
    made = _make(field, facts)
    if not always:
        other, value = field.visible_if or ("", "")
        made.widget.attrs |= {"data-show-if": f"{PREFIX}{other}", "data-show-value": value}
        source = form.field(other)
        wanted: Any = dict(source.options).get(value, value) if source else value
        if source and source.kind == "yes_no":
            wanted = dict(_YES_NO)[value]
        made.help_text = _("Only if “%(field)s” is “%(value)s”. %(help)s") % {
            "field": source.label if source else other,
            "value": wanted,
            "help": field.help,
        }
    return made


def _make(field: Field, facts: dict[str, Any]) -> forms.Field:
    options = [(key, str(words)) for key, words in field.options]
    match field.kind:
        case "text":
            return forms.CharField(max_length=TEXT_MOST, **facts)
        case "long_text":
            return forms.CharField(max_length=LONG_TEXT_MOST, widget=forms.Textarea(attrs={"rows": 4}), **facts)
        case "number":
            return forms.DecimalField(max_digits=15, decimal_places=6, widget=_number("any"), **facts)
        case "money":
            return forms.DecimalField(max_digits=15, decimal_places=2, min_value=0, widget=_number("0.01"), **facts)
        case "date":
            return forms.DateField(widget=DayInput(), **facts)
        case "choice":
            if len(options) > SHOWN_AT_ONCE:
                return forms.ChoiceField(choices=[("", _("Choose …")), *options], **facts)
            return forms.ChoiceField(choices=options, widget=forms.RadioSelect, **facts)
        case "choices":
            return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple, **facts)
        case "yes_no":
            return forms.ChoiceField(choices=_YES_NO, widget=forms.RadioSelect, **facts)
        case "rating":
            return forms.ChoiceField(
                choices=[(str(one), str(one)) for one in range(1, 6)], widget=forms.RadioSelect, **facts
            )
        case "person":
            return PersonChoice(to_field_name="username", empty_label=_("Choose …"), **facts)
        case "department":
            return DepartmentChoice(to_field_name="code", empty_label=_("Choose …"), **facts)
        case _:
            accept = "image/*" if field.kind == "photo" else ""
            # Needed or not: settle() knows whether there is a file from before.
            return forms.FileField(widget=forms.FileInput(attrs={"accept": accept}), **{**facts, "required": False})


def _number(step: str) -> forms.NumberInput:
    return forms.NumberInput(attrs={"step": step})
