"""Measure a piece of work: queries, time, processor time, memory. For `manage.py bench`."""

from __future__ import annotations

import gc
import os
import statistics
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext


@dataclass(frozen=True)
class Row:
    """One measurement. A figure that does not apply is None."""

    what: str
    n: int
    queries: int | None
    ms_p50: float | None
    ms_p95: float | None
    cpu_ms: float | None
    peak_mb: float | None


def _database_seconds() -> float:
    """Return the processor time that the database has used for us so far: 0 where it is in our own process.

    PostgreSQL's own process tells it on Linux, if it runs on this machine.
    """
    if connection.vendor != "postgresql" or connection.connection is None:
        return 0.0
    try:
        fields = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _processor_seconds() -> float:
    """Return the processor time used so far: ours, that of processes that did work for us and ended, the database's."""
    ended = os.times()
    return time.process_time() + ended.children_user + ended.children_system + _database_seconds()


def measure(what: str, n: int, work: Callable[[], Any], *, times: int = 20) -> Row:
    """Do *work* once to warm up and count its queries, then *times* times against the clock.

    *n* is the size of what it works on; memory is the peak of Python's own objects in one round.
    """
    work()
    with CaptureQueriesContext(connection) as captured:
        work()
    queries = len(captured)  # now: the next request empties the log
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    gc.collect()
    spans: list[float] = []
    cpu_before = _processor_seconds()
    for _round in range(times):
        start = time.perf_counter()
        work()
        spans.append((time.perf_counter() - start) * 1000)
    cpu = (_processor_seconds() - cpu_before) * 1000 / times
    p95 = statistics.quantiles(spans, n=20)[18] if len(spans) > 1 else spans[0]
    return Row(
        what=what,
        n=n,
        queries=queries,
        ms_p50=round(statistics.median(spans), 2),
        ms_p95=round(p95, 2),
        cpu_ms=round(cpu, 2),
        peak_mb=round(peak / 1024**2, 2),
    )


def measure_once(what: str, n: int, work: Callable[[], Any], *, is_traced: bool = True) -> Row:
    """Measure what takes long, or can be done once only: do *work*, undo it; count its statements without their texts.

    Memory is the peak of Python's own objects in a round before, which warms up too. What takes half a minute would
    take five while it is traced: without tracing there is one round, and memory is by how much the process grew.
    """
    gc.collect()
    peak: float | None = None
    if is_traced:
        tracemalloc.start()
        _undone(work)
        peak = tracemalloc.get_traced_memory()[1] / 1024**2
        tracemalloc.stop()
        gc.collect()
    queries = 0

    def counted(execute: Callable[..., Any], *args: Any) -> Any:
        nonlocal queries
        queries += 1
        return execute(*args)

    resident = _resident(forget_peak=True)
    start, cpu_before = time.perf_counter(), _processor_seconds()
    with connection.execute_wrapper(counted):
        _undone(work)
    spent, cpu = (time.perf_counter() - start) * 1000, (_processor_seconds() - cpu_before) * 1000
    if not is_traced and resident is not None:
        most = _resident()
        peak = None if most is None else max(most[1] - resident[0], 0)
    return Row(
        what=what, n=n, queries=queries, ms_p50=round(spent, 2), ms_p95=None, cpu_ms=round(cpu, 2),
        peak_mb=None if peak is None else round(peak, 2),
    )  # fmt: skip


def _undone(work: Callable[[], Any]) -> None:
    with transaction.atomic():
        work()
        transaction.set_rollback(True)


def _resident(*, forget_peak: bool = False) -> tuple[float, float] | None:
    """Return how many MB this process has in memory, now and at most; None where no system like Linux tells."""
    own = Path("/proc/self")
    try:
        if forget_peak:
            (own / "clear_refs").write_text("5")
        lines = (own / "status").read_text().splitlines()
    except OSError:
        return None
    found = {
        name: int(rest.split()[0]) / 1024 for name, _, rest in (line.partition(":") for line in lines) if "kB" in rest
    }
    return found["VmRSS"], found["VmHWM"]
