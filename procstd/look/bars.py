"""Small bars beside figures: drawn as SVG, since the pages let no style stand in an attribute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT, WIDTH, GAP = 24, 8, 2
#: What is not zero is seen.
LEAST = 2


@dataclass(frozen=True)
class Bar:
    """One bar: its place, and what it says."""

    label: str
    value: int
    x: int
    y: int
    height: int
    is_last: bool


@dataclass(frozen=True)
class Bars:
    """Bars side by side, the last one is now. Shown by components/bars.html."""

    bars: tuple[Bar, ...]

    @property
    def width(self) -> int:
        return len(self.bars) * (WIDTH + GAP)

    @property
    def words(self) -> str:
        """What a screen reader says in place of the picture."""
        return ", ".join(f"{bar.label}: {bar.value}" for bar in self.bars)


def bars(values: Sequence[tuple[str, int]], *, most: int = 0) -> Bars:
    """Return bars for labelled values, as high as the largest of them, or *most* if that is more."""
    largest = max([most, 1, *(value for _label, value in values)])
    made = []
    for place, (label, value) in enumerate(values):
        height = max(round(HEIGHT * value / largest), LEAST) if value > 0 else 0
        made.append(Bar(label, value, place * (WIDTH + GAP), HEIGHT - height, height, place == len(values) - 1))
    return Bars(tuple(made))
