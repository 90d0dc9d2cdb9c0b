"""Forms of candidates, weights and the choice."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from processes.models import Process
from procstd.acts import ActForm, ReasonMixin
from projects.models import DIMENSIONS

#: What 1 and 5 mean in each dimension (H2.1.2).
SCALES = {
    "frequency": _("How often the problem is felt: 1 a few times a year, 3 weekly, 5 daily."),
    "reach": _("Departments and customers it touches: 1 one team, 3 two departments, 5 many and customers."),
    "difficulty": _("How easily it can be improved: 1 years and large means, 3 months, 5 weeks with own means."),
    "fit": _("How well it supports this year's goals: 1 hardly, 5 it is one of them."),
}


class ScoreForm(ReasonMixin, ActForm):
    """Four scores, each with its reason."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in DIMENSIONS.items():
            self.fields[name] = forms.TypedChoiceField(
                label=label, coerce=int, choices=[(n, str(n)) for n in range(1, 6)], widget=forms.RadioSelect,
                help_text=SCALES[name],
            )  # fmt: skip
            self.fields[f"why_{name}"] = forms.CharField(
                label=_("Why: %(what)s") % {"what": label}, max_length=300, widget=forms.TextInput
            )
        order = [name for pair in DIMENSIONS for name in (pair, f"why_{pair}")]
        self.order_fields(["process", *order, "reason"])


class CandidateForm(ScoreForm):
    """A process to be compared."""

    process = forms.ModelChoiceField(Process.objects.none(), label=_("Process"))

    def __init__(self, *args: Any, processes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["process"].queryset = processes  # type: ignore[attr-defined]


class WeightsForm(ReasonMixin, ActForm):
    """The project's own weights: they add up to 100."""

    frequency = forms.IntegerField(label=DIMENSIONS["frequency"], min_value=0, max_value=100)
    reach = forms.IntegerField(label=DIMENSIONS["reach"], min_value=0, max_value=100)
    difficulty = forms.IntegerField(label=DIMENSIONS["difficulty"], min_value=0, max_value=100)
    fit = forms.IntegerField(label=DIMENSIONS["fit"], min_value=0, max_value=100)
    field_order = ["frequency", "reach", "difficulty", "fit", "reason"]


class ChooseForm(ActForm):
    """The first one or two of the ranking; the hash of what was read goes along."""

    processes = forms.MultipleChoiceField(label=_("Processes"), widget=forms.CheckboxSelectMultiple)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["processes"].choices = choices  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        return {**self.cleaned_data, "seen": self.cleaned_data["seen"] or None}
