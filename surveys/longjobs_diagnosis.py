"""Kinds of job: make the file of a report."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from procstd.errors import DomainError
from procstd.files.domain.keeping import keep_result
from procstd.jobs.domain.running import Run
from procstd.jobs.kinds import kind
from surveys.models import Survey
from surveys.reports.drawing import report_file


@kind("diagnosis-report", title=_("Survey report as a file"), result_template="processes/job_report.html")
def make_report(run: Run) -> dict[str, Any]:
    """Draw the report as its owner may read it now; the file belongs to the job."""
    rows = Survey.objects.visible_to(run.job.owner).select_related("process__department", "owner")
    survey = rows.filter(number=run.facts["survey"]).first()
    if survey is None:
        raise DomainError(_("This survey is not there any more."))
    run.advance(0, total=2)
    now = timezone.now()
    content = report_file(survey, run.facts["format"], run.facts["choice"], at=now)
    run.advance(1)
    name = f"{survey.number}-report-{run.facts['choice']}.{run.facts['format']}"
    file = keep_result(content, name=name, owner=run.job.owner, at=now, belongs_to=run.job)
    run.advance(2)
    return {"file": str(file.key), "back": reverse("surveys:diagnosis-report", args=[survey.number])}
