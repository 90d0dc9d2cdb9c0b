"""Two clicks at once on the plan of a pilot: the second waits, and finds what the first planned."""

from __future__ import annotations

import pytest
from django.db import connection

from pilots.models import Pilot
from tests.clicks import at_once
from tests.pilots.desk import leader, planned, specialist, versions

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time by itself"),
]


def test_a_pilot_that_is_planned_by_two_clicks_at_once_is_one() -> None:
    revision, by, decides = versions()[1], specialist(), leader()

    made = at_once(*[lambda: planned(revision, by=by, leader=decides)] * 3)

    assert {row.code for row in made} == {"P-0001"}
    assert Pilot.objects.count() == 1
