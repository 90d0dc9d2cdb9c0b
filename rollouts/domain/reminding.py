"""Ask for confirmations, remind of them, and tell the heads when they stay away (F46)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from processes.models import Definition
from procstd.calendars.domain.workdays import standard_workdays
from procstd.logs import log
from procstd.notices.domain.telling import Note, tell
from procstd.organisation.models import Department, PostHolding
from procstd.roles import Role
from rollouts import notices
from rollouts.queries.coverage import Row, coverage_now

#: So many days after somebody was asked, they are reminded.
REMIND_AFTER_DAYS = (3, 7)
#: So many days after somebody was asked, the head of their department hears of it, and again each week.
ESCALATE_AFTER_DAYS = 10
ESCALATE_AGAIN_DAYS = 7


@transaction.atomic
def ask_for_confirmations(*, at: datetime) -> int:
    """Tell everybody who is to confirm something; remind; escalate. Returns how many notices are new.

    What somebody was told already is not told again, so it may run as often as it likes. After a long silence only
    the latest reminder is told, not all that were missed.
    """
    found = coverage_now(at)
    definitions = Definition.objects.select_related("revision__process").defer("content").in_bulk(list(found))
    heads = _heads(at)
    told = sum(_told(definitions[pk], rows, heads, at) for pk, rows in found.items())
    log.info("confirmations_asked", notices=told)
    return told


def _told(definition: Definition, rows: Sequence[Row], heads: dict[int, list[int]], at: datetime) -> int:
    try:
        with transaction.atomic():
            return tell(_of(definition, rows, heads, at), at=at)
    except Exception:  # one version must not keep the people of all others from hearing (W10); it is tried again
        log.exception("confirmations_not_asked", definition=definition.pk)
        return 0


def _of(definition: Definition, rows: Sequence[Row], heads: dict[int, list[int]], at: datetime) -> list[Note]:
    notes: list[Note] = []
    by_stage: dict[int, list[int]] = {}
    for row in rows:
        late = 0
        for reader in row.waiting:
            days = (at - reader.since).days
            stage = max((mark for mark in REMIND_AFTER_DAYS if mark <= days), default=0)
            by_stage.setdefault(stage, []).append(reader.person.pk)
            late = max(late, days)
        if late >= ESCALATE_AFTER_DAYS:
            notes += _escalated(definition, row, heads, late, at)
    for stage, people in by_stage.items():
        notes += notices.reminded(definition, people, days=stage) if stage else notices.asked(definition, people)
    return notes


def _escalated(definition: Definition, row: Row, heads: dict[int, list[int]], late: int, at: datetime) -> list[Note]:
    overdue = [reader for reader in row.waiting if (at - reader.since).days >= ESCALATE_AFTER_DAYS]
    # The day on which this round of telling began, by who waits longest: told once in each round.
    rounds = (late - ESCALATE_AFTER_DAYS) // ESCALATE_AGAIN_DAYS
    longest = min(reader.since for reader in overdue)
    on = standard_workdays().today(longest + timedelta(days=ESCALATE_AFTER_DAYS + rounds * ESCALATE_AGAIN_DAYS))
    told = heads.get(row.department.pk, [])
    return notices.escalated(definition, row.department, told, count=len(overdue), on=on)


def _heads(at: datetime) -> dict[int, list[int]]:
    """Return the heads of each department, or else those of the nearest department above it. Two statements."""
    rows = PostHolding.objects.in_force(standard_workdays().today(at)).filter(
        post__role=Role.DEPARTMENT_HEAD, post__is_active=True, person__is_active=True
    )
    own: dict[int, list[int]] = {}
    for department, person in rows.values_list("department", "person"):
        own.setdefault(department, []).append(person)
    parents = dict(Department.objects.without_tree_fields().order_by().values_list("pk", "parent_id"))
    return {pk: _nearest(pk, parents, own) for pk in parents}


def _nearest(pk: int | None, parents: dict[int, int | None], own: dict[int, list[int]]) -> list[int]:
    seen: set[int] = set()
    while pk is not None and pk not in seen:
        if pk in own:
            return own[pk]
        seen.add(pk)
        pk = parents.get(pk)
    return []
