"""A project: its home, its beginning, its end."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from procstd.access import Request, allow
from procstd.calendars.domain.workdays import standard_workdays
from procstd.files.models import StoredFile
from procstd.history import version_of
from projects.apps import READERS, STARTERS
from projects.domain.starting import change_project, start_project, stop_project
from projects.domain.transfer.exporting import may_export
from projects.forms.project import ProjectChangeForm, ProjectForm, StopForm
from projects.models import Arrival, Entry, Project
from projects.queries.activity import activity
from projects.queries.due import due_of, waiting_of
from projects.queries.gantt import draw
from projects.queries.portfolio import standing_of
from projects.views.shared import GET_OR_POST, form_page, kept_or_404, project_or_404, rights, saved


@require_safe
@allow(*READERS)
def project_detail(request: Request, code: str) -> HttpResponse:
    """The home of a project: where it stands, what is due, who waits for whom, what is known about it."""
    project = project_or_404(request, code)
    now = timezone.now()
    standing, days = standing_of(project, at=now), standard_workdays()
    today = days.today(now)
    kind = ContentType.objects.get_for_model(Project)
    context: dict[str, Any] = {
        **rights(request, project),
        "standing": standing,
        "phases": standing.stepper,
        "gantt": draw(standing.plan, days, today, phases_only=True),
        "due": due_of(standing.plan, days, today),
        "waiting": waiting_of(project, standing.plan, standing.gate),
        "risks": sorted(project.risks.select_related("owner"), key=lambda risk: (not risk.is_open, -risk.weight)),
        "entries": Entry.objects.filter(project=project).select_related("by")[:12],
        "files": StoredFile.objects.filter(content_type=kind, object_id=project.pk).select_related("owner")[:20],
        "events": activity(project),
        "overrides": project.overrides.all(),
        "chosen": project.candidates.filter(is_chosen=True).select_related("process"),
        "statuses": project.statuses.defer("content")[:4],
        "departments": project.departments.all(),
        "may_export": may_export(request.user),
        "arrival": Arrival.objects.filter(project=project).select_related("by").first(),
        "today": today,
    }
    return render(request, "projects/project_detail.html", context)


@require_http_methods(GET_OR_POST)
@allow(*STARTERS)
def project_add(request: Request) -> HttpResponse:
    """Start a project."""
    form = ProjectForm(request.POST or None, initial={"lead": request.user.pk})
    return form_page(
        request, None, form, partial(start_project, by=request.user, at=timezone.now()),
        title=_("Start a project"), done=_("The project is started. Staff its team next."),
        to=lambda project: project, back="/projects/", save=_("Start"),
        advice=_("Say what it seeks, by which figure that is measured, and who leads it."),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def project_change(request: Request, code: str) -> HttpResponse:
    """Change what a project seeks."""
    project = kept_or_404(request, code)
    names = (
        "name_zh", "name_en", "value", "figure_zh", "figure_en", "unit_zh", "unit_en", "baseline", "target",
    )  # fmt: skip
    initial = {
        **{name: getattr(project, name) for name in names},
        "lead": project.lead_id,
        "departments": list(project.departments.values_list("pk", flat=True)),
        "seen": version_of(project),
    }
    form = ProjectChangeForm(request.POST or None, initial=initial)
    return form_page(
        request, project, form, partial(change_project, project, by=request.user),
        title=_("Change %(what)s") % {"what": project}, done=saved(), to=project, back=project.get_absolute_url(),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def project_stop(request: Request, code: str) -> HttpResponse:
    """Stop a project that will not be finished."""
    project = kept_or_404(request, code)
    form = StopForm(request.POST or None)
    return form_page(
        request, project, form, partial(stop_project, project, by=request.user),
        title=_("Stop the project"), done=_("The project is stopped."), to=project, back=project.get_absolute_url(),
        save=_("Stop it"), advice=_("Everything stays to be read; nothing in it is changed any more."),
    )  # fmt: skip
