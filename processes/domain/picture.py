"""Draw a standard as a flow chart in swim lanes: on the page, in the manual, on sheets of paper (F18)."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.safestring import SafeString

from processes.domain.chart.drawn import Layout
from processes.domain.chart.layout import place
from processes.domain.chart.model import macro, micro
from processes.domain.chart.pages import sheets
from processes.domain.chart.svg import Look, svg
from processes.domain.standard import Standard
from procstd.look.templatetags.look import limit_words

MICRO, MACRO = "micro", "macro"
LEVELS = (MACRO, MICRO)


def draw(
    standard: Standard,
    states: Mapping[str, str] | None = None,
    *,
    level: str = MICRO,
    vertical: bool = True,
    marks: Mapping[str, str] | None = None,
    links: Mapping[str, str] | None = None,
) -> SafeString:
    """Return the flow chart of *standard* as one SVG.

    *states* says which steps are ``done``, ``now`` or ``waiting``, *marks* which are ``added``, ``changed``, ``moved``
    or ``removed``, *links* where a step leads to: all by the step's key.
    """
    return svg(laid_out(standard, level=level, vertical=vertical), Look(states or {}, marks or {}, links or {}))


def pages(standard: Standard, *, level: str = MICRO, marks: Mapping[str, str] | None = None) -> list[SafeString]:
    """Return the flow chart as one SVG for each sheet of A4 portrait."""
    return sheets(laid_out(standard, level=level, vertical=True), Look(marks=marks or {}))


def laid_out(standard: Standard, *, level: str = MICRO, vertical: bool = True) -> Layout:
    """Return the chart with everything in its place; a micro chart says each step's limit."""
    if level == MACRO:
        return place(macro(standard), vertical=vertical)
    notes = {step.key: limit_words(step.limit) for step in standard.steps if step.limit}
    return place(micro(standard, notes), vertical=vertical)
