"""Kinds of job of the room: gather the evidence of an evaluation, draw reports."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from improvements.apps import DECIDERS
from improvements.domain.evaluating import gather_evidence, may_evaluate
from improvements.models import Evaluation
from improvements.reports.annual import ANNUAL
from improvements.reports.evaluation import EVALUATION
from processes.manuals.report_kinds import register
from procstd.access import may_call
from procstd.errors import DomainError
from procstd.jobs.domain.running import Run
from procstd.jobs.kinds import kind

register(ANNUAL)
register(EVALUATION)


@kind("evaluation-evidence", title=_("Evidence of an evaluation"), result_template="improvements/job_evidence.html")
def gather(run: Run) -> dict[str, Any]:
    """Gather the evidence by the rights of this moment. Begun again after a crash it is gathered anew."""
    owner = run.job.owner
    rows = Evaluation.objects.visible_to(owner).select_related("process")
    row = rows.filter(number=run.facts["evaluation"]).first()
    if row is None or not may_evaluate(row, owner, may_call(owner, frozenset(DECIDERS))):
        raise DomainError(_("This evaluation is not there for you any more."))

    def advance(done: int, total: int) -> None:
        # The total is told once: with it every report would be written.
        run.advance(done, **({"total": max(total, 1)} if done == 0 else {}))

    made = gather_evidence(row, by=owner, at=timezone.now(), advance=advance)
    return {"evaluation": row.number, "sha256": made.sha256, "closed": made.data["cases"]["closed"]}
