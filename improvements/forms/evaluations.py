"""Forms of evaluations: plan a special one, decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from improvements.models import Occasion, Outcome
from improvements.models.evaluation import REASON_MOST
from processes.models import Process
from procstd.acts import ActForm
from procstd.organisation.forms.directory import DayInput


def _text(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=REASON_MOST, widget=forms.Textarea(attrs={"rows": 3}), **more)


class PlanForm(ActForm):
    """A special evaluation, because the business changes (H2.6.1)."""

    process = forms.ModelChoiceField(Process.objects.none(), label=_("Process"), to_field_name="code")
    occasion = forms.ChoiceField(label=_("What changes"), choices=Occasion)
    occasion_on = forms.DateField(
        label=_("From which day"),
        required=False,
        widget=DayInput(),
        help_text=_("When the change takes effect; the evaluation is due before that. A regulation needs it."),
    )
    why_zh = _text(_("Reason in Chinese"), help_text=_("What is it about? For example the name of the regulation."))
    why_en = _text(_("Reason in English"))

    def __init__(self, *args: Any, processes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["process"].queryset = processes  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "process"}


class DecideForm(ActForm):
    """What becomes of the standard, and why; what changes, where it is revised."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    outcome = forms.ChoiceField(label=_("Outcome of the evaluation"), choices=Outcome, widget=forms.RadioSelect)
    reason = _text(_("Reason"), help_text=_("What in the evidence speaks for it?"))
    text_zh = forms.CharField(
        label=_("What changes, in Chinese"),
        max_length=500,
        required=False,
        help_text=_("Only where it is revised: the next revision begins with it."),
    )
    text_en = forms.CharField(label=_("What changes, in English"), max_length=500, required=False)
    effect = forms.CharField(
        label=_("Expected effect"), max_length=REASON_MOST, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    confirmed = forms.BooleanField(
        label=_("Retire: I confirm that no case is opened by this standard any more"), required=False
    )

    def facts(self) -> dict[str, Any]:
        return {**self.cleaned_data}
