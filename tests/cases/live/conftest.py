"""Real web processes on a scratch database, with parallel parts and plenty of cases."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.cases.live.visitors import Visitor
from tests.stack import ROOT, Stack


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.served)


class LiveStack(Stack):
    """Two web processes of eight threads, a worker and a beat; and questions to its database."""

    def filled(self, **asked: int) -> dict[str, Any]:
        """Open cases by the script beside this file; return the numbers of their tasks."""
        command = [sys.executable, "-m", "tests.cases.live.fill", json.dumps(asked)]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True)
        return dict(json.loads(done.stdout.splitlines()[-1]))

    def look(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the database."""
        with psycopg.connect(self.environment["DATABASE_URL"]) as connection:
            return connection.execute(query, values).fetchall()

    def acts(self, case: int) -> list[str]:
        """Return the kinds of a case's events in their order, without those its clocks wrote."""
        query = "SELECT kind FROM cases_event WHERE case_id = %s AND kind <> 'clocks' ORDER BY position"
        return [kind for (kind,) in self.look(query, case)]

    def verified(self) -> str:
        """Return what ``verify_cases`` says of every chain."""
        command = [sys.executable, "manage.py", "verify_cases"]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True
        ).stdout


@pytest.fixture(scope="module")
def live() -> Iterator[LiveStack]:
    running = LiveStack(
        "procstd_live",
        PROCSTD_LOG_LEVEL="WARNING",
        PUBLIC_FILINGS_PER_HOUR="100000",
        # A job whose worker was killed is taken up again while a test still waits for it.
        PROCSTD_JOB_STALE_SECONDS="10",
    )
    try:
        running.start(web_processes=2)
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def windows(live: LiveStack) -> dict[str, Visitor]:
    """Everybody of the complaint standard, signed in."""
    people = ("chen.jing", "zhou.tao", "zhao.min", "wang.lei", "ma.jun", "xu.hai")
    return {name: Visitor(live.address, name).sign_in() for name in people}


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Let every act begin at the same time; return what each returned."""
    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result() for future in [pool.submit(act) for act in acts]]
