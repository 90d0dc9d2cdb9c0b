"""The catalogue: what processes there are, and one of them with its standards."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from processes.apps import READERS, RELEASERS, WRITERS
from processes.domain.catalogue import add_process, change_process
from processes.forms.catalogue import ProcessChangeForm, ProcessForm
from processes.models import Category, Process, Release, Revision
from processes.models.revision import RevisionQuerySet
from processes.starters import STARTERS
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
    seen = process.revisions.visible_to(request.user)
    revisions = list(seen.whole())
    context = {
        "process": process,
        "releases": [
            (row, row.covers(now), row.is_over(now), row.definition.is_intact)
            for row in releases.prefetch_related("departments")
        ],
        "revisions": revisions,
        **_variants(seen, revisions),
        "may_write": may_write,
        "may_release": may_call(request.user, frozenset(RELEASERS)),
        # Who decides about running cases: the room of cases serves the page, under its name (F52).
        "may_move_cases": may_call(request.user, frozenset(RELEASERS)) or process.owner_id == request.user.pk,
        "may_draft": may_write and not any(row.is_draft for row in revisions),
        "story": story(process) if may_write else None,
    }
    return render(request, "processes/process_detail.html", context)


def _variants(seen: RevisionQuerySet, revisions: list[Revision]) -> dict[str, Any]:
    """Return the variants of a process by department, and which newer version each latest one is behind (F19)."""
    newest = next((row for row in revisions if not row.is_draft), None)
    rows = seen.variants().select_related("variant_for").annotate(difference_count=Count("differences"))
    latest: set[str] = set()
    found = []
    for row in rows.order_by("variant_for_id", "-major", "-minor", "-issue"):
        code = str(row.variant_for_id)
        is_behind = newest is not None and (row.major, row.minor) < (newest.major, newest.minor)
        found.append((row, newest if is_behind and code not in latest else None))
        latest.add(code)
    return {"variants": found, "may_vary": newest is not None}


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
def process_add(request: Request) -> HttpResponse:
    """Add a process to the catalogue; a starter fills in its name and category, and is where its draft begins."""
    starter = STARTERS.get((request.POST or request.GET).get("starter", ""))
    initial = {"code": starter.key, "category": starter.category, "starter": starter.key} if starter else {}
    names = {f"name_{end}": words for end, words in starter.name.items()} if starter else {}
    form = ProcessForm(request.POST or None, initial={**initial, **names})
    if request.method == "POST" and form.carry_out(add_process, by=request.user):
        messages.success(request, _("“%(what)s” is added.") % {"what": form.result})
        if starter:
            return redirect("processes:draft-from-starter", form.result.code, starter.key)
        return redirect(form.result)
    context = {"form": form, "title": _("Add a process"), "starter": starter}
    if starter:
        context["advice"] = _(
            "Saved, the process gets its first draft: you say which post each role of the starter is."
        )
    return render(request, "processes/process_add.html", context)


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
