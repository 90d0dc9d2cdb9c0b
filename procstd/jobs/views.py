"""My jobs: list, one job with its progress, cancel."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from procstd.access import SIGNED_IN, Request, allow
from procstd.acts import fragment
from procstd.errors import DomainError
from procstd.jobs.domain.running import cancel_job
from procstd.jobs.kinds import kind_named
from procstd.jobs.models import Job
from procstd.look.paging import page_of


@require_safe
@allow(SIGNED_IN)
def job_list(request: Request) -> HttpResponse:
    """Everything the software did or does for me in the background."""
    page = page_of(request, Job.objects.visible_to(request.user))
    return render(request, "jobs/job_list.html", {"page": page})


@require_safe
@allow(SIGNED_IN)
def job_detail(request: Request, pk: int) -> HttpResponse:
    """One job; while it runs the page asks again each second by htmx, or by a link without script."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    kind = kind_named(job.kind)
    context = {"job": job, "result_template": kind.result_template if kind else ""}
    response = render(request, fragment(request, "jobs/job_detail.html", "progress"), context)
    if request.htmx and job.is_finished:
        # The whole page has more to say now: the result, and no cancel button.
        response["HX-Refresh"] = "true"
    return response


@require_POST
@allow(SIGNED_IN)
def job_cancel(request: Request, pk: int) -> HttpResponse:
    """Cancel a job."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    try:
        cancel_job(job, at=timezone.now())
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The job is being cancelled."))
    return redirect(job)


@require_safe
@allow(SIGNED_IN)
def panel_recent(request: Request) -> HttpResponse:
    """The home panel: what runs for me now, and what ended last."""
    jobs = Job.objects.visible_to(request.user)[:3]
    return render(request, "jobs/panel_recent.html", {"jobs": jobs})
