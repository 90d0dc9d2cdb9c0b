"""Where everything of a flow chart stands: steps from top to bottom, the lanes of a group beside each other."""

from __future__ import annotations

from dataclasses import dataclass

from processes.domain.standard import Outcome, Standard, Step

#: A step's box; between two rows; between two lanes.
WIDTH, HEIGHT, GAP, LANE_GAP = 210, 54, 34, 24
#: How high the bars are between which the lanes of a group run.
BAR = 6
#: Between the side of the steps and the first way around them, and between two such ways.
MARGIN, CHANNEL = 18, 12


@dataclass(frozen=True)
class Box:
    """A step."""

    x: float  # of the middle
    y: float  # of the top

    @property
    def bottom(self) -> float:
        return self.y + HEIGHT

    @property
    def middle(self) -> float:
        return self.y + HEIGHT / 2

    def side(self, direction: int) -> float:
        return self.x + direction * WIDTH / 2


@dataclass(frozen=True)
class Bar:
    """Where a parallel group begins or ends: all its lanes at once."""

    y: float  # of the top
    half: float

    x = 0.0

    @property
    def bottom(self) -> float:
        return self.y + BAR

    @property
    def middle(self) -> float:
        return self.y + BAR / 2

    def side(self, direction: int) -> float:
        return direction * self.half


@dataclass(frozen=True)
class End:
    """Where the case is closed."""

    y: float

    x = 0.0

    @property
    def middle(self) -> float:
        return self.y + 9

    def side(self, direction: int) -> float:
        return direction * 8


Spot = Box | Bar | End


@dataclass
class Layout:
    """Where everything stands. Steps of a group are reached by its fork only and left by its join only."""

    boxes: dict[str, Box]
    forks: dict[int, Bar]
    joins: dict[int, Bar]
    end: End

    #: The tops of what stands one below the other: steps alone, bars, the end.
    rows: list[float]

    @property
    def half(self) -> float:
        """Half the width of what stands in rows."""
        return max([WIDTH / 2, *(bar.half for bar in self.forks.values())])


def place(standard: Standard) -> Layout:
    """Say where every step stands: alone in its row, or in its lane between the bars of its group."""
    boxes: dict[str, Box] = {}
    forks: dict[int, Bar] = {}
    joins: dict[int, Bar] = {}
    rows: list[float] = []
    y = float(GAP)
    for step in standard.steps:
        if step.group is None:
            boxes[step.key] = Box(0, y)
            rows.append(y)
            y += HEIGHT + GAP
        elif step.group not in forks:
            lanes = list(standard.lanes(step.group).values())
            widths = [WIDTH + _gutter(standard, lane) for lane in lanes]
            half = (sum(widths) + LANE_GAP * (len(lanes) - 1)) / 2
            forks[step.group] = Bar(y, half)
            rows.append(y)
            y += BAR + GAP
            left = -half
            for lane, width in zip(lanes, widths, strict=True):
                for position, member in enumerate(lane):
                    boxes[member.key] = Box(left + WIDTH / 2, y + position * (HEIGHT + GAP))
                left += width + LANE_GAP
            y += max(map(len, lanes)) * (HEIGHT + GAP)
            joins[step.group] = Bar(y, half)
            rows.append(y)
            y += BAR + GAP
    return Layout(boxes, forks, joins, End(y), [*rows, y])


def detours(standard: Standard, lane: list[Step]) -> list[tuple[Step, str | None, Outcome]]:
    """Return the ways of a lane that do not lead to the step just below: back, ahead, or out of it early."""
    keys = [step.key for step in lane]
    found: dict[tuple[str, str | None], tuple[Step, str | None, Outcome]] = {}
    for index, step in enumerate(lane):
        following = keys[index + 1] if index + 1 < len(keys) else None
        for _key, target, outcome in standard.arcs_of(step):
            goal = target if target in keys else None
            if goal != following:
                found.setdefault((step.key, goal), (step, goal, outcome))
    return list(found.values())


def _gutter(standard: Standard, lane: list[Step]) -> float:
    """Return the room that a lane's detours take beside it."""
    count = len(detours(standard, lane))
    return count * CHANNEL + 4 if count else 0
