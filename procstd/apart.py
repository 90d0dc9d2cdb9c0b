"""Work in a process of its own that may take so much time and memory, and no more (I2).

It is a copy of ours (fork), so it begins at once with everything loaded and read, and ends with what it returns.
Only Linux is sure to copy a process that has threads; elsewhere the work is done in ours, without these bounds.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from procstd.errors import DomainError
from procstd.logs import log

#: What the work may take by the clock beyond its processor time, in seconds.
_PATIENCE = 15
#: What the work may take of memory beyond what it begins with.
_MEMORY = 1_500 * 1024**2
#: True within such a process: what it calls is bounded already.
_is_apart = False
_forking = threading.Lock()


class TooMuch(Exception):
    """The work took more time or memory than it may; *by_clock*: perhaps only because the machine is busy."""

    def __init__(self, *, by_clock: bool = False) -> None:
        super().__init__()
        self.by_clock = by_clock


def apart(work: Callable[[], bytes], *, seconds: int) -> bytes:
    """Return what *work* returns, done within so many seconds of processor time, and fifteen more by the clock.

    Raises TooMuch, or the DomainError that the work raised. The work must leave the database alone: its connection
    is ours.
    """
    if _is_apart or not sys.platform.startswith("linux"):
        return work()
    # One at a time: a child of another thread would hold our end of the pipe open, and we would wait for its work too.
    with _forking:
        reader, writer = os.pipe()
        try:
            child = os.fork()
        except OSError as error:  # no room for one more process
            os.close(reader)
            log.warning("work_apart_not_begun", error=str(error))
            raise TooMuch(by_clock=True) from error
        else:
            if child == 0:
                os.close(reader)
                _do(work, writer, seconds)
        finally:
            os.close(writer)
    try:
        told = _read(reader, seconds + _PATIENCE)
    finally:
        os.close(reader)
        os.kill(child, signal.SIGKILL)  # it is not waited for yet, so the number is still its own
        status = os.waitpid(child, 0)[1]
    if told is None:
        raise TooMuch(by_clock=True)
    if told[:1] == b"=":
        return told[1:]
    if told[:1] == b"!":
        raise pickle.loads(told[1:])  # noqa: S301  (written by ourselves, a moment ago)
    log.warning("work_apart_ended", status=status)
    raise TooMuch


def _read(reader: int, seconds: float) -> bytes | None:
    """Read until the other side ends; None when it takes too long."""
    until = time.monotonic() + seconds
    parts: list[bytes] = []
    while (left := until - time.monotonic()) > 0:
        if select.select([reader], [], [], left)[0]:
            part = os.read(reader, 1 << 20)
            if not part:
                return b"".join(parts)
            parts.append(part)
    return None


def _do(work: Callable[[], bytes], writer: int, seconds: int) -> None:
    """Do the work and end this process at once, without what ours does when it ends."""
    global _is_apart
    _is_apart = True
    tracemalloc.stop()  # what measures our memory would only make this one slow
    told = b""
    try:
        _bound(seconds)
        told = b"=" + work()
    except (MemoryError, TooMuch):
        told = b""
    except DomainError as refusal:
        told = b"!" + pickle.dumps(refusal)
    except Exception as error:
        log.exception("work_apart_failed")
        told = b"!" + pickle.dumps(RuntimeError(f"{type(error).__name__}: {error}"))
    finally:
        try:
            with os.fdopen(writer, "wb") as file:
                file.write(told)
        finally:
            os._exit(0)


def _bound(seconds: int) -> None:
    import resource  # there is none on Windows

    used = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (used + _MEMORY, used + _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
