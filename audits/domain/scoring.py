"""Score departments by what an audit found, by the rules of its month (H2.5.4, F77, F78)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audits.models import Audit, EntryKind, ScoreEntry, ScoreRule
from audits.notices import scored
from audits.queries.figures import Figures
from audits.queries.ledger import Rule, Rules, score_of
from audits.queries.people import heads_of
from cases.domain.reasons import asked_reason
from procstd.errors import DomainError
from procstd.logs import log
from procstd.moments import house_day
from procstd.notices.domain.telling import tell
from procstd.organisation.models import Department


def rule_for(day: date) -> Rule:
    """Return the rule for audits of the month that begins on a day."""
    return Rules().on(day)


@transaction.atomic
def write_rule(
    *, valid_from: date, threshold: int, reached: int, missed: int, wants_evidence: bool, appeal_days: int,
    reason: str, by: Any, at: datetime,
) -> ScoreRule:  # fmt: skip
    """Write the rule for audits of months from a day on. Refuses a month of which an audit is open.

    Whoever knows what was checked would otherwise know what a rule gives; and points that were given stay.
    """
    if valid_from.day != 1:
        raise DomainError(_("A rule begins on the first day of a month."), field="valid_from")
    if not 1 <= threshold <= 99:
        raise DomainError(_("Between 1 and 99 percent."), field="threshold")
    if missed > reached:
        raise DomainError(_("Missing the rate cannot be worth more than reaching it."), field="missed")
    if Audit.objects.filter(month_from__gte=valid_from).exists():
        raise DomainError(
            _("Audits of that month or later are open already; begin with a later month."), field="valid_from"
        )
    if ScoreRule.objects.filter(valid_from=valid_from).exists():
        raise DomainError(_("A rule begins on this day already."), field="valid_from")
    row = ScoreRule(
        valid_from=valid_from, threshold=threshold, reached=reached, missed=missed, wants_evidence=wants_evidence,
        appeal_days=appeal_days, reason=asked_reason(reason), by=by, at=at,
    )  # fmt: skip
    row.save(force_insert=True)
    log.info("score_rule_written", valid_from=valid_from.isoformat())
    return row


def write_scores(audit: Audit, departments: Mapping[str, Figures], rule: Rule, *, at: datetime) -> list[ScoreEntry]:
    """Write the points of each department and tell its heads. The caller holds the audit's lock."""
    rows = {row.code: row for row in Department.objects.without_tree_fields().filter(code__in=departments)}
    scores = ((code, *score_of(found, rule)) for code, found in sorted(departments.items()))
    entries = ScoreEntry.objects.bulk_create(
        ScoreEntry(
            department=rows[code], audit=audit, kind=EntryKind.SCORE, points=points, facts=facts, at=at,
            appeal_until=at + timedelta(days=rule.appeal_days),
        )
        for code, points, facts in scores
    )  # fmt: skip
    heads = heads_of([row.pk for row in rows.values()], on=house_day(at))
    tell([note for entry in entries for note in scored(entry, heads.get(entry.department_id, ()))], at=at)
    return entries
