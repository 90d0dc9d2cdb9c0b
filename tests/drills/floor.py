"""Where a drill takes place: a database with clocks, dispatchers on it, and hands that do something there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.drills.database import Database

ROOT = Path(__file__).resolve().parents[2]

#: Whether something waits that was made due under a mark; a hand of Django would take the dispatchers' time.
_WAITING = (
    "SELECT EXISTS (SELECT FROM cases_clock c "
    "WHERE c.promised_at = '2001-01-01 UTC'::timestamptz + %s * interval '1 s' "
    "AND NOT EXISTS (SELECT FROM cases_effect e WHERE e.clock_id = c.id AND e.kind = 'breach'))"
)

#: How many were made due under a mark and have fired.
_FIRED = (
    "SELECT count(*) FROM cases_effect e JOIN cases_clock c ON c.id = e.clock_id "
    "WHERE c.promised_at = '2001-01-01 UTC'::timestamptz + %s * interval '1 s' AND e.kind = 'breach'"
)
#: How many processes other than this one have looked for clocks: dispatchers that have started.
_LOOKING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND query LIKE '%%cases_clock%%'"
)


@dataclass
class Floor:
    """Where a drill takes place: a database with clocks, and dispatchers on it."""

    environment: dict[str, str]
    database: Database
    dispatchers: list[subprocess.Popen[str]] = field(default_factory=list)
    mark: int = 0

    def hand(self, *command: str) -> dict[str, Any]:
        """Do something in a process of its own; return what it says."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.drills.hands", *command],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{command}: {done.stderr[-2000:]}")
        return dict(json.loads(done.stdout.strip().splitlines()[-1]))

    def start_hand(self, *command: str) -> subprocess.Popen[str]:
        """Start something that takes a while."""
        return subprocess.Popen(
            [sys.executable, "-m", "tests.drills.hands", *command],
            cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def move_to(self, database: Database) -> None:
        """Go on with another server."""
        self.database = database
        self.environment["DATABASE_URL"] = database.url

    def start_dispatcher(self, *, every: float = 0.5, is_silent: bool = True) -> subprocess.Popen[str]:
        """Start a process that fires for ever."""
        silent = ["--silent"] if is_silent else []
        process = subprocess.Popen(
            [sys.executable, "manage.py", "fire_clocks", "--forever", "--every", str(every), *silent],
            cwd=ROOT, env=self.environment, text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.dispatchers.append(process)
        return process

    @contextmanager
    def dispatching(self, count: int, *, every: float = 0.5, is_silent: bool = True) -> Iterator[None]:
        """Have *count* dispatchers for a while."""
        for _number in range(count):
            self.start_dispatcher(every=every, is_silent=is_silent)
        try:
            yield
        finally:
            for process in self.dispatchers:
                process.send_signal(signal.SIGCONT)
                process.kill()
                process.wait()
            self.dispatchers.clear()

    def wait_until_they_look(self, *, seconds: float = 180) -> None:
        """Wait until all dispatchers have started: a kill before that is none, and the start is nobody's lateness."""
        until = time.monotonic() + seconds
        while self.database.ask(_LOOKING)[0][0] < len(self.dispatchers) and time.monotonic() < until:
            time.sleep(0.1)

    def due(self, count: int, *, within: float = 1) -> str:
        """Let clocks come due; return the mark under which the ledger finds them."""
        self.mark += 1
        self.hand("due", str(count), str(within), str(self.mark))
        return str(self.mark)

    def settled(self, mark: str, *, seconds: float = 60) -> dict[str, Any]:
        """Wait until all that was due has fired, or nothing more has for so many *seconds*; return the ledger."""
        fired, until = 0, time.monotonic() + seconds
        while self.database.ask(_WAITING, int(mark))[0][0] and time.monotonic() < until:
            before, fired = fired, self.database.ask(_FIRED, int(mark))[0][0]
            if fired > before:  # a busy machine is slow, which is not lost
                until = time.monotonic() + seconds
            time.sleep(0.5)
        return self.hand("ledger", mark)


def environment_of(url: str, folder: Path) -> dict[str, str]:
    """Return the environment of a drill's processes."""
    return {
        **os.environ,
        "DATABASE_URL": url,
        "REDIS_URL": "",
        "PROCSTD_VAR_DIR": str(folder),
        "PROCSTD_LOG_LEVEL": "ERROR",
        "PYTHONWARNINGS": "ignore",
    }


def what_is_wrong(told: dict[str, Any]) -> str:
    """Say what a ledger shows that must not be; empty if all is well."""
    must_be_zero = (
        "lost", "doubled", "early", "broken_chains", "met_and_breached", "fired_by_the_wrong_one", "left",
        "replayed_otherwise", "old_epoch", "fired_twice", "deadlocks", "not_fired_again", "other_keys", "still_old",
        "pulled_into_the_past", "not_logged", "bad_audits",
    )  # fmt: skip
    found = [f"{name} {told[name]}" for name in must_be_zero if told.get(name)]
    if told.get("errors"):
        found.append(str(told["errors"][0]))
    if told.get("breach_is_due") is False:
        found.append("a breach was not noted at its due time")
    return ", ".join(found)
