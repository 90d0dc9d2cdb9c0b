"""`make drill`: kill, stop and race what fires clocks, on a database of its own; print the ledger. Takes minutes.

DRILL=T1,T12 runs only these; DRILL_CLOCKS, DRILL_DUE, DRILL_AT_ONCE, DRILL_ACTS, DRILL_RACE and DRILL_SOAK (seconds)
say how much.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools import setup
from tools.say import PYTHON, ROOT, fail, plain_sentences


def size(name: str, default: int) -> int:
    """Return how much of something a drill takes."""
    return int(os.environ.get(name, str(default)))


#: Open clocks, and how many of them come due in each drill.
CLOCKS, DUE = size("DRILL_CLOCKS", 100_000), size("DRILL_DUE", 5_000)
#: Acts in the race, and the seconds after which it ends in any case.
ACTS = size("DRILL_ACTS", 1_000)
RACE = size("DRILL_RACE", ACTS)
#: Clocks that come due in one second.
AT_ONCE = size("DRILL_AT_ONCE", min(20_000, CLOCKS // 3))


def main() -> None:
    setup.ensure(tests=True)
    if Path(sys.executable).resolve() != Path(PYTHON).resolve() or "PROCSTD_DRILL" not in os.environ:
        done = subprocess.run(
            [PYTHON, "-m", "tools.drill"], cwd=ROOT, env={**os.environ, "PROCSTD_DRILL": "1"}, check=False
        )
        sys.exit(done.returncode)
    _drill()


def _drill() -> None:
    from tests.drills import fallbacks, races, scenarios
    from tests.drills.database import Database
    from tests.drills.floor import Floor, environment_of, what_is_wrong
    from tests.servers import scratch_database

    folder = Path(tempfile.mkdtemp(prefix="procstd-drill-"))
    database = Database.start(folder)
    os.environ["DATABASE_URL"] = database.url
    scratch_database("procstd")
    floor = Floor(environment_of(database.url, folder), database)
    try:
        subprocess.run([PYTHON, "manage.py", "migrate", "-v0"], cwd=ROOT, env=floor.environment, check=True)
        floor.hand("fill", str(CLOCKS))
        wrong, only = 0, os.environ.get("DRILL", "")
        drills: list[tuple[str, Callable[[], dict[str, Any]]]] = [
            (
                "T1  all at once",
                lambda: scenarios.t1_all_at_once(floor, AT_ONCE),
            ),
            ("T2  dispatchers killed", lambda: scenarios.t2_dispatchers_killed(floor, DUE, kills=25)),
            ("T5  four dispatchers", lambda: scenarios.t5_more_dispatchers(floor, DUE)),
            ("T6  dispatcher stopped", lambda: scenarios.t6_dispatcher_stopped(floor, DUE)),
            ("T7  worker's clock wrong", lambda: scenarios.t7_worker_clock_wrong(floor, DUE)),
            ("T9  database killed", lambda: scenarios.t9_database_killed(floor, DUE, kills=5)),
            ("T10 failover, synchronous", lambda: fallbacks.t10_failover(floor, DUE, synchronous=True)),
            ("T10 failover, asynchronous", lambda: fallbacks.t10_failover(floor, DUE, synchronous=False)),
            ("T11 backup restored", lambda: fallbacks.t11_backup_restored(floor, DUE)),
            ("T12 acts race with firing", lambda: races.t12_acts_race_with_firing(floor, ACTS, seconds=RACE)),
            ("T14 rows lost", lambda: scenarios.t14_rows_lost(floor)),
            ("T15 calendar published", lambda: races.t15_calendar_published(floor)),
            ("T17 soak", lambda: races.t17_soak(floor, seconds=size("DRILL_SOAK", 120))),
        ]
        for name, work in drills:
            if only and name.split()[0] not in only.split(","):
                continue
            start = time.monotonic()
            told = work()
            bad = what_is_wrong(told)
            wrong += bool(bad)
            facts = ", ".join(f"{key} {value}" for key, value in told.items() if key != "counters")
            print(
                f"  {name:28} {time.monotonic() - start:4.0f} s  {facts}{'  WRONG: ' + bad if bad else ''}", flush=True
            )
    finally:
        floor.database.stop()
        shutil.rmtree(folder, ignore_errors=True)
    if wrong:
        fail(f"{wrong} drills went wrong.")


if __name__ == "__main__":
    with plain_sentences():
        main()
