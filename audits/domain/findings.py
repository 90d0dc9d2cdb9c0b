"""Findings: raised from what was confirmed, traced to a cause, answered, closed; what comes again is linked (F76)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from audits.domain.opening import lock_audit
from audits.models import Audit, Deviation, Finding, FindingEvidence, Grade, Measure, Source, Why
from audits.models.finding import DEEPEST
from audits.notices import finding_raised
from audits.queries.people import heads_of
from cases.domain.reasons import asked_reason
from processes.domain.changing import note_change
from processes.domain.revising import next_revision
from processes.models import Change, Origin
from procstd import history
from procstd.errors import DomainError
from procstd.logs import log
from procstd.moments import house_day
from procstd.notices.domain.telling import tell
from procstd.organisation.models import Department
from procstd.roles import Role

#: What comes again within this time recurs.
RECURS_WITHIN = timedelta(days=365)
_TRIES = 5


def confirmed_of(audit: Audit) -> Any:
    """Return the departures of an audit that count: confirmed ones, and those that auditors found themselves."""
    rows = Deviation.objects.filter(item__audit=audit, item__replacement=None)
    return rows.filter(Q(source=Source.AUDITOR) | Q(verdict__is_confirmed=True))


@transaction.atomic
def raise_finding(
    audit: Audit, *, department: int, kind: str, step: str = "", text: str, grade: str = Grade.MINOR, by: Any,
    at: datetime,
) -> Finding:  # fmt: skip
    """Raise a finding of one kind at one step in one department, with every departure that shows it.

    A finding of the same process, step and kind within the last twelve months is linked as what recurs. The
    heads of the department and the process owner are told. Refuses what nothing shows, and a second one.
    """
    audit = lock_audit(audit)
    refuse_if_no_auditor_s(by)
    shown = list(confirmed_of(audit).filter(item__department=department, kind=kind, step=step, evidence=None))
    if Finding.objects.filter(audit=audit, department=department, kind=kind, step=step).exists():
        raise DomainError(_("This is a finding already."))
    if not shown:
        raise DomainError(_("Nothing confirmed shows this."))
    year = house_day(at).year
    finding = Finding(
        year=year, serial=0, audit=audit, process=audit.process, department_id=department, kind=kind,
        step=step, grade=Grade(grade), text=asked_reason(text), raised_by=by, raised_at=at,
        recurs=_earlier(audit, kind, step, at),
    )  # fmt: skip
    _number(finding, by)
    FindingEvidence.objects.bulk_create([FindingEvidence(finding=finding, deviation=row) for row in shown])
    people = [*heads_of([department], on=house_day(at))[department], audit.process.owner_id]
    tell(finding_raised(finding, people), at=at)
    log.info("finding_raised", finding=finding.number)
    return finding


def _number(finding: Finding, by: Any) -> None:
    """Write a finding under the next number of its year. Two at once may want the same: the second tries again."""
    for attempt in range(_TRIES):
        most = Finding.objects.filter(year=finding.year).aggregate(most=Max("serial"))["most"] or 0
        finding.serial = most + 1
        try:
            with transaction.atomic():
                history.save(finding, by=by, reason=gettext_noop("Raised"))
        except IntegrityError:
            if attempt == _TRIES - 1:
                raise
        else:
            return


def _earlier(audit: Audit, kind: str, step: str, at: datetime) -> Finding | None:
    rows = Finding.objects.filter(process=audit.process_id, kind=kind, step=step, raised_at__gte=at - RECURS_WITHIN)
    return rows.exclude(audit=audit).order_by("-raised_at", "-pk").first()


@transaction.atomic
def answer_finding(finding: Finding, *, answer: str, by: Any, at: datetime, seen: int | None = None) -> Finding:
    """Say what the department says to it. For its heads, and auditors on their behalf."""
    finding = locked_for_work(finding, by)
    history.refuse_if_changed_since(finding, seen)
    finding.answer = asked_reason(answer)
    return history.save(finding, by=by, reason=gettext_noop("Answered"), update_fields=["answer"])


@transaction.atomic
def add_why(finding: Finding, *, text: str, is_actionable: bool = False, by: Any, at: datetime) -> Why:
    """Answer “why?” once more: at most five times, and not beyond what can be acted on.

    Nothing is its own cause: the last answer sent again stays one.
    """
    finding = locked_for_work(finding, by)
    text = asked_reason(text)
    last = finding.whys.order_by("-depth").first()
    if last is not None and (last.text, last.is_actionable) == (text, is_actionable):
        return last
    if last is not None and last.is_actionable:
        raise DomainError(_("One can act on “%(cause)s” already: the chain ends there.") % {"cause": last})
    depth = last.depth + 1 if last else 1
    if depth > DEEPEST:
        raise DomainError(
            _("After %(most)d whys the chain ends: take the last one back and say what can be acted on.")
            % {"most": DEEPEST}
        )
    return history.save(
        Why(finding=finding, depth=depth, text=text, is_actionable=is_actionable),
        by=by,
        reason=gettext_noop("Added"),
    )


@transaction.atomic
def drop_why(finding: Finding, *, by: Any, at: datetime) -> None:
    """Take the last why back. Refuses once a corrective action stands on it."""
    finding = locked_for_work(finding, by)
    if finding.measures.exists():
        raise DomainError(_("A corrective action stands on this cause."))
    last = finding.whys.order_by("-depth").first()
    if last is not None:
        history.delete(last, by=by, reason=gettext_noop("Taken back"))


@transaction.atomic
def close_finding(finding: Finding, *, reason: str, by: Any, at: datetime) -> Finding:
    """Close a finding whose last corrective action was seen to work. Only auditors, and nobody his own action."""
    finding = _locked(finding)
    refuse_if_no_auditor_s(by)
    measures = list(Measure.objects.filter(finding=finding).select_related("effect"))
    if not measures or not hasattr(measures[-1], "effect") or not measures[-1].effect.worked:
        raise DomainError(_("A finding is closed when its corrective action was seen to work."))
    if any(row.done_at is None or not hasattr(row, "effect") for row in measures):
        raise DomainError(_("A corrective action is not done, or its effect is not checked."))
    if any(row.owner_id == by.pk for row in measures):
        raise DomainError(_("A corrective action was yours, so somebody else closes the finding."))
    finding.closed_by, finding.closed_at = by, at
    log.info("finding_closed", finding=finding.number)
    return history.save(finding, by=by, reason=asked_reason(reason), update_fields=["closed_by", "closed_at"])


@transaction.atomic
def change_by(finding: Finding, *, text_zh: str, text_en: str, effect: str, by: Any, at: datetime) -> Change:
    """Make what a finding asks for a change of the next revision; the link is kept there (F28, F81).

    The open draft takes it; where there is none, one is begun from the text released last. Only for those who
    write the standard.
    """
    finding = Finding.objects.select_for_update(of=("self",)).select_related("process").get(pk=finding.pk)
    if not may_write_standard(finding, by):
        raise DomainError(_("Process specialists and the owner of the process write its next revision."))
    draft = next_revision(finding.process, by=by, at=at, reason=finding.number)
    if revision_changes(finding).filter(revision=draft).exists():
        raise DomainError(_("This finding is a change of that draft already."))
    return note_change(
        draft, origin=Origin.AUDIT, origin_code=finding.number, origin_text=finding.text[:1000], text_zh=text_zh,
        text_en=text_en, effect=effect, by=by, at=at, reason=finding.number,
    )  # fmt: skip


def may_write_standard(finding: Finding, user: Any) -> bool:
    """Tell whether *user* writes the standard of a finding: process specialists, administrators, its owner (H0.2)."""
    return user.is_staff or Role.PROCESS_SPECIALIST in user.roles or finding.process.owner_id == user.pk


def revision_changes(finding: Finding) -> Any:
    """Return the changes of standards that a finding led to."""
    return Change.objects.filter(origin=Origin.AUDIT, origin_code=finding.number, revision__process=finding.process_id)


def may_work_on(finding: Finding, user: Any) -> bool:
    """Tell whether *user* finds the cause and decides the action: heads of the department, auditors."""
    if Role.AUDITOR in user.roles:
        return True
    headed = user.departments_as(Role.DEPARTMENT_HEAD)
    if not headed:
        return False
    return Department.objects.without_tree_fields().below(headed).filter(pk=finding.department_id).exists()


def refuse_if_no_auditor_s(by: Any) -> None:
    """Refuse what is the business of auditors."""
    if Role.AUDITOR not in by.roles:
        raise DomainError(_("Only auditors do this."))


def _locked(finding: Finding) -> Finding:
    found = Finding.objects.select_for_update(of=("self",)).select_related("process", "department").get(pk=finding.pk)
    if not found.is_open:
        raise DomainError(_("This finding is closed."))
    return found


def locked_for_work(finding: Finding, by: Any) -> Finding:
    """Lock an open finding for whoever may work on it."""
    found = _locked(finding)
    if not may_work_on(found, by):
        raise DomainError(_("Only the heads of the department and auditors do this."))
    return found
