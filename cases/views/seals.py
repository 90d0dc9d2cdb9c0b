"""The seals over all chains of cases, and verifying everything against them (S9)."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cases.apps import VERIFIERS
from cases.models import Seal
from procstd.access import Request, allow
from procstd.jobs.domain.running import start_job
from procstd.look.paging import page_of

#: The kind of job that verifies (cases/longjobs_seals.py).
VERIFY = "case-verify"


@require_safe
@allow(*VERIFIERS)
def seal_list(request: Request) -> HttpResponse:
    """Every seal with its hash, newest first."""
    context = {"page": page_of(request, Seal.objects.all(), per_page=30), "folder": settings.SEAL_DIR}
    return render(request, "cases/seal_list.html", context)


@require_POST
@allow(*VERIFIERS)
def seal_verify(request: Request) -> HttpResponse:
    """Have a job verify every chain, every definition and every seal."""
    return redirect(start_job(VERIFY, owner=request.user, at=timezone.now()))
