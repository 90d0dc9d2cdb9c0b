"""What an import costs: the same statements whatever the rows, and time in line with them (F05)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from processes.models import PainPoint
from procstd.errors import DomainError
from procstd.transfer.content import Row
from procstd.transfer.writing import MOST_TURNS
from projects.models import Project
from tests.projects.desk import planned, project, staffed
from tests.projects.transfer.bags import demo, exported, imported
from tests.projects.transfer.hostile import remade, whole

pytestmark = pytest.mark.django_db


def test_rows_of_a_known_process_are_found_in_the_same_statements_whatever_their_number() -> None:
    started = demo()

    def cost() -> int:
        raw = exported(started)
        with CaptureQueriesContext(connection) as captured:
            imported(raw, f"copy-{Project.objects.count()}")
        return len(captured)

    cost()
    few = cost()
    point = PainPoint.objects.latest("pk")
    PainPoint.objects.bulk_create(
        PainPoint(process=point.process, key=f"q{number}", text_zh="痛", text_en=f"Pain {number}")
        for number in range(30)
    )

    assert cost() == few


def test_rows_are_looked_through_in_time_in_line_with_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def many(parts: dict[str, Any]) -> None:
        rows = parts["rows/projects.risk.json"]
        rows[:] = [{**rows[0], "id": number} for number in range(1, 501)]

    raw = remade(whole(), many)
    looked = 0
    key: Any = Row.key

    def counted(row: Row) -> Any:
        nonlocal looked
        looked += 1
        return key.fget(row)

    monkeypatch.setattr(Row, "key", property(counted))

    imported(raw, "copy")

    assert Project.objects.get(code="copy").risks.count() == 500
    assert looked < 500 * 40


def test_rows_that_point_to_each_other_in_a_long_row_write_nothing() -> None:
    def backwards(parts: dict[str, Any]) -> None:
        rows = parts["rows/projects.planitem.json"]
        phase = next(row for row in rows if row["parent"] is None)
        task = next(row for row in rows if row["parent"] is not None)
        last = 2 * MOST_TURNS
        rows[:] = [
            {**task, "id": number, "key": f"x{number}", "depends_on": [], "parent": number + 1}
            for number in range(1, last)
        ]
        rows.append({**phase, "id": last, "key": "x", "depends_on": []})
        for row in parts["rows/projects.entry.json"]:
            row["item"] = None

    hostile = remade(exported(planned(staffed(project()))), backwards)

    with pytest.raises(DomainError, match="more steps than any project has"):
        imported(hostile, "copy")

    assert not Project.objects.filter(code="copy").exists()
