"""The plan as a document: read on the page, made as PDF and Word by a job (H2.0.1)."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from processes.views.reports import make_report_file, show_report
from procstd.access import Request, allow
from projects.apps import READERS
from projects.reports.plan import PLAN
from projects.views.shared import project_or_404, rights


@require_safe
@allow(*READERS)
def plan_document(request: Request, code: str) -> HttpResponse:
    """The standardization project plan as it is now."""
    project = project_or_404(request, code)
    return show_report(
        request, PLAN, project, make_url=reverse("projects:plan-document-make", args=[code]),
        template="projects/plan_document.html", **rights(request, project),
    )  # fmt: skip


@require_POST
@allow(*READERS)
def plan_document_make(request: Request, code: str) -> HttpResponse:
    """Have the plan made as a file; it waits on the job's page."""
    return make_report_file(request, PLAN, project_or_404(request, code))
