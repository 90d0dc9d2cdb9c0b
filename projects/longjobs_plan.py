"""Kinds of job: make the file of a plan."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from procstd.errors import DomainError
from procstd.files.domain.keeping import keep_result
from procstd.jobs.domain.running import Run
from procstd.jobs.kinds import kind
from projects.models import Project
from projects.reports.plan import plan_file


@kind("project-plan", title=_("Project plan as a file"), result_template="processes/job_report.html")
def make_plan_file(run: Run) -> dict[str, Any]:
    """Draw the plan as its owner may read it now; the file belongs to the job."""
    project = Project.objects.visible_to(run.job.owner).filter(code=run.facts["project"]).first()
    if project is None:
        raise DomainError(_("This project is not there any more."))
    run.advance(0, total=2)
    now = timezone.now()
    content = plan_file(project, run.facts["format"], run.facts["choice"], at=now)
    run.advance(1)
    name = f"plan-{project.code}-{run.facts['choice']}.{run.facts['format']}"
    file = keep_result(content, name=name, owner=run.job.owner, at=now, belongs_to=run.job)
    run.advance(2)
    return {"file": str(file.key), "back": reverse("projects:plan-document", args=[project.code])}
