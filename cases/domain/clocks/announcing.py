"""Tell people what has fired: from effects to notices, at least once, each with a key that never changes.

One notice for each person and clock: after an outage, the highest step only (T13).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F

from cases.domain.clocks.recipients import Staff, recipients
from cases.engine.compiler import NotCompiled, standard_by
from cases.models import Clock, Effect, Task
from cases.notices import rule_of, words_of
from processes.domain.standard import Standard
from procstd.calendars.domain.current import snapshot
from procstd.logs import log
from procstd.notices.domain.telling import Note, tell

BATCH = 500


@transaction.atomic
def announce(*, at: datetime, limit: int = BATCH) -> int:
    """Write the notices of effects that nobody was told of yet: one round. Returns how many effects.

    A constant number of statements, however many effects.
    """
    waiting = Effect.objects.filter(announced_at=None).order_by("pk")
    claimed = list(waiting.select_for_update(skip_locked=True)[:limit])
    if not claimed:
        return 0
    # All that a clock still has to tell is told together, so that the highest step is known.
    rest = waiting.filter(clock__in={effect.clock_id for effect in claimed}).exclude(pk__in=[row.pk for row in claimed])
    effects = claimed + list(rest.select_for_update(skip_locked=True))
    clocks: dict[int, Clock] = {
        clock.pk: clock
        for clock in Clock.objects.filter(pk__in={effect.clock_id for effect in effects})
        .select_related("case")
        .defer("case__flow_class", "case__data")
        .annotate(definition_sha=F("case__definition__sha256"))
    }
    tell(list(_notes(effects, clocks, at)), at=at)
    Effect.objects.filter(pk__in=[effect.pk for effect in effects]).update(announced_at=at)
    return len(effects)


def _notes(effects: Iterable[Effect], clocks: dict[int, Clock], at: datetime) -> Iterable[Note]:
    staff = Staff(snapshot(), at=at)
    tasks: dict[int, list[Task]] = {}
    cases = {clock.case_id for clock in clocks.values()}
    for task in Task.objects.open().filter(process__in=cases).only("pk", "key", "owner_id", "process_id"):
        tasks.setdefault(task.process_id, []).append(task)
    told: set[tuple[int, int]] = set()
    # The highest step first: whoever was told of that is not told of the lower ones.
    for effect in sorted(effects, key=lambda effect: (effect.clock_id, -effect.sequence, -effect.rank)):
        clock = clocks[effect.clock_id]
        if effect.kind == "warn" and not clock.is_open:
            continue  # it was done in time: nobody needs the warning any more
        try:
            standard = standard_by(getattr(clock, "definition_sha", ""), clock.case.definition_id)
        except NotCompiled:
            log.warning("effect_of_broken_definition", effect=effect.pk, case=clock.case_id)
            continue
        words = words_of(effect, clock, standard)
        for person in sorted(_people(effect, clock, standard, tasks.get(clock.case_id, []), staff)):
            if (person, clock.pk) not in told:
                told.add((person, clock.pk))
                yield Note(person_id=person, rule=rule_of(effect).name, key=effect.dedupe_key,
                           url=clock.case.get_absolute_url(), **words)  # fmt: skip


def _people(effect: Effect, clock: Clock, standard: Standard, tasks: list[Task], staff: Staff) -> set[int]:
    thresholds = standard.thresholds_for(clock.target, clock.step)
    if effect.rank >= len(thresholds):
        return set()
    roles = thresholds[effect.rank].recipients
    rule = standard.exception(clock.rule)
    if rule is not None and effect.kind != "warn":
        roles = (*roles, f"post:{rule.escalate_to.post}")  # element 8 says to whom it goes then
    return {person for role in roles for person in recipients(role, clock, standard, tasks, staff)}
