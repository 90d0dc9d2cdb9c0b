"""`manage.py demo --scale N`: N closed cases more, copies of those of the demo with chains that hold, for benches.

A copy is a case of its own: its tasks, clocks and events with new keys, whole weeks earlier than its pattern, so that
working time stays working time; its events hashed anew. A thousand take about three seconds.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Max

from cases.models import Case, Clock, Event, Task
from cases.models.case import Status
from cases.models.event import START

#: Copies lie in the year before their pattern.
_WEEKS = 52
_BLOCK = 1_000
_MODELS = (Case, Task, Clock, Event)
#: Keys of clocks, in their rows and in events, name the task that they are of.
_OF_TASK = re.compile(r"\b(step|exception:\w+):(\d+)")


def add_copies(count: int) -> int:
    """Add *count* closed cases; return how many were added: none, where there is no pattern to copy.

    Patterns are the closed cases without holds: what a hold's events name would be another row.
    """
    patterns = _patterns()
    if not patterns:
        return 0
    following = {model: (model._base_manager.aggregate(last=Max("pk"))["last"] or 0) + 1 for model in _MODELS}
    lots = Random(count)  # noqa: S311  (nothing here is secret)
    copies = (_copied(lots.choice(patterns), lots.randrange(1, _WEEKS), following) for _number in range(count))
    while block := list(islice(copies, _BLOCK)):
        with transaction.atomic():
            for model in _MODELS:
                _insert(model, [row for copy in block for row in copy[model]])
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(_MODELS)):
            cursor.execute(statement)
        cursor.execute("ANALYZE")
    return count


Rows = dict[Any, list[Any]]


def _patterns() -> list[Rows]:
    cases = list(Case.objects.in_figures().defer(None).filter(status=Status.DONE, holds=None).order_by("pk")[:200])
    for case in cases:
        case.template = _Template(case)  # type: ignore[attr-defined]
    found: dict[int, Rows] = {case.pk: {Case: [case], Task: [], Clock: [], Event: []} for case in cases}
    for model, path in ((Task, "process_id"), (Clock, "case_id"), (Event, "case_id")):
        rows: Iterable[Any] = model._base_manager.filter(**{f"{path}__in": list(found)}).order_by("pk")
        for row in rows:
            found[getattr(row, path)][model].append(row)
            row.template = _Template(row)
            if model is Event:
                row.text = json.dumps(row.body)
    return list(found.values())


def _copied(pattern: Rows, weeks: int, following: dict[Any, int]) -> Rows:
    """Return the rows of a copy as tuples of columns, by model."""
    made: Rows = defaultdict(list)
    (case,) = pattern[Case]
    shift, key = timedelta(weeks=weeks), following[Case]
    tasks = {row.pk: following[Task] + place for place, row in enumerate(pattern[Task])}
    clocks = {row.pk: following[Clock] + place for place, row in enumerate(pattern[Clock])}

    def renamed(text: str) -> str:
        return _OF_TASK.sub(lambda found: f"{found[1]}:{tasks.get(int(found[2]), found[2])}", text)

    for row in pattern[Task]:
        made[Task].append(row.template.copied(shift, id=tasks[row.pk], process_id=key))
    for row in pattern[Clock]:
        facts = {"case_id": key, "task_id": tasks.get(row.task_id), "key": renamed(row.key)}
        made[Clock].append(row.template.copied(shift, id=clocks[row.pk], **facts))
    head = START
    for place, row in enumerate(pattern[Event]):
        body = renamed(row.text)
        event = Event(
            pk=following[Event] + place, case_id=key, position=row.position, at=row.at - shift, kind=row.kind,
            by_id=row.by_id, step=row.step, body=_shifted(json.loads(body), shift),
        )  # fmt: skip
        head = event.hash_after(head)
        facts = {"id": event.pk, "case_id": key, "sha256": head}
        if row.text != "{}":
            facts["body"] = Event._meta.get_field("body").get_db_prep_save(event.body, connection)
        made[Event].append(row.template.copied(shift, **facts))
    facts = {"request_key": None, "secret_sha256": "", "head": head, "sealed_count": 0}
    made[Case].append(case.template.copied(shift, id=key, **facts))
    for model in _MODELS:
        following[model] += len(made[model])
    return made


def _shifted(body: Any, shift: timedelta) -> Any:
    """Return an event's body with its moments earlier."""
    if isinstance(body, dict):
        return {name: _shifted(value, shift) for name, value in body.items()}
    if isinstance(body, list):
        return [_shifted(value, shift) for value in body]
    if isinstance(body, str) and len(body) >= 19 and body[4:5] == "-" and body[10:11] == "T":
        try:
            return (datetime.fromisoformat(body) - shift).isoformat()
        except ValueError:
            return body
    return body


class _Template:
    """A row as the database takes it: only its moments and what is named are worked out for a copy."""

    def __init__(self, row: Any) -> None:
        fields = row._meta.concrete_fields
        self._values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
        self._places = {field.column: place for place, field in enumerate(fields)}
        moments = ((place, getattr(row, field.attname)) for place, field in enumerate(fields))
        self._moments = [(place, value) for place, value in moments if isinstance(value, datetime)]

    def copied(self, shift: timedelta, **changed: Any) -> tuple[Any, ...]:
        values = list(self._values)
        for place, moment in self._moments:
            values[place] = connection.ops.adapt_datetimefield_value(moment - shift)
        for column, value in changed.items():
            values[self._places[column]] = value
        return tuple(values)


def _insert(model: Any, rows: list[tuple[Any, ...]]) -> None:
    quoted = connection.ops.quote_name
    table = quoted(model._meta.db_table)
    columns = ", ".join(quoted(field.column) for field in model._meta.concrete_fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(model._meta.concrete_fields))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)  # noqa: S608
