"""Kinds of job: freeze a population, draw and examine a sample, verify an audit; files of reports."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audits.domain.drawing import draw_sample
from audits.domain.examining import examine_sample
from audits.domain.freezing import freeze_population
from audits.domain.verifying import verify_audit
from audits.models import Audit, Commitment, Draw, Item, ScoreEntry
from audits.models.audit import headed_by
from audits.queries.ledger import differences
from audits.queries.months import Month
from audits.reports.audit import AUDIT_REPORT
from audits.reports.scores import SCORE_SHEET
from cases.models import Case
from cases.models.case import Status
from processes.manuals.report_kinds import register
from procstd.errors import DomainError
from procstd.jobs.domain.running import Run
from procstd.jobs.kinds import kind
from procstd.organisation.models import User

register(AUDIT_REPORT)
register(SCORE_SHEET)


def _audit(run: Run) -> Audit:
    audit = Audit.objects.visible_to(run.job.owner).select_related("process").filter(number=run.facts["audit"]).first()
    if audit is None:
        raise DomainError(_("This audit is not there for you any more."))
    return audit


def _expected(audit: Audit) -> int:
    month = Month(audit.month_from, audit.begins_at, audit.ends_at)
    rows = Case.objects.in_figures().filter(process=audit.process_id, status=Status.DONE)
    return rows.filter(finished__gte=month.begin, finished__lt=month.until).count()


@kind("audit-freeze", title=_("Freezing of a population"), result_template="audits/job_freeze.html")
def freeze(run: Run) -> dict[str, Any]:
    """Freeze the population of an audit. Done twice it is done once (F69)."""
    audit = _audit(run)
    run.advance(0, total=_expected(audit))
    population = freeze_population(audit, by=run.job.owner, at=timezone.now(), told=run.advance)
    return {
        "audit": audit.number, "count": population.count, "sha256": population.sha256, "size": population.size,
        "late": population.late,
    }  # fmt: skip


@kind("audit-draw", title=_("Drawing of a sample"), result_template="audits/job_draw.html")
def draw(run: Run) -> dict[str, Any]:
    """Draw the next round and have the software look at its cases. After a crash what was drawn stays drawn."""
    audit = _audit(run)
    owner, at = run.job.owner, timezone.now()
    auditors = list(User.objects.active().filter(pk__in=run.facts["auditors"]))
    if "round" not in run.checkpoint:
        waiting = Commitment.objects.filter(audit=audit, draw=None).order_by("round").first()
        run.save_checkpoint(round=waiting.round if waiting else 0)
    drawn = Draw.objects.filter(audit=audit, round=run.checkpoint["round"]).first()
    if drawn is None:
        drawn = draw_sample(audit, auditors=auditors, by=owner, at=at)
    run.advance(0, total=Item.objects.filter(audit=audit).count())
    flags = examine_sample(audit, at=at, told=run.advance)
    return {"audit": audit.number, "round": drawn.round, "size": drawn.size, "flags": flags}


def _refuse_if_no_overseer(run: Run) -> None:
    if headed_by(run.job.owner) is not None:
        raise DomainError(_("Only those who oversee all audits do this."))


@kind("audit-verify", title=_("Verification of an audit"), result_template="audits/job_verify.html")
def verify(run: Run) -> dict[str, Any]:
    """Compare list, cases and draw with what is there now. Changes nothing. It names cases of all departments."""
    _refuse_if_no_overseer(run)
    audit = _audit(run)
    if not hasattr(audit, "population"):
        raise DomainError(_("Freeze the population first."))
    run.advance(0, total=audit.population.count)
    return {"audit": audit.number, **verify_audit(audit, told=run.advance).data()}


@kind("score-verify", title=_("Verification of the scores"), result_template="audits/job_scores.html")
def verify_scores(run: Run) -> dict[str, Any]:
    """Compute the whole ledger anew from the checks and compare. Changes nothing (F77)."""
    _refuse_if_no_overseer(run)
    run.advance(0, total=ScoreEntry.objects.count())
    found = differences()
    return {
        "count": ScoreEntry.objects.count(), "differ": len(found),
        "named": [[row.audit, row.department, row.kept, row.computed] for row in found[:50]],
    }  # fmt: skip
