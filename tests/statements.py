"""What an act costs: how many statements it asks of the database."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext


def statements_of(act: Callable[[], object]) -> int:
    """Return how many statements *act* asks of the database."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)
