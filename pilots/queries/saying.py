"""Figures and verdicts in words, with the number of cases in every sentence (F42). All lazily translated."""

from __future__ import annotations

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pilots.models import Criterion
from pilots.queries.comparison import Compared
from procstd.estimates.differences import Estimate
from procstd.estimates.verdicts import Outcome, Why

#: What a verdict is called, and how it looks.
OUTCOMES: dict[Outcome, tuple[Any, str]] = {
    Outcome.BETTER: (gettext_lazy("better"), "done"),
    Outcome.WORSE: (gettext_lazy("worse"), "failed"),
    Outcome.SAME: (gettext_lazy("no difference"), "info"),
    Outcome.UNKNOWN: (gettext_lazy("cannot tell"), "waiting"),
}


def figure(value: float | None, *, is_duration: bool) -> str:
    """Say a figure: 18.5 h, 90 %; a dash for none."""
    if value is None:
        return "–"
    if is_duration:
        return _("%(hours)s h") % {"hours": _plain(value)}
    return f"{_plain(value * 100)} %"


def change(value: float | None, *, is_duration: bool) -> str:
    """Say a difference with its sign: −4.2 h, +15 points."""
    if value is None:
        return _("any")
    size = _plain(abs(value) if is_duration else abs(value) * 100)
    sign = "" if size == "0" else "+" if value > 0 else "−"
    words = _("%(sign)s%(size)s h") if is_duration else _("%(sign)s%(size)s points")
    return words % {"sign": sign, "size": size}


def difference(estimate: Estimate, *, is_duration: bool) -> str:
    """Say the difference after − before; a dash where it is not known."""
    return "–" if estimate.difference is None else change(estimate.difference, is_duration=is_duration)


def between(estimate: Estimate, *, is_duration: bool) -> str:
    """Say the interval of a difference."""
    low, high = estimate.low, estimate.high
    if low is None and high is None:
        return "–"
    if low is None:
        return _("at most %(high)s") % {"high": change(high, is_duration=is_duration)}
    if high is None:
        return _("at least %(low)s") % {"low": change(low, is_duration=is_duration)}
    words = {"low": change(low, is_duration=is_duration), "high": change(high, is_duration=is_duration)}
    return _("%(low)s to %(high)s") % words


def p_value(estimate: Estimate) -> str:
    """Say how often chance alone would show as much."""
    if estimate.p is None:
        return "p –"
    return "p < 0.001" if estimate.p < 0.001 else f"p = {number_format(estimate.p, decimal_pos=3)}"


def cases(count: int, still_open: int = 0) -> str:
    """Say how many cases, and how many of them are still open."""
    words = ngettext("%(count)d case", "%(count)d cases", count) % {"count": count}
    if not still_open:
        return words
    return _("%(cases)s, %(open)d of them still open") % {"cases": words, "open": still_open}


def named(criterion: Criterion, steps: dict[str, str]) -> str:
    """Say what a criterion measures: “Duration of a step: 4 Analyse the cause”."""
    title = str(criterion.measured.title)
    if not criterion.step:
        return title
    return _("%(field)s: %(value)s") % {"field": title, "value": steps.get(criterion.step, criterion.step)}


def aim(criterion: Criterion) -> str:
    """Say what is to be reached: “at most 20 h; what matters is 4 h”."""
    is_duration = criterion.measured.is_duration
    parts = 1.0 if is_duration else 100.0
    wanted = figure(float(criterion.threshold) / parts, is_duration=is_duration)
    size = _plain(float(criterion.minimum_effect))
    least = (_("%(size)s h") if is_duration else _("%(size)s points")) % {"size": size}
    text = _("at most %(wanted)s") if criterion.lower_is_better else _("at least %(wanted)s")
    return _("%(aim)s; a change of %(least)s or more matters") % {"aim": text % {"wanted": wanted}, "least": least}


def sentence(row: Compared) -> str:
    """Say what the verdict is, why, and on how many cases it rests."""
    found, is_duration = row.estimate, row.is_duration
    words = {
        "before": figure(found.before, is_duration=is_duration), "after": figure(found.after, is_duration=is_duration),
        "n_before": cases(found.n_before, found.open_before), "n_after": cases(found.n_after, found.open_after),
        "difference": change(found.difference, is_duration=is_duration),
        "between": between(found, is_duration=is_duration), "confidence": round(found.confidence * 100),
        "margin": change(row.margin, is_duration=is_duration).lstrip("+"), "p": p_value(found),
    }  # fmt: skip
    said = {"verdict": OUTCOMES[row.verdict.outcome][0], "why": str(_REASONS[row.verdict.why]) % words}
    return _("%(verdict)s. %(why)s") % {**said, "verdict": _first(str(said["verdict"]))}


def reached(row: Compared) -> str:
    """Say whether the figure after reaches what was asked for."""
    if row.is_reached is None:
        return _("not known yet")
    return _("reached") if row.is_reached else _("not reached")


def controlled(found: Estimate) -> str:
    """Say what is left when the change of the control departments is taken off (F41)."""
    return _(
        "Departments without the pilot changed by %(others)s meanwhile (%(n_others)s). Taken off, %(left)s remain, "
        "between %(between)s with %(confidence)d %% confidence."
    ) % {
        "others": change(found.before, is_duration=True), "n_others": cases(found.n_before, found.open_before),
        "left": change(found.difference, is_duration=True), "between": between(found, is_duration=True),
        "confidence": round(found.confidence * 100),
    }  # fmt: skip


_REASONS: dict[Why, Any] = {
    Why.NOTHING_BEFORE: gettext_lazy(
        "There is nothing to compare with: no case before is known. After: %(after)s in %(n_after)s."
    ),
    Why.ONLY_A_POINT: gettext_lazy(
        "Of before one figure of the survey is known, %(before)s from %(n_before)s, and not how much its cases "
        "varied; so chance cannot be excluded. After: %(after)s in %(n_after)s, a difference of %(difference)s."
    ),
    Why.TOO_FEW: gettext_lazy(
        "Too few cases: %(n_after)s after and %(n_before)s before. So far %(after)s after %(before)s."
    ),
    Why.NOT_REACHED: gettext_lazy(
        "More than half of the cases on one side are still open, so that their middle is not known: %(n_after)s after, "
        "%(n_before)s before."
    ),
    Why.WITHIN_MARGIN: gettext_lazy(
        "With %(confidence)d %% confidence the difference is %(between)s, within the %(margin)s that do not matter "
        "(%(n_after)s after, %(n_before)s before)."
    ),
    Why.ONE_SIDE: gettext_lazy(
        "%(after)s in %(n_after)s after %(before)s in %(n_before)s: a difference of %(difference)s, with "
        "%(confidence)d %% confidence %(between)s; by chance alone %(p)s."
    ),
    Why.TEST_DISAGREES: gettext_lazy(
        "%(after)s in %(n_after)s after %(before)s in %(n_before)s. The interval, %(between)s, says there is a "
        "difference; the test does not exclude chance (%(p)s)."
    ),
    Why.TOO_WIDE: gettext_lazy(
        "%(after)s in %(n_after)s after %(before)s in %(n_before)s. With %(confidence)d %% confidence the difference "
        "is %(between)s: that holds both none and one of %(margin)s, which would matter."
    ),
}


def _first(text: str) -> str:
    return text[:1].upper() + text[1:]


def _plain(value: float) -> str:
    """Write a number without idle zeros: 12, 7.5."""
    text = number_format(round(value, 1), decimal_pos=1)
    return text[:-2] if text.endswith((".0", ",0")) else text
