"""Forms of the diagnosis: pain points, evidence, causes, endings, baselines."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procstd.acts import ActForm, SeenMixin
from procstd.organisation.forms.directory import DayInput
from surveys.domain.diagnosis.pains import reject_pain, solve_pain
from surveys.domain.diagnosis.spans import Unreadable, read_span, write_span
from surveys.models import AsIsStep, Element, Source, Survey
from surveys.models.diagnosis import BY_HAND, NOTE_MOST

_AREA = forms.Textarea(attrs={"rows": 3})


class SpanField(forms.CharField):
    """Working time in words: 2 d, 1.5 h, 30 min, 2天."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "max_length": 40, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return write_span(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return read_span(text)
        except Unreadable:
            raise forms.ValidationError(
                _("Not a span of working time. For example 30 min, 1.5 h, 2 d; a day has 8 hours.")
            ) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return read_span(str(data or "")) != initial
        except Unreadable:
            return True


class PainForm(SeenMixin, ActForm):
    """A pain point."""

    text_zh = forms.CharField(
        label=_("Pain point in Chinese"), max_length=300, required=False,
        help_text=_("What goes wrong and where, with its figure: “quality takes 2 days to judge responsibility”."),
    )  # fmt: skip
    text_en = forms.CharField(label=_("Pain point in English"), max_length=300, required=False)
    source = forms.ChoiceField(
        label=_("Source"), choices=[(source.value, source.label) for source in BY_HAND],
        help_text=_("How one came to know it."),
    )  # fmt: skip
    steps = forms.ModelMultipleChoiceField(
        AsIsStep.objects.none(), label=_("Steps"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Where it hurts."),
    )  # fmt: skip
    times_a_month = forms.DecimalField(
        label=_("Times a month"), max_digits=8, decimal_places=1, min_value=0, required=False
    )
    lost_minutes = SpanField(
        label=_("Time lost each time"), help_text=_("For example 30 min, 1.5 h, 2 d; a day has 8 hours.")
    )
    cost = forms.DecimalField(
        label=_("Money lost each time"), max_digits=12, decimal_places=2, min_value=0, required=False
    )
    evidence_zh = forms.CharField(
        label=_("Evidence in Chinese"), max_length=NOTE_MOST, required=False, widget=_AREA,
        help_text=_("What shows it: figures, cases, words of people. Single rows of the survey are added afterwards."),
    )  # fmt: skip
    evidence_en = forms.CharField(label=_("Evidence in English"), max_length=NOTE_MOST, required=False, widget=_AREA)

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps: Any = self.fields["steps"]
        steps.queryset = AsIsStep.objects.filter(survey=survey).in_order()
        if self.initial.get("source") == Source.MINED or self.data.get("source") == Source.MINED:
            source: Any = self.fields["source"]
            source.choices = Source.choices


class PainAddForm(PainForm):
    seen = None  # type: ignore[assignment]


class EvidenceForm(ActForm):
    """A row of the survey in which a pain point was seen."""

    kind = forms.ChoiceField(label=_("Source"), choices=Source)
    number = forms.CharField(
        label=_("Number"), max_length=60, required=False,
        help_text=_("As it stands on its page, for example “Q3” or “interview 2”."),
    )  # fmt: skip
    figure_zh = forms.CharField(label=_("Figure or words in Chinese"), max_length=300, required=False)
    figure_en = forms.CharField(label=_("Figure or words in English"), max_length=300, required=False)


class CauseForm(ActForm):
    """An answer to “why?”."""

    text_zh = forms.CharField(label=_("Cause in Chinese"), max_length=300, required=False)
    text_en = forms.CharField(label=_("Cause in English"), max_length=300, required=False)
    is_actionable = forms.BooleanField(
        label=_("Can be acted on"), required=False, help_text=_("The chain ends here: somebody can change this.")
    )


class CauseChangeForm(SeenMixin, CauseForm):
    pass


class EndingForm(ActForm):
    """How a pain point ends (F08)."""

    ending = forms.ChoiceField(
        label=_("Ending"), choices=[("solved", _("Solved by")), ("rejected", _("Rejected because"))],
        widget=forms.RadioSelect, initial="solved",
    )  # fmt: skip
    solved_by = forms.ChoiceField(label=_("Element or step"), required=False)
    ending_zh = forms.CharField(
        label=_("In words, in Chinese"), max_length=500, required=False, widget=_AREA,
        help_text=_("How it is solved; a rejection needs its reason."),
    )  # fmt: skip
    ending_en = forms.CharField(label=_("In words, in English"), max_length=500, required=False, widget=_AREA)

    def __init__(self, *args: Any, steps: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        elements = [(f"element:{row.value}", f"{row.value} {row.label}") for row in Element]
        field: Any = self.fields["solved_by"]
        field.choices = [("", _("Choose …")), (_("Elements"), elements)]
        if steps:
            field.choices = [*field.choices, (_("Steps of the standard"), steps)]

    def carry_out_on(self, pain: Any, **facts: Any) -> bool:
        """Carry out the act that was chosen."""
        return self.carry_out(_end, pain, **facts)


def _end(pain: Any, *, ending: str, solved_by: str, ending_zh: str, ending_en: str, by: Any, at: Any) -> Any:
    words = {"ending_zh": ending_zh, "ending_en": ending_en}
    if ending == "rejected":
        return reject_pain(pain, **words, by=by, at=at)
    return solve_pain(pain, solved_by=solved_by, **words, by=by, at=at)


class BaselineForm(ActForm):
    """A figure of the process as it is (F09)."""

    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=120)
    name_en = forms.CharField(
        label=_("Name in English"), max_length=120, help_text=_("For example “mean cycle” or “satisfaction”.")
    )
    value = forms.DecimalField(
        label=_("Value"), max_digits=14, decimal_places=3, required=False,
        help_text=_("Counted, where you give single values below."),
    )  # fmt: skip
    unit_zh = forms.CharField(label=_("Unit in Chinese"), max_length=24)
    unit_en = forms.CharField(label=_("Unit in English"), max_length=24)
    n = forms.IntegerField(
        label=_("Number of cases (n)"), min_value=1, max_value=10_000_000, required=False,
        help_text=_("On so many it rests."),
    )  # fmt: skip
    values = forms.CharField(
        label=_("Single values"), required=False, widget=forms.Textarea(attrs={"rows": 4}), max_length=40_000,
        help_text=_(
            "What each case took, from a register: a column pasted from a sheet will do. With them a pilot can tell "
            "chance from change; with one figure it cannot."
        ),
    )  # fmt: skip
    period_from = forms.DateField(label=_("First day counted"), widget=DayInput())
    period_until = forms.DateField(
        label=_("Counted until"), widget=DayInput(), help_text=_("The first day that no longer counts.")
    )
    source = forms.ChoiceField(label=_("Source"), choices=Source)
    note = forms.CharField(
        label=_("Where it can be looked up"), max_length=300, required=False,
        help_text=_("A file, a system, a questionnaire; so that somebody can count again."),
    )  # fmt: skip


class BaselineChangeForm(SeenMixin, BaselineForm):
    pass
