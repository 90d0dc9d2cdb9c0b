"""The process as it is, drawn by the engine that draws standards: macro by departments, micro by posts (H2.2.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from processes.domain.chart.drawn import Layout
from processes.domain.chart.layout import place
from processes.domain.chart.model import macro, micro
from processes.domain.chart.pages import sheets
from processes.domain.chart.svg import Look, svg
from processes.domain.picture import MACRO, MICRO
from processes.domain.standard import Outcome, Place, Standard, Step, Words
from procstd.bilingual import in_each_language
from surveys.domain.diagnosis.spans import say_span
from surveys.models import AsIsStep, Survey

_NONE = Words("", "")


def standard_of_steps(survey: Survey, steps: Sequence[AsIsStep]) -> Standard:
    """Return the steps of a survey as the chart engine takes them: one after the other, with their ways back."""
    keys = {step.pk for step in steps}
    made = tuple(
        _step(step, steps[number] if number < len(steps) else None, keys) for number, step in enumerate(steps, 1)
    )
    process = survey.process
    return Standard(
        code=process.code, name=Words(process.name_zh, process.name_en), category=process.category, number="",
        purpose=_NONE, scope=_NONE, rules=_NONE, inputs=_NONE, outputs=_NONE, responsibilities=(), totals=(),
        forms=(), steps=made, exceptions=(),
    )  # fmt: skip


def key_of(step: AsIsStep) -> str:
    """Return the key by which charts know a step."""
    return f"a{step.pk}"


def laid_out(survey: Survey, steps: Sequence[AsIsStep], *, level: str = MICRO, vertical: bool = True) -> Layout:
    """Return the chart with everything in its place; a micro chart says how long each step takes and waits."""
    standard = standard_of_steps(survey, steps)
    if level == MACRO:
        return place(macro(standard), vertical=vertical)
    return place(micro(standard, {key_of(step): _note(step) for step in steps}), vertical=vertical)


def draw(
    survey: Survey,
    steps: Sequence[AsIsStep],
    *,
    level: str = MICRO,
    vertical: bool = True,
    links: Mapping[str, str] | None = None,
) -> SafeString:
    """Return the flow chart of the process as it is, as one SVG."""
    return svg(laid_out(survey, steps, level=level, vertical=vertical), Look(links=links or {}))


def pages(survey: Survey, steps: Sequence[AsIsStep], *, level: str = MICRO) -> list[SafeString]:
    """Return the same as one SVG for each sheet of A4 portrait."""
    return sheets(laid_out(survey, steps, level=level, vertical=True))


def through_minutes(steps: Sequence[AsIsStep]) -> int:
    """Return how long one case takes, by the durations that count and the waits; rework is not in it."""
    return sum(step.through_minutes for step in steps)


def _step(step: AsIsStep, following: AsIsStep | None, keys: set[int]) -> Step:
    outcomes = [Outcome("done", _both(_lazy_done), key_of(following) if following else None)]
    if step.rework_to_id in keys and (step.rework_to_id != step.pk):
        percent = f" {step.rework_percent} %" if step.rework_percent else ""
        back = _both(_lazy_back)
        outcomes.append(
            Outcome("back", Words(back.zh + percent, back.en + percent), f"a{step.rework_to_id}", is_send_back=True)
        )
    place_of = _place(step)
    return Step(
        key=key_of(step), number=step.number, title=Words(step.name_zh, step.name_en), operation=_NONE,
        example=_NONE, inputs=_NONE, outputs=_NONE, limit=None, form=None, is_key_node=step.is_key_node,
        posts={"R": (place_of,)} if place_of else {}, outcomes=tuple(outcomes),
    )  # fmt: skip


def _place(step: AsIsStep) -> Place | None:
    """Return who does a step: a post, in its department; or only a department."""
    department = Words(step.department.name_zh, step.department.name_en) if step.department else None
    if step.post:
        code = step.department.code if step.department else None
        return Place(step.post.code, Words(step.post.name_zh, step.post.name_en), code, department)
    return Place(step.department.code, department) if step.department and department else None


def _lazy_done() -> str:
    return _("done")


def _lazy_back() -> str:
    return _("rework")


def _both(text: Any) -> Words:
    told = in_each_language(text)
    return Words(told["zh"], told["en"])


def _note(step: AsIsStep) -> str:
    """Say under a step how long it takes, from how many cases, and how long it waits before."""
    parts = []
    if found := step.duration:
        source, minutes, n = found
        rests = f"{source.label}, n={n}" if n else str(source.label)
        parts.append(f"{say_span(minutes)} ({rests})")
    if step.wait_minutes:
        parts.append(_("waits %(span)s") % {"span": say_span(step.wait_minutes)})
    return " · ".join(parts)


__all__ = ["MACRO", "MICRO", "draw", "key_of", "laid_out", "pages", "standard_of_steps", "through_minutes"]
