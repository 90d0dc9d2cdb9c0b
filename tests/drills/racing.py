"""Hands that race with the dispatchers: acts within moments of firing, on cases whose clocks are really due (T12)."""

from __future__ import annotations

import random
import secrets
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

#: A hand looks so far ahead for a clock to race with, and keeps so many cases of its own alive.
_AHEAD, _EACH = timedelta(milliseconds=700), 4
_NEAR = 0.05


class Hand:
    """One of several who work on the same cases at the same time."""

    def __init__(self, seed: str) -> None:
        from cases.benches import _house

        self.seed, self.chance = seed, random.Random(int(seed))  # noqa: S311
        self.process, self.people = _house()
        self.done, self.near, self.made = Counter[str](), 0, 0

    def feed(self) -> None:
        """Open a case whose first response (24 h) and third step (30 min) are both due two or three seconds from now.

        Its steps are done at the moments at which they would have been, so that its events tell the same; all at
        once, for a step that stood open would be overdue by a day.
        """
        from django.db import transaction

        from cases.benches import FILED, STEPS, _open_task
        from cases.domain.opening import open_case
        from cases.domain.working import complete
        from cases.models import Channel

        due = _now().replace(microsecond=0) + timedelta(seconds=self.chance.choice([2, 3]))
        key = f"race-{self.seed}-{secrets.token_hex(8)}"
        with transaction.atomic():
            case = open_case(self.process, FILED, by=None, at=due - timedelta(hours=24), channel=Channel.PUBLIC,
                             request_key=key)  # fmt: skip
            for step, minutes in (("s1", 31), ("s2", 30)):
                code, outcome, answers = STEPS[step]
                complete(_open_task(case), outcome=outcome, answers=answers, by=self.people[code],
                         at=due - timedelta(minutes=minutes))  # fmt: skip
        self.made += 1

    def alive(self) -> int:
        """Return how many of this hand's cases come due soon, or wait on hold."""
        from cases.models import Clock, Hold

        mine = f"race-{self.seed}-"
        soon = Clock.objects.filter(fire_at__gt=_now(), fire_at__lt=_now() + timedelta(seconds=4))
        held = Hold.objects.filter(held_from__isnull=False, held_until=None, case__request_key__startswith=mine)
        return (
            soon.filter(case__request_key__startswith=mine).values("case_id").distinct().count()
            + held.filter(task__finished=None).count()
        )

    def race(self) -> None:
        """Act on a case at the moment at which its clock fires, or on one on hold just before a full second."""
        from cases.models import Case, Clock, Hold, Task

        now = _now()
        found = list(
            Clock.objects.filter(fire_at__gt=now + timedelta(milliseconds=15), fire_at__lt=now + _AHEAD,
                                 case__request_key__startswith="race-").order_by("fire_at", "pk")
            .values_list("case_id", "fire_at")[:6]
        )  # fmt: skip
        held = list(
            Hold.objects.filter(held_from__isnull=False, held_until=None, case__request_key__startswith="race-")
            .exclude(case__status="DONE").values_list("case_id", flat=True)[:12]
        )  # fmt: skip
        if found and (not held or self.chance.random() < 0.6):
            key, fire_at = self.chance.choice(found)
            act = self.chance.choices(["hold", "regrade", "complete"], [6, 3, 1])[0]
            moment = fire_at + timedelta(seconds=self.chance.uniform(-_NEAR, _NEAR / 2))
        elif held:
            key = self.chance.choice(held)
            act = self.chance.choices(["resume", "regrade", "complete"], [8, 1, 1])[0]
            # A clock that was held just before its end fires at the first full second after it goes on.
            moment = now.replace(microsecond=0) + timedelta(seconds=1 - self.chance.uniform(0, _NEAR))
            moment = now if self.chance.random() < 0.5 else moment
            fire_at = now.replace(microsecond=0) + timedelta(seconds=1)
        else:
            time.sleep(0.02)
            return
        task = Task.objects.open().select_related("process__definition", "step").filter(process=key).first()
        if task is None or task.key not in ("s3", "s4"):
            return
        case = Case.objects.select_related("definition").get(pk=key)
        time.sleep(max(0, (moment - _now()).total_seconds()))
        at = _now()
        if self.act(act, case, task, at):
            self.near += abs((at - fire_at).total_seconds()) <= _NEAR

    def act(self, act: str, case: Any, task: Any, at: datetime) -> bool:
        """Do one act; tell whether it was one, and not refused."""
        from cases.benches import STEPS
        from cases.domain.clocks.holding import ask_hold, resume_case
        from cases.domain.clocks.regrading import regrade
        from cases.domain.working import complete
        from cases.models import Task
        from procstd.errors import DomainError

        supervisor = self.people["zhao.min" if task.key == "s3" else "ma.jun"]
        try:
            match act:
                case "hold":
                    ask_hold(task, reason="drill", days=1, by=supervisor, at=at)
                case "resume":
                    resume_case(case, by=supervisor, at=at)
                case "regrade":
                    other = "normal" if case.data["grading"]["grade"] == "urgent" else "urgent"
                    regrade(case, field="grading.grade", value=other, reason="drill", by=self.people["zhao.min"], at=at)
                case "complete":
                    code, outcome, answers = STEPS[task.key]
                    complete(task, outcome=outcome, answers=answers, by=self.people[code], at=at)
        except (DomainError, Task.DoesNotExist):
            self.done["refused"] += 1
            return False
        self.done[act] += 1
        return True


