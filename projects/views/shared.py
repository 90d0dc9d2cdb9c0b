"""What the pages of a project have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from procstd.access import Request
from procstd.act_pages import serve_form
from procstd.acts import ActForm
from projects.domain.rights import may_keep, may_steer
from projects.models import Project

GET_OR_POST = ["GET", "HEAD", "POST"]


def project_or_404(request: Request, code: str) -> Project:
    """Return a project that the reader sees."""
    return get_object_or_404(Project.objects.visible_to(request.user).select_related("lead"), code=code)


def kept_or_404(request: Request, code: str) -> Project:
    """Return a project that the reader keeps: for others its forms do not exist."""
    project = project_or_404(request, code)
    if not may_keep(project, request.user):
        raise Http404
    return project


def steered_or_404(request: Request, code: str) -> Project:
    """Return a project that the reader leads."""
    project = project_or_404(request, code)
    if not may_steer(project, request.user):
        raise Http404
    return project


def rights(request: Request, project: Project) -> dict[str, Any]:
    """Return what a page shows buttons by."""
    running = project.is_running
    return {
        "project": project,
        "may_keep": running and may_keep(project, request.user),
        "may_steer": running and may_steer(project, request.user),
    }


def form_page(
    request: Request,
    project: Project | None,
    form: ActForm,
    act: Callable[..., Any],
    *,
    title: str,
    done: str,
    to: Any,
    back: str,
    **more: Any,
) -> HttpResponse:
    """Serve a page of one act and one form: carry it out and go to *to*, or show it with what was typed."""
    return serve_form(
        request, form, act, "projects/form_page.html", done=done, to=to, title=title, back=back, project=project, **more
    )


def saved() -> str:
    return _("Saved.")
