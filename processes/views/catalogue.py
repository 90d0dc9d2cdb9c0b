"""The catalogue: what processes there are, and one of them with its standards."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from processes.apps import READERS, RELEASERS, WRITERS
from processes.domain.catalogue import add_process, change_process
from processes.forms.catalogue import ProcessChangeForm, ProcessForm
from processes.models import Category, Process, Release
from procstd.access import Request, allow, may_call
from procstd.history import story, version_of

GET_OR_POST = ["GET", "HEAD", "POST"]


@require_safe
@allow(*READERS)
def process_list(request: Request) -> HttpResponse:
    """All processes in their four categories, each with what is in force now."""
    now = Release.objects.in_force(timezone.now()).select_related("definition__revision").defer("definition__content")
    rows = (
        Process.objects.visible_to(request.user)
        .select_related("department", "owner")
        .prefetch_related(Prefetch("releases", now, to_attr="in_force"))
    )
    by_category: dict[str, list[Process]] = {category: [] for category in Category.values}
    for row in rows:
        by_category[row.category].append(row)
    context = {
        "categories": [(Category(category).label, found) for category, found in by_category.items()],
        "is_empty": not any(by_category.values()),
        "may_write": may_call(request.user, frozenset(WRITERS)),
    }
    return render(request, "processes/process_list.html", context)


@require_safe
@allow(*READERS)
def process_detail(request: Request, code: str) -> HttpResponse:
    """One process: who answers for it, what is in force where, and every revision of its standard."""
    process = get_object_or_404(
        Process.objects.visible_to(request.user).select_related("department", "owner"), code=code
    )
    now = timezone.now()
    releases = process.releases.select_related("definition__revision", "released_by")
    may_write = may_call(request.user, frozenset(WRITERS))
    revisions = list(process.revisions.visible_to(request.user))
    context = {
        "process": process,
        "releases": [
            (row, row.covers(now), row.is_over(now), row.definition.is_intact)
            for row in releases.prefetch_related("departments")
        ],
        "revisions": revisions,
        "may_write": may_write,
        "may_release": may_call(request.user, frozenset(RELEASERS)),
        "may_draft": may_write and not any(row.is_draft for row in revisions),
        "story": story(process) if may_write else None,
    }
    return render(request, "processes/process_detail.html", context)


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
def process_add(request: Request) -> HttpResponse:
    """Add a process to the catalogue."""
    form = ProcessForm(request.POST or None)
    if request.method == "POST" and form.carry_out(add_process, by=request.user):
        messages.success(request, _("“%(what)s” is added.") % {"what": form.result})
        return redirect(form.result)
    return render(request, "processes/form_page.html", {"form": form, "title": _("Add a process")})


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
def process_change(request: Request, code: str) -> HttpResponse:
    """Change a process of the catalogue."""
    process = get_object_or_404(Process.objects.visible_to(request.user), code=code)
    fields = ("name_zh", "name_en", "category", "is_core", "is_active")
    initial: dict[str, Any] = {
        **{name: getattr(process, name) for name in fields},
        "department": process.department_id,
        "owner": process.owner_id,
        "seen": version_of(process),
    }
    form = ProcessChangeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.carry_out(change_process, process, by=request.user):
        messages.success(request, _("“%(what)s” is changed.") % {"what": form.result})
        return redirect(form.result)
    context = {"form": form, "title": _("Change %(what)s") % {"what": process}, "process": process}
    return render(request, "processes/form_page.html", context)
