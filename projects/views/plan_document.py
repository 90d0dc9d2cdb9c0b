"""The plan as a document: read on the page, made as PDF and Word by a job (H2.0.1)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from processes.manuals.blocks import CHOICES
from processes.manuals.reports import KINDS, LANGUAGES, language_choice
from procstd.access import Request, allow
from procstd.jobs.domain.running import start_job
from projects.apps import READERS
from projects.reports.plan import TITLE, found_of, plan_of
from projects.views.shared import project_or_404, rights

#: The kind of job that makes a file (projects/longjobs_plan.py).
MAKE_PLAN_FILE = "project-plan"


@require_safe
@allow(*READERS)
def plan_document(request: Request, code: str) -> HttpResponse:
    """The standardization project plan as it is now."""
    project = project_or_404(request, code)
    choice = language_choice(request.GET.get("language", ""), get_language())
    manual = plan_of(found_of(project, at=timezone.now()), choice=choice)
    context = {
        **rights(request, project), "title": TITLE, "manual": manual, "standard": None, "on_paper": False,
        "choice": choice, "languages": LANGUAGES, "kinds": KINDS,
        "make_url": reverse("projects:plan-document-make", args=[code]),
    }  # fmt: skip
    return render(request, "projects/plan_document.html", context)


@require_POST
@allow(*READERS)
def plan_document_make(request: Request, code: str) -> HttpResponse:
    """Have the plan made as a file; it waits on the job's page."""
    project = project_or_404(request, code)
    kind, choice = request.POST.get("kind", ""), request.POST.get("language", "")
    if kind not in KINDS or choice not in CHOICES:
        messages.error(request, _("Choose the kind of file and the language."))
        return redirect("projects:plan-document", code)
    job = start_job(
        MAKE_PLAN_FILE, owner=request.user, at=timezone.now(), project=project.code, format=kind, choice=choice
    )
    return redirect(job)
