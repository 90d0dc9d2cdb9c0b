"""The flow picture says what the standard says: every way is drawn, and none runs through a step."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings

from processes.domain.definition import build
from processes.domain.drafting import write_draft
from processes.domain.layout import HEIGHT, WIDTH, place
from processes.domain.parsing import parse
from processes.domain.picture import draw
from processes.domain.standard import Standard
from processes.models import Process
from tests.random_standards import random_standards
from tests.standards import RELEASED_AT, Data, process_named, standard, step

pytestmark = pytest.mark.django_db


def _read(data: Data) -> Standard:
    process = process_named(f"drawn-{Process.objects.count()}")
    return parse(build(write_draft(process, data, by=None, reason="Test", at=RELEASED_AT)))


def _ways(svg: str) -> list[list[tuple[float, float]]]:
    """Return the corners of every way."""
    found = []
    for path in re.findall(r'<path d="([^"]+)"', svg):
        x = y = 0.0
        corners = []
        for command, numbers in re.findall(r"([MLHV])([-\d. ]+)", path):
            values = [float(number) for number in numbers.split()]
            x, y = {"H": (values[0], y), "V": (x, values[0])}.get(command) or (values[0], values[-1])
            corners.append((x, y))
        found.append(corners)
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=random_standards())
def test_no_way_runs_through_a_step(data: Data) -> None:
    read = _read(data)
    boxes = place(read).boxes

    for corners in _ways(draw(read)):
        for (from_x, from_y), (to_x, to_y) in pairwise(corners):
            for key, box in boxes.items():
                beside = max(from_x, to_x) <= box.x - WIDTH / 2 or min(from_x, to_x) >= box.x + WIDTH / 2
                apart = max(from_y, to_y) <= box.y or min(from_y, to_y) >= box.y + HEIGHT
                assert beside or apart, (key, corners)


def test_all_lanes_of_a_group_begin_at_one_bar_and_end_at_another() -> None:
    read = _read(
        standard(
            step("s1", "s2"),
            step("s2", "s3", group=1),
            step("s3", "s5", "s2", group=1),
            step("s4", "s5", group=1, lane=2, form=None),
            step("s5", None, "s2"),
        )
    )
    layout = place(read)
    fork, join = layout.forks[1], layout.joins[1]

    ways = _ways(draw(read))

    begun = sorted(corners[-1][0] for corners in ways if corners[0][1] == fork.bottom)
    ended = sorted(corners[-1][0] for corners in ways if corners[-1][1] == join.y - 2)
    assert begun == ended == sorted(round(layout.boxes[key].x) for key in ("s2", "s4"))
    assert sum(corners[-1][1] == fork.middle for corners in ways) == 1  # from step 5 back to the whole group
    # In, to the bar, two lanes begin and end, 2 to 3, 3 back to 2, to 5, to the end, 5 back to the bar.
    assert len(ways) == 11


def test_a_step_done_again_is_now_and_a_closed_case_has_nothing_at_work() -> None:
    read = _read(standard(step("s1", "s2"), step("s2", None)))

    assert "flow-step--now" in draw(read, {"s1": "done", "s2": "now"})
    assert "flow-step--now" not in draw(read, {"s1": "done", "s2": "done"})
