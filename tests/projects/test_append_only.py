"""What was ranked, chosen, closed and answered for stays as it was: the database refuses whoever asks (S8)."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from projects.domain.passing import close_phase, override_criterion
from tests.projects.desk import NOW, chosen, lead, leader, planned, project, ready, staffed, whole

pytestmark = pytest.mark.django_db

COUNT = "SELECT count(*) FROM {}"
REPLACE = "INSERT OR REPLACE INTO projects_ranking SELECT * FROM projects_ranking WHERE id = %s"


@pytest.mark.parametrize("statement", ["UPDATE {} SET at = at", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["projects_ranking", "projects_choice", "projects_closing", "projects_gateoverride"])
def test_no_row_is_changed_or_deleted(table: str, statement: str) -> None:
    close_phase(whole(), phase=1, by=lead(), at=NOW)
    other = ready(planned(staffed(project("second"))))
    override_criterion(other, phase=1, criterion="projects.b-choice", reason="Urgent", by=leader(), at=NOW)

    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(table))
        assert cursor.fetchone()[0] >= 1
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement.format(table))


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="INSERT OR REPLACE exists on SQLite only")
def test_a_row_is_not_replaced_either() -> None:
    ranking = chosen(staffed(project())).rankings.first()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT OR REPLACE INTO projects_ranking SELECT * FROM projects_ranking WHERE id = %s", [ranking.pk]
        )
