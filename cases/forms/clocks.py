"""Small forms around the clocks of a case: hold, more time, exceptions, another grade; and the decisions on them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.domain.clocks.extending import UNIT_WORDS, UNITS_FOR
from cases.domain.reasons import REASON_MOST
from cases.models import Clock
from cases.models.clock import Kind
from processes.domain.standard import ExceptionRule, Field, Step
from procstd.acts import ActForm


def _reason(label: Any, help_text: Any = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=REASON_MOST, required=required,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class HoldForm(ActForm):
    """Ask that a case be put on hold."""

    reason = _reason(_("Reason"), _("What the case waits for, and who sees to it. For example “the test report”."))
    days = forms.IntegerField(label=_("Days at most"), min_value=1)
    evidence = forms.FileField(
        label=_("Evidence"), required=False, help_text=_("A letter, a report, a photo; kept with the case.")
    )

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].help_text = _(
            "Calendar days, from 1 to %(most)d. After them the clocks run on by themselves."
        ) % {"most": most}
        self.fields["days"].widget.attrs.update({"min": 1, "max": most})


class WaitForm(ActForm):
    """Wait for the customer."""

    reason = _reason(
        _("What is the customer asked for?"), _("For example “the serial number and a photo of the seal”.")
    )


class DecisionForm(ActForm):
    """Allow or refuse what was asked for."""

    is_allowed = forms.TypedChoiceField(
        label=_("Your decision"),
        choices=[("yes", _("Allow it")), ("no", _("Refuse it"))],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )
    answer = _reason(_("Answer"), _("Needed to refuse it: why, and what to do instead."), required=False)


class MoreTimeForm(ActForm):
    """Ask for more time for a clock."""

    amount = forms.IntegerField(label=_("How much more"), min_value=1)
    unit = forms.ChoiceField(label=_("Unit"))
    reason = _reason(_("Reason"), _("Why the limit cannot be kept, and what was tried."))

    def __init__(self, *args: Any, clock: Clock, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(unit, UNIT_WORDS[unit]) for unit in UNITS_FOR[Kind(clock.kind)]]
        self.fields["unit"].choices = choices  # type: ignore[attr-defined]


class ExceptionForm(ActForm):
    """Report an exception of the standard."""

    rule = forms.ChoiceField(label=_("What has come up"), widget=forms.RadioSelect)
    reason = _reason(_("What happened"), _("When, what was seen, what was done at once."))

    def __init__(self, *args: Any, rules: tuple[ExceptionRule, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule"].choices = [(rule.key, str(rule.trigger)) for rule in rules]  # type: ignore[attr-defined]
        if len(rules) == 1:
            self.fields["rule"].initial = rules[0].key


class ExceptionEndForm(ActForm):
    """Say how an exception was dealt with."""

    reason = _reason(_("How it was dealt with"))


class RegradeForm(ActForm):
    """Give another answer to a field that limits hang on: one choice of field and value together."""

    grade = forms.ChoiceField(label=_("New grade"), widget=forms.RadioSelect)
    reason = _reason(_("Reason"), _("What has become known that changes the grade."))

    def __init__(self, *args: Any, grades: list[tuple[str, Field]], given: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {"yes": _("yes"), "no": _("no")}
        choices = []
        for path, field in grades:
            labels = {key: str(label) for key, label in field.options} or words
            choices += [
                (f"{path}={value}", f"{field.label}: {labels[value]}")
                for value in field.values
                if value != given.get(path)
            ]
        self.fields["grade"].choices = choices  # type: ignore[attr-defined]

    def show(self, refusal: Any) -> None:
        """The act names its field and value; here they are one choice."""
        name = "grade" if refusal.field in ("field", "value") else refusal.field
        self.add_error(name if name in self.fields else None, refusal.message)

    def facts(self) -> dict[str, Any]:
        field, _equals, value = self.cleaned_data["grade"].partition("=")
        return {"field": field, "value": value, "reason": self.cleaned_data["reason"]}


class ReopenForm(ActForm):
    """Open a closed case again at one of the steps that the reader answers for."""

    step = forms.ChoiceField(label=_("At step"))
    reason = _reason(_("Reason"), _("Why the case is not solved after all."))

    def __init__(self, *args: Any, steps: list[Step], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(step.key, f"{step.number} {step.title}") for step in steps]
        self.fields["step"].choices = choices  # type: ignore[attr-defined]
