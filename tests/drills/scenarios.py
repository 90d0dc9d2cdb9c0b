"""The drills of sla.md's test plan: real processes, real kills; each gives one line of a ledger."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from typing import Any

from tests.drills.floor import ROOT, Floor


def t1_all_at_once(floor: Floor, size: int) -> dict[str, Any]:
    """No fault: all due within one second, two dispatchers."""
    with floor.dispatching(2):
        floor.wait_until_they_look()
        return floor.settled(floor.due(size), seconds=120)


def t2_dispatchers_killed(floor: Floor, size: int, kills: int = 10) -> dict[str, Any]:
    """`kill -9` of dispatchers at random points; another one is started each time."""
    chance = random.Random(2)  # noqa: S311
    with floor.dispatching(2):
        floor.wait_until_they_look()
        mark = floor.due(size, within=5)
        for _number in range(kills):
            floor.wait_until_they_look()
            time.sleep(chance.uniform(0, 0.6))
            floor.dispatchers.pop(0).kill()
            floor.start_dispatcher()
        return {**floor.settled(mark, seconds=120), "kills": kills}


def t5_more_dispatchers(floor: Floor, size: int) -> dict[str, Any]:
    """Four dispatchers on the same clocks."""
    with floor.dispatching(4):
        floor.wait_until_they_look()
        return floor.settled(floor.due(size))


def t6_dispatcher_stopped(floor: Floor, size: int) -> dict[str, Any]:
    """A dispatcher is stopped inside its transaction; the others go on, the database ends the stopped one's."""
    mark = floor.due(size)
    time.sleep(2.5)
    stalled = floor.start_hand("stall", "600")
    held = json.loads(stalled.stdout.readline())["held"] if stalled.stdout else 0
    stalled.send_signal(signal.SIGSTOP)
    with floor.dispatching(2):
        told = floor.settled(mark, seconds=150)
    stalled.send_signal(signal.SIGCONT)
    stalled.kill()
    stalled.wait()
    return {**told, "held": held}


def t7_worker_clock_wrong(floor: Floor, size: int) -> dict[str, Any]:
    """A dispatcher on a machine whose clock is two hours off fires nothing."""
    mark = floor.due(size)
    time.sleep(2)
    wrong = subprocess.run(
        [sys.executable, "-c", _WRONG_CLOCK],
        cwd=ROOT,
        env=floor.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    before = floor.hand("ledger", mark)["fired"]
    with floor.dispatching(1):
        told = floor.settled(mark)
    return {**told, "fired_by_the_wrong_one": before, "alerted": "ClocksDisagree" in wrong.stderr}


_WRONG_CLOCK = """
import os, django, time_machine, datetime
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "procstd.settings")
django.setup()
from cases.domain.clocks.firing import fire_due
with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=2)):
    fire_due()
"""


def t9_database_killed(floor: Floor, size: int, kills: int = 3) -> dict[str, Any]:
    """`kill -9` of PostgreSQL under load, and started again."""
    mark = floor.due(size, within=3)
    for _number in range(kills):
        with floor.dispatching(2):
            time.sleep(3)
            floor.database.kill_and_restart()
    with floor.dispatching(2):
        return {**floor.settled(mark, seconds=120), "kills": kills}


def t14_rows_lost(floor: Floor, count: int = 1_000) -> dict[str, Any]:
    """The next moments of clocks are deleted by hand: counted, and derived anew."""
    lost = floor.hand("lose", str(count))["lost"]
    alarmed = floor.hand("counters")["unarmed"]
    mended = floor.hand("repair")
    return {"deleted": lost, "counted": alarmed, **mended, "left": floor.hand("counters")["unarmed"]}