def act(most: str, seconds: str, seed: str) -> dict[str, Any]:
    """Race until *most* acts are done or *seconds* are over."""
    hand, until, fed = Hand(seed), time.monotonic() + float(seconds), 0.0
    while time.monotonic() < until and sum(hand.done.values()) < int(most):
        if time.monotonic() - fed > 0.5:  # between two full seconds, when nothing comes due
            fed = time.monotonic()
            if hand.alive() < _EACH:
                hand.feed()
        hand.race()
    return {**hand.done, "near": hand.near, "made": hand.made}


def all_hours() -> dict[str, Any]:
    """Put a calendar in force by which every hour of every day counts: then working limits come due at night too."""
    from cases.benches import _house
    from procstd.worktime import WEEKDAYS
    from tests.drills.calendars import put_in_force

    _house()
    return {"version": put_in_force({day: [["00:00", "24:00"]] for day in WEEKDAYS}, {}).number}


def judge() -> dict[str, Any]:
    """Tell what must not be after a race, from rows, events and the database's own count."""
    from django.db import connection

    from cases.domain.chain import broken_chains
    from cases.domain.clocks.replaying import facts_of, replay
    from cases.models import Case, Clock, Effect
    from tests.drills.judging import what_events_say

    raced = Case.objects.filter(request_key__startswith="race-").select_related("definition")
    both = [
        clock.pk
        for clock in Clock.objects.filter(case__in=raced, state="met", breached_at__isnull=False, due_at__isnull=False)
        if clock.breached_at == clock.due_at and clock.ended_at <= clock.due_at
    ]
    differing: list[str] = []
    said = Counter[str]()
    for case in raced.iterator(chunk_size=200):
        told, rows = replay(case), facts_of(case)
        if told != rows:
            differing.append(
                next(f"{case.pk} {key}: {told[key]} / {rows[key]}" for key in rows if told[key] != rows[key])
            )
        said.update(what_events_say(case))
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        deadlocks = cursor.fetchone()[0]
    effects = Effect.objects.filter(clock__case__in=raced).count()
    return {
        "cases": raced.count(),
        "fired": said.pop("fired", 0),
        "effects": effects,
        "broken_chains": len(list(broken_chains(raced))),
        "met_and_breached": len(both),
        "replayed_otherwise": len(differing),
        "differences": differing[:2],
        "old_epoch": said["old_epoch"],
        "fired_twice": said["fired_twice"],
        "deadlocks": deadlocks,
    }


def _now() -> datetime:
    return datetime.now(UTC)
