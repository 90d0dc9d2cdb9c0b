"""Which few pain points make most of the trouble: ordered, with the share that they make together (H2.2.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Bar:
    """One bar: its label, value, share of the whole and cumulated share in per cent, rounded to a tenth."""

    label: str
    value: Decimal
    share: Decimal
    cumulated: Decimal
    text: str = ""


_TENTH = Decimal("0.1")


def pareto(rows: Iterable[tuple[str, Decimal | None, str]]) -> list[Bar]:
    """Return the rows (label, value, text) as bars, the largest first; equal ones stay in their order.

    Rows without a value, or of nothing, are no bars. The last one always reaches 100 %.
    """
    found = sorted(((label, Decimal(value), text) for label, value, text in rows if value), key=lambda row: -row[1])
    total = sum((value for _label, value, _text in found), Decimal(0))
    bars, so_far = [], Decimal(0)
    for label, value, text in found:
        so_far += value
        share, cumulated = (100 * part / total for part in (value, so_far))
        bars.append(Bar(label, value, share.quantize(_TENTH), cumulated.quantize(_TENTH), text))
    return bars


def vital_few(bars: Iterable[Bar], *, percent: int = 80) -> list[Bar]:
    """Return the first bars that make *percent* of the whole together."""
    found: list[Bar] = []
    for bar in bars:
        if found and found[-1].cumulated >= percent:
            break
        found.append(bar)
    return found
