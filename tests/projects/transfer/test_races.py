"""Several workers at once, each with a connection of its own (F05)."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from procstd.transfer.archive import unpack
from projects.domain.notebook import add_risk
from projects.models import Arrival, Project
from tests.projects.desk import lead, project
from tests.projects.transfer.bags import checked, exported, imported

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time by itself"),
]


def _at_once(*acts: Any) -> list[Any]:
    together = threading.Barrier(len(acts))

    def call(act: Any) -> Any:
        try:
            together.wait(10)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(call, acts))


def test_of_four_workers_with_one_check_one_writes_and_all_tell_its_project() -> None:
    raw = exported(project())
    check = checked(raw).pk

    made = _at_once(*[lambda: imported(raw, "copy", check=check)] * 4)

    assert {row.project.code for row in made} == {"copy"}
    assert sum(row.written is not None for row in made) == 1
    assert (Project.objects.count(), Arrival.objects.count()) == (2, 1)


def test_what_is_saved_while_a_project_is_exported_is_in_no_part_of_the_file() -> None:
    started, by = project(), lead()

    def write() -> None:
        for number in range(20):
            add_risk(
                started, title_zh="险", title_en=f"Risk {number}", control_zh="控", control_en="Control", likelihood=1,
                impact=1, owner=None, reason="Test", by=by,
            )  # fmt: skip

    files = _at_once(lambda: [exported(started) for _number in range(5)], write)[0]

    assert all(unpack(raw).parts["rows/projects.risk.json"] for raw in files)
