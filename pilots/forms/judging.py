"""Forms of what a pilot is judged by: criteria, its beginning, the decision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.queries.indicators import INDICATORS
from pilots.models import Pilot, Way
from processes.domain.standard import Standard
from procstd.acts import ActForm
from procstd.organisation.forms.directory import DayInput
from surveys.models import Baseline

_AREA = {"rows": 2}


class CriterionForm(ActForm):
    """An indicator, what it should reach, and the smallest change that matters."""

    indicator = forms.ChoiceField(label=_("What is measured"), widget=forms.RadioSelect)
    step = forms.ChoiceField(label=_("Step"), required=False, help_text=_("Only for figures of a step."))
    threshold = forms.DecimalField(
        label=_("To be reached"), max_digits=9, decimal_places=2, min_value=0,
        help_text=_("Working hours, or per cent, as the figure is counted."),
    )  # fmt: skip
    minimum_effect = forms.DecimalField(
        label=_("Smallest change that matters"), max_digits=9, decimal_places=2,
        help_text=_("Hours, or points of 100. Less than this is “no difference”, even where it is measured."),
    )  # fmt: skip
    baseline = forms.ModelChoiceField(
        Baseline.objects.none(), label=_("Compare with a figure of the survey"), required=False,
        help_text=_("Only where no case of before is known: one figure says little about chance."),
    )  # fmt: skip
    point = forms.DecimalField(
        label=_("What that figure is in this unit"), max_digits=9, decimal_places=2, min_value=0, required=False
    )

    def __init__(self, *args: Any, pilot: Pilot, standard: Standard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["indicator"].choices = [
            (
                code,
                _("%(title)s (%(unit)s): %(meaning)s") % {"title": row.title, "unit": row.unit, "meaning": row.meaning},
            )
            for code, row in INDICATORS.items()
        ]  # fmt: skip
        fields["step"].choices = [
            ("", _("The whole case")), *((step.key, f"{step.number} {step.title}") for step in standard.steps)
        ]  # fmt: skip
        fields["baseline"].queryset = Baseline.objects.filter(
            survey__process=pilot.process_id, freeze__isnull=False
        ).select_related("survey")
        fields["baseline"].label_from_instance = lambda row: f"{row.survey.number} {row.name}: {row.value:f} {row.unit}"


class BeginForm(ActForm):
    """Why it begins although not everybody is ready."""

    reason = forms.CharField(
        label=_("Why it begins all the same"), max_length=500, required=False, widget=forms.Textarea(attrs=_AREA)
    )


class DecideForm(ActForm):
    """Go, extend, stop."""

    way = forms.ChoiceField(
        label=_("Decision of the leader"), widget=forms.RadioSelect,
        choices=[
            (Way.GO, _("Go: it is rolled out; until then it stays in force in the pilot departments")),
            (Way.EXTEND, _("Extend: too little is known, the pilot goes on")),
            (Way.STOP, _("Stop: its release ends, open cases are worked to their end by it")),
        ],
    )  # fmt: skip
    until = forms.DateField(
        label=pgettext_lazy("of an extension", "Until"), widget=DayInput(), required=False,
        help_text=_("Only where it is extended: the first day that no longer counts."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Stands in the report, beside the figures, for ever."),
    )  # fmt: skip
    seen = forms.CharField(widget=forms.HiddenInput, error_messages={"required": _("Read the figures, then decide.")})
