"""The drills in which another server takes over: a standby (T10), a restored backup (T11)."""

from __future__ import annotations

import subprocess
import time
from typing import Any

from tests.drills.database import Database
from tests.drills.floor import Floor
from tests.servers import postgres_binary

_KEYS = "SELECT concat_ws(':', clock_id, sequence, kind, rank), fired_at FROM cases_effect"


def t10_failover(floor: Floor, size: int, *, synchronous: bool) -> dict[str, Any]:
    """`kill -9` of the primary under load; the standby is promoted and dispatchers start anew with its address.

    Asynchronous: the standby stops receiving two seconds before, so that there is something to be lost.
    """
    primary, standby = floor.database, floor.database.standby(f"standby-{int(synchronous)}-{floor.mark}")
    if synchronous:
        primary.be_synchronous()
    with floor.dispatching(2):
        time.sleep(3)
        mark = floor.due(size, within=12)
        time.sleep(2)
        if not synchronous:
            standby.stop_following()
            time.sleep(2)
        before = dict(primary.ask(_KEYS))
        primary.kill()
        killed = time.monotonic()
    standby.promote()
    promoted = time.monotonic() - killed
    floor.move_to(standby)
    after = dict(standby.ask(_KEYS))
    gone = set(before) - set(after)
    window = (max(before.values()) - max(after.values())).total_seconds() if gone else 0.0
    with floor.dispatching(2):
        rto = _first_effect(standby, len(after), killed)
        told = floor.settled(mark, seconds=120)
    repaired = floor.hand("repair")
    return {
        **told, "effects_before_the_kill": len(before), "gone_with_the_primary": len(gone), "window_s": window,
        "not_fired_again": len(set(before) - set(dict(standby.ask(_KEYS)))),
        "promoted_s": round(promoted, 2), "rto_s": rto, "repaired": repaired["put_right"],
        **({"errors": [f"{len(gone)} effects gone"]} if synchronous and gone else {}),
    }  # fmt: skip


def _first_effect(database: Database, before: int, since: float) -> float:
    """Wait for the first effect on *database*; return the seconds *since*."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if database.ask("SELECT count(*) FROM cases_effect")[0][0] > before:
            break
        time.sleep(0.1)
    return round(time.monotonic() - since, 2)


def t11_backup_restored(floor: Floor, size: int) -> dict[str, Any]:
    """A dump is taken, clocks fire and people are told; the dump is restored: all fires again, with the same keys."""
    size = min(size, 1_000)
    mark = floor.due(size, within=1)
    dump = floor.database.folder.parent / "drill.dump"
    server = ["-h", "127.0.0.1", "-p", str(floor.database.port), "-U", "procstd"]
    subprocess.run([postgres_binary("pg_dump"), *server, "-Fc", "-f", str(dump), "procstd"], check=True)
    with floor.dispatching(2, is_silent=False):
        floor.settled(mark)
        _quiet(floor)
    keys, sent = _keys(floor.database), _deliveries(floor.database)
    start = time.monotonic()
    restore = [postgres_binary("pg_restore"), *server, "--dbname", "procstd", "--clean", "--if-exists",
               "--single-transaction", str(dump)]  # fmt: skip
    subprocess.run(restore, check=True)
    restored, since = time.monotonic() - start, len(_keys(floor.database))
    repaired = floor.hand("repair")
    with floor.dispatching(2, is_silent=False):
        told = floor.settled(mark)
        _quiet(floor)
    converged = time.monotonic() - start
    again, sent_again = _keys(floor.database), _deliveries(floor.database)
    return {
        **told, "fired_after_the_dump": len(keys) - since, "not_fired_again": len(keys - again),
        "deliveries": len(sent), "other_keys": len(sent ^ sent_again), "repaired": repaired["put_right"],
        "restored_s": round(restored, 1), "converged_s": round(converged, 1),
        "left": sum(floor.hand("counters").values()),
    }  # fmt: skip


def _quiet(floor: Floor) -> None:
    """Wait until everybody was told of everything."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if not floor.database.ask("SELECT count(*) FROM cases_effect WHERE announced_at IS NULL")[0][0]:
            return
        time.sleep(0.3)


def _keys(database: Database) -> set[str]:
    return set(dict(database.ask(_KEYS)))


def _deliveries(database: Database) -> set[str]:
    return {key for (key,) in database.ask("SELECT key FROM notices_delivery")}
