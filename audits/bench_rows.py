"""Many whole cases at once: copies of driven ones with their tasks, events, clocks and signatures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cases.bench_rows import settle
from cases.models import Case, Clock, Consultation, Event, Task


def copy_cases(sources: Sequence[int], count: int) -> list[int]:
    """Copy closed cases in turn until there are *count* copies; return their keys. Their chains do not hold."""
    whole = [_read(key) for key in sources]
    first = _next(Case)
    next_task = _next(Task)
    rows: dict[Any, list[Any]] = {Case: [], Task: [], Event: [], Clock: [], Consultation: []}
    for number in range(count):
        case, tasks, others = whole[number % len(whole)]
        key = first + number
        rows[Case].append(_copied(case, pk=key, request_key=f"copied-{key}"))
        places: dict[int | None, int | None] = {None: None}
        for task in tasks:
            places[task.pk] = next_task
            rows[Task].append(_copied(task, pk=next_task, process_id=key))
            next_task += 1
        for row in others:
            changed: dict[str, Any] = {"pk": None}
            if isinstance(row, Consultation):
                changed["task_id"] = places[row.task_id]
            else:
                changed["case_id"] = key
                if isinstance(row, Clock):
                    changed["task_id"] = places[row.task_id]
            rows[type(row)].append(_copied(row, **changed))
    for model, made in rows.items():
        model._base_manager.bulk_create(made, batch_size=500)
    settle(Case, Task)
    return list(range(first, first + count))


def _read(key: int) -> tuple[Case, list[Task], list[Any]]:
    tasks = list(Task.objects.defer(None).filter(process=key).order_by("pk"))
    others: list[Any] = [*Event.objects.filter(case=key), *Clock.objects.filter(case=key)]
    others += Consultation.objects.filter(task__process=key)
    return Case.objects.defer(None).get(pk=key), tasks, others


def _next(model: Any) -> int:
    return (model._base_manager.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1


def _copied(row: Any, **changed: Any) -> Any:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    key = changed.pop("pk")
    values[row._meta.pk.attname] = key
    return type(row)(**{**values, **changed})
