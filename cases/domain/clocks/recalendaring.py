"""Count the open clocks by the calendar that is in force now, after one was published (R14, W13)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from cases.domain.chain import Chain, told_until, write_chains
from cases.domain.clocks.running import CaseClocks, write_clocks
from cases.engine.compiler import NotCompiled, standard_by
from cases.models import Case, Clock, Hold, Task
from cases.models.clock import Kind
from processes.models import Definition
from procstd.calendars.domain.current import snapshot
from procstd.calendars.models import CalendarVersion
from procstd.jobs.domain.running import start_job
from procstd.logs import log

BATCH = 200


def follow_publication(version: CalendarVersion, *, by: Any, at: datetime) -> None:
    """Start the job that recounts, when a calendar was published and clocks run; see calendars' when_published."""
    if by is not None and Clock.objects.open().exclude(kind=Kind.ELAPSED).exists():
        start_job("recalendar", owner=by, at=at, calendar=version.calendar.code, number=version.number)


def cases_to_recount() -> list[int]:
    """Return the open cases with a clock on a calendar, by key. One statement."""
    clocks = Clock.objects.open().filter(case=OuterRef("pk")).exclude(kind=Kind.ELAPSED)
    return list(Case.objects.open().filter(Exists(clocks)).order_by("pk").values_list("pk", flat=True))


def recount_all(*, at: datetime) -> Iterator[tuple[int, int]]:
    """Recount every open case; yield after each batch how many cases are looked at and how many clocks changed."""
    keys, changed = cases_to_recount(), 0
    for start in range(0, len(keys), BATCH):
        changed += recount(keys[start : start + BATCH], at=at)
        yield min(start + BATCH, len(keys)), changed


@transaction.atomic
def recount(keys: list[int], *, at: datetime) -> int:
    """Put the clocks of these cases on the calendars in force; tell how many changed. Done again it changes nothing.

    Each change is an event with the due time before and after. A constant number of statements.
    """
    calendars = snapshot()
    rows = Case.objects.select_for_update(of=("self",)).defer("data")
    cases = {case.pk: case for case in rows.filter(pk__in=keys).order_by("pk")}
    # Asked for once they are locked: a case can have moved to another version while it was waited for (F52).
    definitions = {case.definition_id for case in cases.values()}
    hashes = dict(Definition.objects.filter(pk__in=definitions).values_list("pk", "sha256"))
    clocks: dict[int, list[Clock]] = {}
    found = Clock.objects.open().filter(case__in=cases).annotate(plan_digest=F("version__digest")).order_by("pk")
    for clock in found:
        clock.digest = clock.plan_digest or ""
        clocks.setdefault(clock.case_id, []).append(clock)
    holds: dict[int, list[tuple[datetime, datetime | None]]] = {}
    held = Hold.objects.filter(case__in=cases, held_from__isnull=False)
    for hold in held.order_by("pk"):
        if hold.held_from is not None:
            holds.setdefault(hold.case_id, []).append((hold.held_from, hold.held_until))
    told = told_until(cases.values())
    chains: list[Chain] = []
    changed: list[Clock] = []
    moved: dict[int, datetime | None] = {}
    for case in cases.values():
        try:
            standard = standard_by(hashes[case.definition_id], case.definition_id)
        except NotCompiled:
            log.warning("case_not_recounted", case=case.pk)
            continue
        now = max(at, told.get(case.pk, at))  # the job began before people who went on working
        mine = CaseClocks(case, standard, clocks.get(case.pk, []), at=now, edition=calendars.edition)
        mine.use_calendars(holds.get(case.pk, []))
        if mine.changed:
            chain = Chain(case, by=None, at=now)
            mine.tell(chain)
            chains.append(chain)
            changed += mine.changed
            moved |= mine.moved
    write_chains(chains)
    write_clocks(changed)
    Task.objects.bulk_update([Task(pk=task, due_at=due) for task, due in moved.items()], ["due_at"])
    return len(changed)
