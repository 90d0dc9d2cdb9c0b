"""The RACI matrix as a form: a cell for each step and place, and what is wrong beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from processes.domain.matrix import Line, Matrix, Spot, read_letters, spot_of
from processes.domain.standard import Place
from procstd.acts import ActForm, ReasonMixin, SeenMixin
from procstd.errors import DomainError
from procstd.organisation.models import Department, Post


@dataclass(frozen=True)
class Cell:
    """A cell as it is shown: its name in the form, what stands in it, what is wrong with it."""

    name: str
    place: Place
    label: str
    text: str
    error: Any = ""


@dataclass(frozen=True)
class Row:
    """A step with its cells."""

    line: Line
    cells: list[Cell]


class ColumnForm(forms.Form):
    """Which post is to have a column too. It is asked for by address, and saved with its first letter."""

    post = forms.ModelChoiceField(
        Post.objects.filter(is_active=True), label=_("Post"), to_field_name="code", empty_label=_("Choose …")
    )
    department = forms.ModelChoiceField(
        Department.objects.without_tree_fields().filter(is_active=True),
        label=_("Department"),
        to_field_name="code",
        required=False,
        empty_label=_("wherever it is held"),
    )


class MatrixForm(ReasonMixin, SeenMixin, ActForm):
    """Carries the letters of every cell; a wrong one is refused beside its cell, and all are kept as written."""

    def __init__(self, data: Mapping[str, str] | None, *, matrix: Matrix, places: list[Place], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["reason"].help_text = ""
        self._matrix, self._places = matrix, places
        self._written: dict[str, dict[Spot, str]] = {}
        self._wrong: dict[str, Any] = {}

    @property
    def rows(self) -> list[Row]:
        """The steps with their cells: as posted, else as they stand."""
        return [Row(line, [self._cell(line, place) for place in self._places]) for line in self._matrix.lines]

    def clean(self) -> dict[str, Any]:
        for line in self._matrix.lines:
            for place in self._places:
                name = _name(line, place)
                if name not in self.data:
                    continue
                try:
                    letters = read_letters(self.data[name])
                except DomainError as refusal:
                    self._wrong[name] = refusal.message
                else:
                    self._written.setdefault(line.step.key, {})[spot_of(place)] = letters
        if self._wrong:
            self.add_error(None, _("Nothing is saved yet: some cells hold something else than R, A, C, I and S."))
        return super().clean() or self.cleaned_data

    def facts(self) -> dict[str, Any]:
        return {**super().facts(), "wanted": self._written}

    def _cell(self, line: Line, place: Place) -> Cell:
        name = _name(line, place)
        spots = [spot_of(known) for known in self._matrix.places]
        spot = spot_of(place)
        present = line.letters[spots.index(spot)] if spot in spots else ""
        text = self.data.get(name, present) if self.is_bound else present
        return Cell(name, place, f"{line.step.number} {line.step.title}: {place.name}", text, self._wrong.get(name, ""))


def _name(line: Line, place: Place) -> str:
    return f"cell-{line.step.key}-{place.post}@{place.department or ''}"
