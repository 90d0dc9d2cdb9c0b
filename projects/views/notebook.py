"""Risks, decisions, minutes, files."""

from __future__ import annotations

from functools import partial

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from procstd.access import Request, allow
from procstd.calendars.domain.workdays import standard_workdays
from procstd.history import version_of
from projects.apps import READERS
from projects.domain.notebook import add_file, add_risk, change_risk, write_entry
from projects.forms.notebook import EntryForm, FileForm, RiskChangeForm, RiskForm
from projects.models import EntryKind
from projects.views.shared import GET_OR_POST, form_page, kept_or_404, saved


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def risk_add(request: Request, code: str) -> HttpResponse:
    """Add a risk."""
    project = kept_or_404(request, code)
    return form_page(
        request, project, RiskForm(request.POST or None), partial(add_risk, project, by=request.user),
        title=_("Add a risk"), done=saved(), to=project, back=project.get_absolute_url(),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def risk_change(request: Request, code: str, pk: int) -> HttpResponse:
    """Change a risk."""
    project = kept_or_404(request, code)
    risk = get_object_or_404(project.risks, pk=pk)
    names = ("title_zh", "title_en", "control_zh", "control_en", "likelihood", "impact", "is_open")
    initial = {name: getattr(risk, name) for name in names} | {"owner": risk.owner_id, "seen": version_of(risk)}
    form = RiskChangeForm(request.POST or None, initial=initial)
    return form_page(
        request, project, form, partial(change_risk, risk, by=request.user), title=_("Change the risk"),
        done=saved(), to=project, back=project.get_absolute_url(),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def entry_add(request: Request, code: str, kind: str) -> HttpResponse:
    """Write down a decision, or the minutes of a meeting."""
    if kind not in EntryKind.values:
        raise Http404
    project = kept_or_404(request, code)
    now = timezone.now()
    form = EntryForm(request.POST or None, initial={"held_on": standard_workdays().today(now)})
    title = _("Write down a decision") if kind == EntryKind.DECISION else _("Write the minutes of a meeting")
    return form_page(
        request, project, form, partial(write_entry, project, kind=kind, by=request.user, at=now), title=title,
        done=_("It is written down."), to=project, back=project.get_absolute_url(),
        advice=_("Write in your own words. What is written is not changed afterwards."),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def file_add(request: Request, code: str) -> HttpResponse:
    """Keep a file with the project."""
    project = kept_or_404(request, code)
    form = FileForm(request.POST or None, request.FILES or None)
    return form_page(
        request, project, form, partial(add_file, project, by=request.user, at=timezone.now()),
        title=_("Add a file"), done=_("The file is kept."), to=project, back=project.get_absolute_url(),
        multipart=True,
    )  # fmt: skip
