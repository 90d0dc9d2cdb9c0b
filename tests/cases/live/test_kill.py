"""Web and worker processes are killed with -9 at random while people work: nothing is lost, nothing doubled (W4)."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import threading
import time
from collections.abc import Iterator
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


@contextlib.contextmanager
def _killer(live: LiveStack, kills: list[str]) -> Iterator[None]:
    """Kill a random web process or worker every now and then; gunicorn replaces the one, we the other."""
    done, lots = threading.Event(), random.Random(7)  # noqa: S311
    web, worker = live.processes[0], live.processes[1]

    def kill() -> None:
        nonlocal worker
        while not done.wait(lots.uniform(0.25, 0.6)):
            if len(kills) % 4 == 3:
                os.killpg(worker.pid, signal.SIGKILL)
                worker.wait()
                worker = live.start_worker()
                kills.append("worker")
                continue
            victims = _children(web.pid)
            if len(victims) > 1:  # one goes on answering while the other is replaced
                with contextlib.suppress(ProcessLookupError):
                    os.kill(lots.choice(victims), signal.SIGKILL)
                    kills.append("web")

    thread = threading.Thread(target=kill)
    thread.start()
    yield
    done.set()
    thread.join()


def _patiently(visitor: Visitor, path: str, data: dict[str, str] | None = None) -> tuple[int, str]:
    """Ask until an answer comes: the process that had the request may be dead."""
    for _attempt in range(100):
        try:
            return visitor.ask(path, data)
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"No answer from {path}.")


def _drive(live: LiveStack, windows: dict[str, Visitor], case: int) -> None:
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
    raise AssertionError(f"The case {case} does not come to its end.")


def test_two_hundred_completions_survive_processes_that_are_killed(live: LiveStack) -> None:
    from openpyxl import Workbook

    windows = [
        {name: Visitor(live.address, name).sign_in() for name in sorted(set(WORKERS.values()))}
        for _each in range(DRIVERS)
    ]
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
    kills: list[str] = []

    def work(share: list[int], people: dict[str, Visitor]) -> None:
        for case in share:
            _drive(live, people, case)

    with _killer(live, kills):
        check = _uploaded(lead, path)
        _ended(live, lead, check)
        code, _text = _patiently(lead, f"/cases/import/checks/{check}/run/", {"rows": "all"})
        assert code == 302
        at_once(*((lambda s=share, w=people: work(s, w)) for share, people in zip(shares, windows, strict=True)))
        until = time.monotonic() + 30
        while len(kills) < KILLS and time.monotonic() < until:
            time.sleep(0.2)
    imports = live.look("SELECT id FROM jobs_job WHERE kind = 'case-import'")
    for (job,) in imports:
        _ended(live, lead, job)

    assert len(kills) >= KILLS, kills
    assert {"web", "worker"} <= set(kills)
    for case in cases:
        kinds = [
            kind for (kind,) in live.look("SELECT kind FROM cases_event WHERE case_id = %s ORDER BY position", case)
        ]
        assert kinds == ["opened", *["completed"] * 8, "closed"]
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
    until = time.monotonic() + 60
    while time.monotonic() < until:
        ((state,),) = live.look("SELECT state FROM jobs_job WHERE id = %s", job)
        if state == "done":
            return
        assert state not in ("failed", "cancelled"), state
        time.sleep(0.2)
    raise AssertionError(f"The job {job} does not end.")
