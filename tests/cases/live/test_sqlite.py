"""The embedded default under load: SQLite lets people wait, it never fails them (W3)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cases.live.conftest import LiveStack, at_once
from tests.cases.live.visitors import FORMS, OUTCOMES, Visitor

PEOPLE, CASES = 8, 16


@pytest.fixture(scope="module")
def embedded() -> Iterator[LiveStack]:
    running = LiveStack("procstd_embedded", DATABASE_URL="", REDIS_URL="", PROCSTD_LOG_LEVEL="WARNING")
    try:
        running.start()
        yield running
    finally:
        running.stop()


def test_eight_people_at_once_get_answers_and_never_a_locked_database(embedded: LiveStack) -> None:
    windows = [
        {name: Visitor(embedded.address, name).sign_in() for name in ("chen.jing", "zhao.min")}
        for _each in range(PEOPLE)
    ]
    rows = embedded.filled(complaints=CASES)["complaints"]
    answers: list[tuple[int, str]] = []

    def work(position: int) -> None:
        """Complete each first step, although others try the same, and look at the lists in between."""
        for row in rows:
            visitor = windows[position]["chen.jing"]
            answers.append(visitor.ask(f"/cases/tasks/{row['s1']}/", {**FORMS["s1"], "outcome": OUTCOMES["s1"]}))
            answers.append(visitor.ask("/cases/"))
            answers.append(windows[position]["zhao.min"].ask("/cases/all/"))

    at_once(*((lambda position=position: work(position)) for position in range(PEOPLE)))

    codes = [code for code, _text in answers]
    assert set(codes) <= {200, 302, 409}, [text for code, text in answers if code >= 500][:1]
    assert codes.count(302) == CASES
    assert not any("locked" in text for _code, text in answers)
    assert "locked" not in embedded.log.read_text()
    assert "as they were written" in embedded.verified()
