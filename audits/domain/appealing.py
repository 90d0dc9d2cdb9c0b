"""Appeals against a score: in time, decided by a second reviewer, taken back by an entry of its own (F79)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audits.domain.findings import refuse_if_no_auditor_s
from audits.models import (
    Appeal,
    Assignment,
    Audit,
    Check,
    Conclusion,
    Decision,
    EntryKind,
    Population,
    Replacement,
    ScoreEntry,
    Verdict,
)
from audits.notices import appeal_decided, appeal_made
from audits.queries.people import auditors
from cases.domain.reasons import asked_reason
from procstd.errors import DomainError
from procstd.logs import log
from procstd.moments import house_day
from procstd.notices.domain.telling import tell
from procstd.organisation.models import Department
from procstd.roles import Role


def may_appeal(entry: ScoreEntry, user: Any) -> bool:
    """Tell whether *user* heads the department of a score."""
    headed = user.departments_as(Role.DEPARTMENT_HEAD)
    if not headed:
        return False
    return Department.objects.without_tree_fields().below(headed).filter(pk=entry.department_id).exists()


@transaction.atomic
def appeal(entry: ScoreEntry, *, text: str, by: Any, at: datetime) -> Appeal:
    """Appeal against a score, before the time for it is over; once. The head of the department."""
    entry = _locked(entry)
    if entry.kind != EntryKind.SCORE:
        raise DomainError(_("Only the result of an audit can be appealed against."))
    if not may_appeal(entry, by):
        raise DomainError(_("Only the head of the department appeals against its score."))
    if entry.appeal_until is None or at >= entry.appeal_until:
        raise DomainError(_("The time to appeal is over."))
    if Appeal.objects.filter(entry=entry).exists():
        raise DomainError(_("An appeal against this score is made already."))
    row = Appeal(entry=entry, text=asked_reason(text), by=by, at=at)
    row.save(force_insert=True)
    apart = had_part_in(entry.audit)
    able = [person for person in auditors(on=house_day(at)).values_list("pk", flat=True) if person not in apart]
    tell(appeal_made(entry, able), at=at)
    log.info("score_appealed", entry=entry.pk)
    return row


def had_part_in(audit: Audit) -> set[int]:
    """Return who opened, froze, extended, drew, replaced, checked, judged, found or concluded. Ten statements."""
    return {
        audit.opened_by_id,
        *Population.objects.filter(audit=audit).values_list("by", flat=True),
        *audit.commitments.order_by().values_list("by", flat=True),
        *audit.draws.order_by().values_list("by", flat=True),
        *Replacement.objects.filter(item__audit=audit).order_by().values_list("by", flat=True).distinct(),
        *audit.findings.order_by().values_list("raised_by", flat=True),
        *Assignment.objects.filter(item__audit=audit).order_by().values_list("auditor", flat=True).distinct(),
        *Check.objects.filter(item__audit=audit).order_by().values_list("by", flat=True).distinct(),
        *Verdict.objects.filter(deviation__item__audit=audit).order_by().values_list("by", flat=True).distinct(),
        *Conclusion.objects.filter(audit=audit).values_list("by", flat=True),
    }


@transaction.atomic
def decide_appeal(of: Appeal, *, is_upheld: bool, reason: str, by: Any, at: datetime) -> Decision:
    """Decide an appeal: an auditor who had no part in the audit. Upheld, the points are taken back by an entry."""
    entry = _locked(of.entry)
    refuse_if_no_auditor_s(by)
    if by.pk in had_part_in(entry.audit):
        raise DomainError(_("You had a part in this audit, so a second reviewer decides."))
    if of.by_id == by.pk:
        raise DomainError(_("Nobody decides an appeal of his own."))
    if Decision.objects.filter(appeal=of).exists():
        raise DomainError(_("This appeal is decided already."))
    row = Decision(appeal=of, is_upheld=is_upheld, reason=asked_reason(reason), by=by, at=at)
    row.save(force_insert=True)
    if is_upheld:
        ScoreEntry(
            department=entry.department, audit=entry.audit, kind=EntryKind.REVERSAL, points=-entry.points,
            facts={"verdict": "reversed", "decision": row.pk}, reverses=entry, at=at,
        ).save(force_insert=True)  # fmt: skip
    tell(appeal_decided(entry, is_upheld=is_upheld, person=of.by_id), at=at)
    log.info("appeal_decided", entry=entry.pk, upheld=is_upheld)
    return row


def _locked(entry: ScoreEntry) -> ScoreEntry:
    rows = ScoreEntry.objects.select_for_update(of=("self",)).select_related("audit__process", "department")
    return rows.get(pk=entry.pk)
