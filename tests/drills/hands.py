"""What a drill does in a process of its own, on the database of the drill; each command prints one line of JSON.

python -m tests.drills.hands fill 100000
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "procstd.settings")


def fill(count: str) -> dict[str, Any]:
    """Have *count* open clocks, far from due, of copies of a case of the complaint standard."""
    from cases.benches import _driven, _house
    from cases.clock_benches import _fill
    from cases.models import Case, Clock

    process, people = _house()
    pattern = Case.objects.defer(None).get(pk=_driven(process, people)["open"][3])
    Clock.objects.update(fire_at=None, is_exhausted=True, breached_at=None, fired=9)
    Clock.objects.filter(state="running").update(breached_at=None, state="cancelled", running_since=None,
                                                 ended_at=datetime.now(UTC))  # fmt: skip
    _fill(pattern, int(count))
    return {"open": Clock.objects.open().count()}


def due(count: str, seconds: str, mark: str) -> dict[str, Any]:
    """Let *count* clocks come due within the next *seconds*; ``promised_at`` marks them for the ledger."""
    from cases.models import Clock

    fresh = Clock.objects.filter(key__startswith="bench:", breached_at=None, fired=1, fire_at__gt=_now())
    keys = list(fresh.order_by("pk").values_list("pk", flat=True)[: int(count)])
    start, slices = _now().replace(microsecond=0), max(int(float(seconds)), 1)
    for number in range(slices):
        at = start + timedelta(seconds=number)
        mine = keys[number::slices]
        Clock.objects.filter(pk__in=mine).update(
            due_at=at, fire_at=at + timedelta(seconds=1), promised_at=_marked(mark)
        )
    return {"due": len(keys)}


def ledger(mark: str) -> dict[str, Any]:
    """Compare what was due with what fired."""
    from cases.domain.clocks.watching import count
    from cases.models import Clock, Effect, Event

    due_keys = dict(Clock.objects.filter(promised_at=_marked(mark)).values_list("pk", "key"))
    rows = list(
        Effect.objects.filter(clock__promised_at=_marked(mark), kind="breach").values_list(
            "clock_id", "fire_at", "fired_at", "due_at", "clock__breached_at"
        )
    )
    told: Counter[tuple[int, str]] = Counter()
    cases = Clock.objects.filter(promised_at=_marked(mark)).values("case_id")
    for case, body in Event.objects.filter(kind="clocks", case__in=cases).values_list("case_id", "body").iterator():
        for change in body["changes"]:
            if change["what"] == "breached" and change["clock"].startswith("bench:"):
                told[case, change["clock"]] += 1
    late = sorted(_lateness(mark)) or [0.0]
    fired = {row[0] for row in rows}
    return {
        "due": len(due_keys),
        "fired": len(fired),
        "lost": len(set(due_keys) - fired),
        "doubled": len(rows) - len(fired) + sum(times - 1 for times in told.values()),
        "early": sum(fired_at < fire for _clock, fire, fired_at, _due, _breach in rows),
        "breach_is_due": all(breach == due_at for _clock, _fire, _fired, due_at, breach in rows),
        "p50": round(statistics.median(late), 3),
        "p99": round(late[max(int(len(late) * 0.99) - 1, 0)], 3),
        "worst": round(late[-1], 3),
        "drained": _drained(mark),
        "counters": asdict(count(at=_now())),
    }


def _lateness(mark: str) -> list[float]:
    """Return how many seconds after its moment each effect was committed, by the database's own record."""
    return [
        seconds for (seconds,) in _committed(mark, "extract(epoch FROM at - fire_at)::float8") if seconds is not None
    ]


def _drained(mark: str) -> float:
    """Return the seconds from the first commit to the last."""
    found = _committed(mark, "extract(epoch FROM max(at) - min(at))::float8")
    return round(found[0][0] or 0.0, 2)


def _committed(mark: str, asked: str) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {asked} FROM (SELECT e.fire_at, pg_xact_commit_timestamp(e.xmin) AS at FROM cases_effect e "  # noqa: S608
            "JOIN cases_clock c ON c.id = e.clock_id WHERE c.promised_at = %s AND e.kind = 'breach') committed",
            [_marked(mark)],
        )
        return list(cursor.fetchall())


def counters() -> dict[str, Any]:
    """Return the counters, and of clocks that are overdue what there is to know about them."""
    from cases.domain.clocks.watching import count, overdue

    at = _now()
    which = list(overdue(at).values("pk", "key", "state", "fire_at", "due_at", "fired", "tries", "case__request_key"))
    told = asdict(count(at=at))
    return {**told, "which": [str(at), *map(str, which)]} if told["overdue"] else told


def lose(count: str) -> dict[str, Any]:
    """Take the next moment from *count* clocks, as a hand in the table would."""
    from cases.models import Clock

    keys = list(Clock.objects.filter(fire_at__isnull=False).values_list("pk", flat=True)[: int(count)])
    return {"lost": Clock.objects.filter(pk__in=keys).update(fire_at=None)}


def repair() -> dict[str, Any]:
    from cases.domain.clocks.watching import put_right

    start = time.monotonic()
    return {"put_right": put_right(at=_now()), "seconds": round(time.monotonic() - start, 2)}


def stall(seconds: str) -> dict[str, Any]:
    """Lock due clocks as a dispatcher does, then hang in the transaction until killed or woken."""
    from django.db import transaction

    from cases.models import Clock

    with transaction.atomic():
        held = len(Clock.objects.due(_now()).select_for_update(skip_locked=True, of=("self",))[:200])
        say({"held": held})
        time.sleep(float(seconds))
        Clock.objects.count()
    return {"survived": True}


def _marked(mark: str) -> datetime:
    return datetime(2001, 1, 1, tzinfo=UTC) + timedelta(seconds=int(mark))


def _now() -> datetime:
    return datetime.now(UTC)


def say(facts: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def _command(name: str) -> Any:
    """Return a function of this module, or that of another one in this folder: ``racing.act``."""
    module, _dot, name = name.rpartition(".")
    return getattr(import_module(f"tests.drills.{module}"), name) if module else globals()[name]


if __name__ == "__main__":
    django.setup()
    say(_command(sys.argv[1])(*sys.argv[2:]))
