"""The grid of steps as they are: lines to write on, with script or without (F07)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from procstd.errors import DomainError
from procstd.organisation.models import Department, Post
from surveys.domain.diagnosis.steps import FACTS, MOST_STEPS, Row, RowRefused
from surveys.forms.diagnosis import SpanField
from surveys.models import AsIsStep
from surveys.models.diagnosis import BY_HAND, NOTE_MOST, Source

#: So many empty lines stand below the steps.
EMPTY = 3


class Choices:
    """Posts and departments, read once for all lines of a grid."""

    def __init__(self) -> None:
        self.posts = {row.pk: row for row in Post.objects.filter(is_active=True)}
        self.departments = {row.pk: row for row in Department.objects.without_tree_fields().filter(is_active=True)}

    def know(self, steps: Iterable[AsIsStep]) -> Choices:
        """Offer what steps name already, although it is no longer in use."""
        for step in steps:
            if step.post:
                self.posts[step.post.pk] = step.post
            if step.department:
                self.departments[step.department.pk] = step.department
        return self


class StepLine(forms.Form):
    """One line: a step, or nothing."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    place = forms.DecimalField(
        label=_("Place"), max_digits=6, decimal_places=2, min_value=0, required=False,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )  # fmt: skip
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=120, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    post = forms.TypedChoiceField(label=_("Post"), required=False, coerce=int, empty_value=None)
    department = forms.TypedChoiceField(label=_("Department"), required=False, coerce=int, empty_value=None)
    wait_minutes = SpanField(label=_("Waits before"))
    rework_percent = forms.IntegerField(label=_("Rework, %"), min_value=0, max_value=100, required=False)
    back_to = forms.DecimalField(
        label=_("Goes back to place"), max_digits=6, decimal_places=2, required=False,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )  # fmt: skip
    is_key_node = forms.BooleanField(label=_("Core node"), required=False)
    note = forms.CharField(label=_("Note"), max_length=NOTE_MOST, required=False)

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for source in BY_HAND:
            self.fields[f"{source.value}_minutes"] = SpanField(label=source.label)
            self.fields[f"{source.value}_n"] = forms.IntegerField(
                label=_("n"), min_value=1, max_value=1_000_000, required=False
            )
        offered: Any = self.fields["post"]
        offered.choices = [("", "–"), *((row.pk, row.name) for row in choices.posts.values())]
        offered = self.fields["department"]
        offered.choices = [("", "–"), *((row.pk, row.name) for row in choices.departments.values())]
        self.known = choices

    @property
    def spans(self) -> list[tuple[Source, Any, Any]]:
        """The durations by source: the source, its field, the field of its n."""
        return [(source, self[f"{source.value}_minutes"], self[f"{source.value}_n"]) for source in BY_HAND]

    @property
    def is_new(self) -> bool:
        return not self["pk"].value()

    @property
    def is_empty(self) -> bool:
        """Tell whether nobody wrote on a new line, its place aside."""
        return not any(value for name, value in self.cleaned_data.items() if name not in ("place", "DELETE"))

    def row(self, line: int, last: Decimal) -> Row:
        """Return what the line says; without a place it stands behind the one before."""
        facts = self.cleaned_data
        return Row(
            place=last + 1 if facts["place"] is None else facts["place"], pk=facts["pk"], back_to=facts["back_to"],
            line=line,
            facts={
                **{name: facts[name] for name in FACTS if name not in ("post", "department")},
                "post": self.known.posts.get(facts["post"]),
                "department": self.known.departments.get(facts["department"]),
            },
        )  # fmt: skip


class StepLines(BaseFormSet):  # type: ignore[type-arg]
    """All lines."""

    def rows(self) -> list[Row]:
        """Return the rows that the lines say, without empty and deleted ones."""
        rows: list[Row] = []
        last = Decimal(0)
        for number, form in enumerate(self.forms):
            if form.cleaned_data.get("DELETE") or (not form.cleaned_data.get("pk") and form.is_empty):
                continue
            rows.append(form.row(number, last))
            last = max(row.place for row in rows)
        return rows

    def show(self, refusal: DomainError) -> None:
        """Put a refusal beside the line and the field it names."""
        if isinstance(refusal, RowRefused):
            self.forms[refusal.line].add_error(refusal.field, refusal.message)


_Lines = formset_factory(
    StepLine, formset=StepLines, extra=0, can_delete=True, max_num=MOST_STEPS + EMPTY, validate_max=True
)


def lines(steps: Sequence[AsIsStep], data: Any = None, *, empty: int = EMPTY, after: int | None = None) -> StepLines:
    """Return the grid: the steps, and *empty* lines below; *after* puts one behind the step of that number."""
    number = {step.pk: step.number for step in steps}
    initial: list[dict[str, Any]] = []
    for step in steps:
        initial.append(
            {
                **{name: getattr(step, name) for name in FACTS}, "pk": step.pk, "place": step.number,
                "post": step.post_id, "department": step.department_id, "back_to": number.get(step.rework_to_id or 0),
            }
        )  # fmt: skip
        if step.number == after:
            initial.append({"place": Decimal(step.number) + Decimal("0.5")})
    initial += [{} for _line in range(empty)]
    choices = Choices().know(steps)
    made: Any = _Lines(data, initial=None if data else initial, prefix="rows", form_kwargs={"choices": choices})
    return made


def more_lines(data: Any) -> Any:
    """Return what was posted with empty lines added, so that the page shows it again with more room."""
    changed = data.copy()
    total = int(changed.get("rows-TOTAL_FORMS") or 0)
    changed["rows-TOTAL_FORMS"] = str(min(total + EMPTY, MOST_STEPS + EMPTY))
    return changed
