"""The forms of a standard's limits: first response, totals, exceptions, who is told when, rules for clocks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import inlineformset_factory, modelformset_factory
from django.utils.translation import gettext_lazy as _

from processes.domain.limitdata import POST
from processes.forms.parts import MOST_ROWS, ROWS, ConditionMixin, PartForm
from processes.models import (
    ExceptionRule,
    Recipient,
    ResponseLimit,
    Revision,
    Target,
    Threshold,
    ThresholdKind,
    TotalLimit,
    Unit,
)


class TotalForm(ConditionMixin):
    limit_fields = ("amount", "unit")
    unit = forms.ChoiceField(label=_("Unit of the limit"), choices=Unit.choices, initial="working_days")

    class Meta:
        model = TotalLimit
        fields = ["amount", "unit"]


class ResponseForm(ConditionMixin):
    limit_fields = ("amount", "unit")
    layout = "narrow"
    unit = forms.ChoiceField(label=_("Unit of the limit"), choices=Unit.choices, initial="hours")
    until = forms.ChoiceField(label=_("Until the end of"), help_text=_("The step with which handling begins."))

    class Meta:
        model = ResponseLimit
        fields = ["amount", "unit", "until"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        until: Any = self.fields["until"]
        until.choices = [("", _("Choose …")), *self.choices.step_keys(self.instance.until)]


class ExceptionForm(PartForm):
    limit_fields = ("limit_amount", "limit_unit")

    class Meta:
        model = ExceptionRule
        fields = [
            "step", "starts", "trigger_zh", "trigger_en", "limit_amount", "limit_unit", "response_zh", "response_en",
            "escalate_to",
        ]  # fmt: skip
        labels = {"step": _("Step")}


class ThresholdForm(PartForm):
    """A line of “who is told when”: the chain of F61 as boxes, and any post."""

    layout = "chain"
    recipients = forms.MultipleChoiceField(label=_("Who is told"), required=False, widget=forms.CheckboxSelectMultiple)
    post = forms.ChoiceField(label=_("Also a post"), required=False)

    class Meta:
        model = Threshold
        fields = ["kind", "percent", "minutes"]

    def __init__(self, *args: Any, target: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.revision, self.instance.target = self.revision, target
        present = self.initial["recipients"] = list(self.instance.recipients)
        known = {**dict(Recipient.choices), **{f"{POST}{code}": name for code, name in self.choices.posts.items()}}
        recipients: Any = self.fields["recipients"]
        recipients.choices = [
            *Recipient.choices,
            *((name, known.get(name, name)) for name in present if name not in Recipient.values),
        ]
        post: Any = self.fields["post"]
        post.choices = [
            ("", "–"),
            *((code, name) for code, name in self.choices.posts_to_choose if f"{POST}{code}" not in present),
        ]
        for name, kind in (("percent", ThresholdKind.WARN), ("minutes", ThresholdKind.ESCALATE)):
            self.fields[name].required = False
            shown = {"data-show-if": self.add_prefix("kind"), "data-show-value": kind.value}
            self.fields[name].widget.attrs.update(shown)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        kind = found.get("kind")
        found["percent"] = (found.get("percent") or 0) if kind == ThresholdKind.WARN else 0
        found["minutes"] = (found.get("minutes") or 0) if kind == ThresholdKind.ESCALATE else 0
        if kind == ThresholdKind.WARN and not found["percent"] and "percent" not in self.errors:
            self.add_error("percent", _("A warning comes at 1 to 99 percent of the limit."))
        if not found.get("recipients") and not found.get("post"):
            self.add_error("recipients", _("Choose who is told."))
        return found

    def _post_clean(self) -> None:
        added = self.cleaned_data.get("post")
        self.instance.recipients = [*self.cleaned_data.get("recipients", []), *([f"{POST}{added}"] if added else [])]
        super()._post_clean()  # type: ignore[misc]


class StepThresholdForm(ThresholdForm):
    """A line for the limit of one step, in place of those of all steps."""

    step = forms.ChoiceField(label=_("Step"))

    class Meta(ThresholdForm.Meta):
        fields = ["step", *ThresholdForm.Meta.fields]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        step: Any = self.fields["step"]
        step.choices = [("", _("Choose …")), *self.choices.step_keys(self.instance.step)]


class ClockworkForm(PartForm):
    """What holds for all clocks of the standard, and what a low rating sets going."""

    dissatisfied_at_most = forms.TypedChoiceField(
        label=_("Dissatisfied is a rating of"), required=False, coerce=int, empty_value=None
    )
    dissatisfied_step = forms.ChoiceField(
        label=_("The case is opened again at"), required=False, help_text=_("The step that sees to it.")
    )

    class Meta:
        model = Revision
        fields = ["grace_minutes", "reaction_minutes", "hold_days", "dissatisfied_at_most", "dissatisfied_step"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        at_most: Any = self.fields["dissatisfied_at_most"]
        at_most.choices = [
            ("", _("no rating")),
            (1, _("1 of 5")),
            *((most, _("%(most)d of 5 or less") % {"most": most}) for most in (2, 3, 4)),
        ]
        step: Any = self.fields["dissatisfied_step"]
        step.choices = [("", "–"), *self.choices.step_keys(self.instance.dissatisfied_step)]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("dissatisfied_at_most") is None:
            found["dissatisfied_step"] = ""
        elif not found.get("dissatisfied_step") and "dissatisfied_step" not in self.errors:
            self.add_error("dissatisfied_step", _("Choose the step at which the case is opened again."))
        return found


TotalRows = inlineformset_factory(Revision, TotalLimit, form=TotalForm, **ROWS)
ResponseRows = inlineformset_factory(Revision, ResponseLimit, form=ResponseForm, **ROWS)
ExceptionRows = modelformset_factory(ExceptionRule, form=ExceptionForm, **ROWS)
#: A chain is short, and five of them stand on one page.
_CHAIN: dict[str, Any] = {**ROWS, "extra": 1, "max_num": MOST_ROWS}
ThresholdRows = modelformset_factory(Threshold, form=ThresholdForm, **_CHAIN)
StepThresholdRows = modelformset_factory(Threshold, form=StepThresholdForm, **_CHAIN)
#: What each table of thresholds is of, with its prefix on the page; the last is of single steps.
TABLES: tuple[str, ...] = (*Target.values, "single")
