"""The drills in which people act while clocks fire: T12, T15, T17."""

from __future__ import annotations

import json
import random
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.drills.floor import Floor

_HANDS = 8


def t12_acts_race_with_firing(floor: Floor, acts: int, *, seconds: int) -> dict[str, Any]:
    """Hold, resume, grade and complete within 50 ms of firing; several hands on the same cases, two dispatchers."""
    floor.hand("racing.all_hours")
    with floor.dispatching(2, every=0.02):
        time.sleep(3)
        hands = [
            floor.start_hand("racing.act", str(acts // _HANDS + 1), str(seconds), str(seed)) for seed in range(_HANDS)
        ]
        done, failed = _told(hands)
        time.sleep(3)
    near = done.pop("near", 0)
    done.pop("made", 0)
    return {**floor.hand("racing.judge"), "acts": sum(done.values()), "near": near, **done, "errors": failed}


def t15_calendar_published(floor: Floor) -> dict[str, Any]:
    """A calendar is published and all open clocks are counted anew while people act and dispatchers fire."""
    with floor.dispatching(2):
        hands = [floor.start_hand("racing.act", "100000", "25", str(100 + seed)) for seed in range(2)]
        time.sleep(8)
        told = floor.hand("calendars.publish_and_recount")
        done, failed = _told(hands)
    done.pop("near", 0)
    return {**told, **floor.hand("calendars.judge", str(told["version"])), **floor.hand("racing.judge"),
            "acts": sum(done.values()), "errors": failed}  # fmt: skip


def t17_soak(floor: Floor, *, seconds: int) -> dict[str, Any]:
    """People act, clocks come due, dispatchers are killed and started; the counters are asked all the while."""
    chance, audits, bad, kills = random.Random(17), 0, [], 0  # noqa: S311
    # The drills before this one fire in silence; here somebody tells, as long as it lasts.
    floor.database.ask("UPDATE cases_effect SET announced_at = now() WHERE announced_at IS NULL")
    with floor.dispatching(2, every=0.2):
        lasting = floor.start_dispatcher(every=0.2, is_silent=False)
        hands = [floor.start_hand("racing.act", "100000", str(seconds), str(200 + seed)) for seed in range(2)]
        until, memory, index = time.monotonic() + seconds, [], []
        while time.monotonic() < until:
            floor.due(40, within=5)
            time.sleep(chance.uniform(1, 4))
            floor.dispatchers.pop(0).kill()
            floor.start_dispatcher(every=0.2)
            floor.dispatchers.sort(key=lambda process: process is lasting)  # that one is never first
            kills += 1
            told = floor.hand("counters")
            audits += 1
            bad += [told] if any(told.values()) else []
            memory.append(_memory(lasting.pid))
            index.append(floor.database.ask("SELECT pg_relation_size('clocks_to_fire') / 1024")[0][0])
        done, failed = _told(hands)
    done.pop("near", 0)
    return {
        **floor.hand("racing.judge"), "acts": sum(done.values()), "kills": kills, "audits": audits,
        "bad_audits": len(bad), "first_bad": bad[:1], "dispatcher_mb": _ends(memory), "index_kb": _ends(index),
        "errors": failed,
    }  # fmt: skip


def _told(hands: list[subprocess.Popen[str]]) -> tuple[Counter[str], list[str]]:
    """Wait for hands; return what they did, added up, and what stopped them."""
    said = [hand.communicate() for hand in hands]
    done = Counter[str]()
    for out, _error in said:
        if out.strip():
            done.update(json.loads(out.strip().splitlines()[-1]))
    return done, [error[-1500:] for _out, error in said if "Traceback" in error]


def _memory(pid: int) -> int:
    """Return the megabytes that a process holds in memory."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS"))


def _ends(values: list[int]) -> str:
    """Return the first value after the start, the last, and the highest."""
    kept = values[min(2, len(values) - 1) :]
    return f"{kept[0]} to {kept[-1]} (most {max(kept)})"
