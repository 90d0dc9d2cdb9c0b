"""Effects in words: the same on the page of a trace and in the annual report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from cases.queries.indicators import INDICATORS
from pilots.queries.saying import change, figure

OUTCOMES = {
    "better": gettext_lazy("Better"), "worse": gettext_lazy("Worse"),
    "no_difference": gettext_lazy("No difference that matters"), "cannot_tell": gettext_lazy("Cannot tell"),
}  # fmt: skip
WHY = {
    "nothing_before": gettext_lazy("there are no cases of before"), "only_a_point": gettext_lazy("only a figure"),
    "too_few": gettext_lazy("too few cases"), "not_reached": gettext_lazy("too many cases are still open"),
    "within_margin": gettext_lazy("the whole interval is small"), "one_side": gettext_lazy("the interval leaves out 0"),
    "test_disagrees": gettext_lazy("chance is not excluded"), "too_wide": gettext_lazy("the interval is too wide"),
}  # fmt: skip


@dataclass(frozen=True)
class EffectRow:
    """One indicator of an effect; its words are said in the language in force when they are asked for."""

    data: Mapping[str, Any]

    @property
    def code(self) -> str:
        return str(self.data["code"])

    @property
    def title(self) -> str:
        return str(INDICATORS[self.code].title)

    @property
    def outcome(self) -> str:
        return str(self.data["verdict"])

    @property
    def _is_duration(self) -> bool:
        return INDICATORS[self.code].is_duration

    def before_after(self) -> str:
        """Say the figures of before and after with their numbers of cases."""
        before, after = (figure(self.data[name], is_duration=self._is_duration) for name in ("before", "after"))
        return f"{before} (n={self.data['n_before']}) → {after} (n={self.data['n_after']})"

    def interval(self) -> str:
        """Say the difference and its interval, of rates in points: 15 % less would be another thing."""
        found, low, high = (
            "–" if self.data[name] is None else change(self.data[name], is_duration=self._is_duration)
            for name in ("difference", "low", "high")
        )
        return f"{found} [{low} … {high}]"

    def words(self) -> str:
        """Say the verdict and why it is given."""
        return f"{OUTCOMES[self.outcome]}: {WHY[str(self.data['why'])]}"

    @property
    def look(self) -> str:
        return {"better": "done", "worse": "failed"}.get(self.outcome, "draft")


def effect_rows(data: Mapping[str, Any]) -> list[EffectRow]:
    """Return the indicators of an effect's data."""
    return [EffectRow(row) for row in data["indicators"]]
