"""Measure what a version brought (F81): its cases of the first weeks against those of the version before it.

Both sides are looked at in the same way: cases opened within eight weeks, as they were when these were over, so that
what was still open then counts as “at least so long” on either side. Only departments that work by the new version
are compared, and cases that were moved between versions belong to neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from cases.models import Case
from cases.queries.facts import CaseFacts, facts_of
from cases.queries.indicators import INDICATORS, Durations, Share, measure
from improvements.models import Effect
from improvements.queries.links import first_in_force
from processes.domain.definition import canonical, hash_of
from processes.domain.versions import predecessor_of
from processes.models import Definition
from procstd.alone import each_alone
from procstd.estimates.differences import Estimate, median_difference, rate_difference
from procstd.estimates.verdicts import verdict
from procstd.logs import log

WEEKS = 8
#: What is measured of a version.
MEASURED = ("cycle", "first_time_right", "breaches", "satisfaction")
#: A difference of the median below this share of it, or of a rate below so many parts of 1, does not matter.
MARGIN = 0.05
#: Cases wanted on each side before anything is said.
MINIMUM = 10
#: Of more cases than this every second, third … is taken: intervals get no narrower that anybody would notice.
MOST = 5_000


def measure_due(*, at: datetime) -> int:
    """Measure every version that is eight weeks in force and is not measured; tell how many. May run twice."""
    rows = Definition.objects.filter(revision__variant_for=None, effect=None).exclude(releases=None)
    waiting = list(rows.select_related("revision__process").defer("content").order_by("pk"))
    since = first_in_force([row.revision_id for row in waiting], at=at)

    def measured(row: Definition) -> bool:
        began = since.get(row.revision_id)
        before = predecessor_of(row.revision) if began and began + timedelta(weeks=WEEKS) <= at else None
        if began is None or before is None:
            return False
        return measure_effect(row, before.definition, since=began, at=at) is not None

    return sum(each_alone(waiting, measured, event="effect_not_measured"))


def measure_effect(definition: Definition, before: Definition, *, since: datetime, at: datetime) -> Effect | None:
    """Measure one version that took effect *since*; None if another sweep has done so. Written once."""
    span = timedelta(weeks=WEEKS)
    later = list(facts_of(_opened(definition, since, since + span), at=since + span))
    departments = {row.department for row in later}
    earlier_cases = _opened(before, since - span, since).filter(department__in=departments)
    earlier = list(facts_of(earlier_cases, at=since))
    seed = int(definition.sha256[:8], 16)
    content = canonical(
        {
            "since": since.isoformat(), "weeks": WEEKS, "before": f"V{before.revision.number}",
            "after": f"V{definition.revision.number}",
            "indicators": [compared(code, earlier, later, seed=seed) for code in MEASURED],
        }
    )  # fmt: skip
    row = Effect(
        definition=definition, before=before, weeks=WEEKS, content=content, sha256=hash_of(content), measured_at=at
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return None
    log.info("effect_measured", definition=definition.pk)
    return row


def _opened(definition: Definition, since: datetime, until: datetime) -> Any:
    return Case.objects.filter(definition=definition, moves=0, created__gte=since, created__lt=until)


def compared(code: str, earlier: Sequence[CaseFacts], later: Sequence[CaseFacts], *, seed: int) -> dict[str, Any]:
    """Return an indicator before and after as data: figures, difference with interval, and what it says."""
    indicator = INDICATORS[code]
    one, two = measure(code, earlier), measure(code, later)
    if isinstance(one, Durations) and isinstance(two, Durations):
        estimate = median_difference(_thinned(one), _thinned(two), seed=seed)
        margin = MARGIN * (estimate.before or 0.0)
    else:
        estimate, margin = _rates(one, two), MARGIN
    found = verdict(estimate, lower_is_better=indicator.lower_is_better, margin=margin, minimum=MINIMUM)
    facts = {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(estimate).items()}
    return {"code": code, **facts, "verdict": found.outcome.value, "why": found.why.value}


def _rates(one: Any, two: Any) -> Estimate:
    before, after = (row if isinstance(row, Share) else Share(0, 0) for row in (one, two))
    return rate_difference(before.hits, before.n, after.hits, after.n)


def _thinned(spans: Durations) -> Durations:
    every = -(-spans.n // MOST) or 1
    return Durations(_each(spans.hours, every), _each(spans.open_hours, every))


def _each(hours: Iterable[float], every: int) -> list[float]:
    return list(hours)[::every]
