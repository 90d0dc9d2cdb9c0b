"""What `manage.py bench evaluation` measures: the evidence of a process with 100,000 cases closed in half a year."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial

from django.db import transaction

import audits.benches
from cases.bench_rows import COPIED, copy_cases, settle
from cases.models import Channel
from cases.models.event import EventKind
from improvements.domain.evaluating import gather_evidence
from improvements.domain.planning import plan_special
from improvements.models import Evaluation
from processes.models import Process
from procstd.measuring import Row, measure_once
from procstd.organisation.models import User

#: Cases that are driven for real, spread over the weeks; all others are copies of their rows.
_PATTERNS, _WEEKS = 52, 26
#: A Monday morning in Shanghai.
_FIRST = datetime(2026, 3, 9, 1, tzinfo=UTC)


def evaluation(n: int | None) -> Iterator[Row]:
    """Gather the evidence of an evaluation over *n* closed cases: 1,000 and 100,000."""
    process, people = _house()
    patterns = _driven(process, people, min(n or _PATTERNS, _PATTERNS))
    filled = len(patterns)
    for size in (n,) if n else (1_000, 100_000):
        _fill(patterns, max(size - filled, 0))
        filled = max(size, filled)
        work = partial(_gather, process, people["he.lin"])
        yield measure_once("evaluation", filled, work, is_traced=False)


def _house() -> tuple[Process, dict[str, User]]:
    from cases.benches import _house as house

    return house()


def _driven(process: Process, people: dict[str, User], count: int) -> list[int]:
    """Drive *count* cases to their close, spread over the weeks, each a little slower than the one before it."""
    from cases.benches import FILED, STEPS, _open_task
    from cases.domain.opening import open_case
    from cases.domain.working import complete

    made = []
    for number in range(count):
        at = _FIRST + timedelta(weeks=number * _WEEKS // count, days=number % 2)
        case = open_case(process, FILED, by=None, at=at, channel=Channel.PUBLIC, request_key=secrets.token_hex(16))
        for code, outcome, answers in STEPS.values():
            at += timedelta(minutes=12 + number % 7)
            complete(_open_task(case), outcome=outcome, answers=answers, by=people[code], at=at)
        made.append(case.pk)
    return made


def _fill(patterns: list[int], count: int) -> None:
    """Add *count* copies of closed cases, of their events the closing alone, by the database alone."""
    for place, pattern in enumerate(patterns):
        each = count // len(patterns) + (place < count % len(patterns))
        if each:
            copy_cases(pattern, each, kinds=[EventKind.CLOSED])
    settle(*COPIED)


def _planned(process: Process, by: User) -> Evaluation:
    """Plan an evaluation of the half-year in which the cases lie."""
    row = plan_special(
        process, occasion="product", occasion_on=None, why_zh="新产品", why_en="New product", by=by,
        at=_FIRST + timedelta(weeks=_WEEKS),
    )  # fmt: skip
    row.period_from, row.period_until = date(2026, 3, 9), date(2026, 9, 7)
    row.save()
    return row


def _gather(process: Process, by: User) -> None:
    gather_evidence(_planned(process, by), by=by, at=_at())


def _at() -> datetime:
    return _FIRST + timedelta(weeks=_WEEKS + 1)


def audit(n: int | None) -> Iterator[Row]:
    """The whole of supervision: an evaluation of 100,000 cases (or *n*), then what the room of audits measures."""
    with transaction.atomic():
        rows = list(evaluation(n or 100_000))
        transaction.set_rollback(True)
    yield from rows
    yield from audits.benches.audit(n)


#: The upper room's subjects take the place of those of the same name below.
SUBJECTS = {"evaluation": evaluation, "audit": audit}
