"""A project out of the house in one file, and in again (F05)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from procstd.access import Request, allow
from procstd.errors import DomainError
from procstd.files.domain.keeping import keep_upload
from procstd.jobs.domain.running import start_job
from procstd.jobs.models import Job, State
from procstd.organisation.models import Department, Post, User
from procstd.reauthentication import needs_recent_password
from projects.apps import EXPORTERS, IMPORTERS
from projects.domain.transfer.checking import needs_of
from projects.domain.transfer.importing import confirm_check
from projects.forms.transfer import ConfirmForm, ProjectFileForm
from projects.models import Project
from projects.views.shared import GET_OR_POST, project_or_404

#: So many codes are proposed while somebody types.
PROPOSED = 500


@require_http_methods(GET_OR_POST)
@allow(*EXPORTERS)
def project_export(request: Request, code: str) -> HttpResponse:
    """What goes into the file and what does not; a job writes it."""
    project = project_or_404(request, code)
    if request.method == "POST":
        return redirect(start_job("project-export", owner=request.user, at=timezone.now(), project=project.code))
    context = {"project": project, "exports": project.exports.select_related("by")[:5]}
    return render(request, "projects/export.html", context)


@require_http_methods(GET_OR_POST)
@allow(*IMPORTERS)
def project_import(request: Request) -> HttpResponse:
    """Upload a file: a job checks it and tells what it holds, before anything is written."""
    form = ProjectFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload, now = form.cleaned_data["file"], timezone.now()
        try:
            file = keep_upload(upload, name=upload.name, owner=request.user, at=now, kinds={"procstd"})
        except DomainError as refusal:
            form.add_error("file", refusal.message)
        else:
            return redirect(start_job("project-check", owner=request.user, at=now, file=str(file.key)))
    return render(request, "projects/import.html", {"form": form})


@require_http_methods(GET_OR_POST)
@allow(*IMPORTERS)
@needs_recent_password
def project_import_confirm(request: Request, pk: int) -> HttpResponse:
    """What the check found, who and what is not known here, and the button that imports."""
    rows = Job.objects.visible_to(request.user)
    check = get_object_or_404(rows, pk=pk, kind="project-check", state=State.DONE)
    if "code" not in check.result:
        raise Http404
    needs, now = needs_of(check.result), timezone.now()
    form = ConfirmForm(needs, request.POST or None, initial={"code": _free(check.result["code"])})
    if request.method == "POST" and form.carry_out(partial(confirm_check, check, by=request.user, at=now)):
        return redirect(form.result)
    told = check.result
    context: dict[str, Any] = {
        "check": check, "told": told, "needs": needs, "form": form, "made_at": parse_datetime(told["made_at"]),
        "coming": needs.coming(now), "now": now,
    }  # fmt: skip
    kinds = {need.kind for need in needs.missing}
    if "person" in kinds:
        context["people"] = User.objects.active()[:PROPOSED]
    if "department" in kinds:
        context["departments"] = Department.objects.without_tree_fields()[:PROPOSED]
    if "post" in kinds:
        context["posts"] = Post.objects.all()[:PROPOSED]
    if form.errors:
        messages.warning(request, _("Nothing is imported yet: see what is marked below."))
    return render(request, "projects/import_confirm.html", context)


def _free(code: str) -> str:
    return "" if Project.objects.filter(code=code).exists() else code
