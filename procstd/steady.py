"""Notices when this machine's clock jumps: wall time against the time since it was started.

The two run apart slowly (a clock that is being slewed) or not at all. Between two looks they part by much only when
somebody sets the clock, or when the machine stood still and its uptime does not count that (a paused virtual machine).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

# Counts sleep, where the system has it: a laptop that woke up has not had its clock set.
_UPTIME = getattr(time, "CLOCK_BOOTTIME", None)


def uptime() -> float:
    """Return the seconds since this machine was started."""
    return time.monotonic() if _UPTIME is None else time.clock_gettime(_UPTIME)


class Steadiness:
    """Looks at both clocks and tells by how many seconds the wall clock has jumped.

    A jump counts until the clock is put right, or until *believed_after* has passed: then the new time is taken for
    true, because a machine whose wrong clock was mended at last must not stand still for ever.
    """

    def __init__(
        self,
        most: timedelta,
        believed_after: timedelta,
        *,
        wall: Callable[[], float] = time.time,
        since_start: Callable[[], float] = uptime,
    ) -> None:
        self._most, self._believed_after = most.total_seconds(), believed_after.total_seconds()
        self._wall, self._since_start = wall, since_start
        self._offset = wall() - since_start()
        self._jumped_at: float | None = None

    def jump(self) -> int:
        """Return the seconds of a jump that still counts (negative: backwards), else 0."""
        uptime_now = self._since_start()
        offset = self._wall() - uptime_now
        jumped = offset - self._offset
        if abs(jumped) > self._most:
            if self._jumped_at is None:
                self._jumped_at = uptime_now
            if uptime_now - self._jumped_at < self._believed_after:
                return int(jumped)
        self._offset, self._jumped_at = offset, None
        return 0
