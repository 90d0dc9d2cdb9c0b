"""Web and worker processes are killed with -9 at random while people work: nothing is lost, nothing doubled (W4)."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import threading
import time
from functools import partial
from pathlib import Path

from tests.cases.live.conftest import LiveStack, at_once
from tests.cases.live.visitors import OUTCOMES, WORKERS, Visitor

#: 25 cases of eight steps: 200 completions.
CASES, DRIVERS, KILLS = 25, 5, 12
IMPORTED = 40


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


class _Killer:
    """Kills a random web process, and every fourth time the worker, after some more completions each time.

    By completions and not by the clock: so many kills fall among them on a fast machine and on a slow one.
    Gunicorn replaces its processes, we the worker.
    """

    def __init__(self, live: LiveStack) -> None:
        self.live, self.lots = live, random.Random(7)  # noqa: S311
        self.kills: list[str] = []
        self.completions: list[int] = []
        self._web, self._worker = live.processes[0], live.processes[1]
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> _Killer:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        following = self.lots.randint(2, 8)
        while not self._done.wait(0.02):
            if len(self.completions) < following:
                continue
            if len(self.kills) % 4 == 3:
                self.kill_worker()
            else:
                self._kill_web()
            following = len(self.completions) + self.lots.randint(6, 14)

    def kill_worker(self) -> None:
        os.killpg(self._worker.pid, signal.SIGKILL)
        self._worker.wait()
        self._worker = self.live.start_worker()
        self.kills.append("worker")

    def _kill_web(self) -> None:
        victims = _children(self._web.pid)
        if len(victims) > 1:  # one goes on answering while the other is replaced
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.lots.choice(victims), signal.SIGKILL)
                self.kills.append("web")


def _patiently(visitor: Visitor, path: str, data: dict[str, str] | None = None) -> tuple[int, str]:
    """Ask until an answer comes: the process that had the request may be dead."""
    for _attempt in range(100):
        try:
            return visitor.ask(path, data)
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"No answer from {path}.")


def _drive(live: LiveStack, windows: dict[str, Visitor], case: int, completions: list[int]) -> None:
    """Work one case to its close. Whoever gets no answer looks again what is open, as a person would."""
    from tests.cases.live.visitors import FORMS

    for _attempt in range(200):
        rows = live.look(
            "SELECT id, key FROM cases_task WHERE process_id = %s AND finished IS NULL AND step_id IS NOT NULL", case
        )
        if not rows:
            return
        ((task, key),) = rows
        code, text = _patiently(
            windows[WORKERS[key]], f"/cases/tasks/{task}/", {**FORMS[key], "outcome": OUTCOMES[key]}
        )
        assert code in (302, 409), text
        completions.append(task)
    raise AssertionError(f"The case {case} does not come to its end.")


def test_two_hundred_completions_survive_processes_that_are_killed(live: LiveStack) -> None:
    from openpyxl import Workbook

    windows = {name: Visitor(live.address, name).sign_in() for name in sorted(set(WORKERS.values()))}
    lead = Visitor(live.address, "sun.yue").sign_in()
    cases = [row["case"] for row in live.filled(complaints=CASES)["complaints"]]
    shares = [cases[position::DRIVERS] for position in range(DRIVERS)]
    book = Workbook()
    assert book.active is not None
    book.active.append(["reference", "customer", "contact", "product", "problem", "channel"])
    for number in range(IMPORTED):
        book.active.append([f"R-{number}", "B", "b", "KF-15", "It flickers", "phone"])
    path = live.folder / "cases.xlsx"
    book.save(path)

    with _Killer(live) as killer:

        def work(share: list[int]) -> None:
            for case in share:
                _drive(live, windows, case, killer.completions)

        check = _uploaded(lead, path)
        killer.kill_worker()
        _ended(live, lead, check)
        code, _text = _patiently(lead, f"/cases/import/checks/{check}/run/", {"rows": "all"})
        assert code == 302
        killer.kill_worker()
        at_once(*(partial(work, share) for share in shares))
    kills = killer.kills
    imports = live.look("SELECT id FROM jobs_job WHERE kind = 'case-import'")
    for (job,) in imports:
        _ended(live, lead, job)

    assert len(kills) >= KILLS, kills
    assert {"web", "worker"} <= set(kills)
    for case in cases:
        assert live.acts(case) == ["opened", *["completed"] * 8, "closed"]
        assert live.look("SELECT status FROM cases_case WHERE id = %s", case) == [("DONE",)]
    imported = live.look(
        "SELECT count(*) FROM cases_case WHERE channel = 'import' AND subject LIKE 'KF-15 · It flickers'"
    )
    assert imported == [(IMPORTED,)]
    doubled = live.look(
        "SELECT process_id, key FROM cases_task WHERE finished IS NULL GROUP BY process_id, key HAVING count(*) > 1"
    )
    assert doubled == []
    assert "as they were written" in live.verified()


def _uploaded(lead: Visitor, path: Path) -> int:
    """Send the workbook as often as it takes; return the number of the job that checks it."""
    for _attempt in range(50):
        with contextlib.suppress(OSError):
            lead.ask("/cases/import/complaint/")
            if found := re.search(r"/jobs/(\d+)/", lead.upload("/cases/import/complaint/", path)):
                return int(found[1])
        time.sleep(0.1)
    raise AssertionError("The upload does not arrive.")


def _ended(live: LiveStack, lead: Visitor, job: int) -> None:
    """Wait until a job is done, whatever dies under it."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        ((state,),) = live.look("SELECT state FROM jobs_job WHERE id = %s", job)
        if state == "done":
            return
        assert state not in ("failed", "cancelled"), state
        time.sleep(0.2)
    row = live.look("SELECT state, attempts, done, total, seen_alive_at, now() FROM jobs_job WHERE id = %s", job)
    raise AssertionError(f"The job {job} does not end: {row}\n{live.log.read_text()[-3000:]}")
