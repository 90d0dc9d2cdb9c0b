"""Two versions of a standard side by side: what differs, in sentences, word by word and in pictures (F27)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from processes.apps import READERS
from processes.domain.picture import draw, pages
from processes.domain.redline.compare import marks_between
from processes.domain.tracing import explained
from processes.domain.versions import redline
from processes.models import Process, Revision
from processes.models.release import DefinitionBroken
from processes.views.manual import altered
from procstd.access import Request, allow
from procstd.documents import NotDrawable, to_pdf


@dataclass(frozen=True)
class Choice:
    """What is compared: two of the versions that the person may see, all of it or what touches one's own posts."""

    process: Process
    versions: Sequence[Revision]
    before: Revision | None
    after: Revision | None
    is_mine: bool


def _chosen(request: Request, code: str) -> Choice:
    """Return the versions that the address names; those released last where it names none that there is."""
    processes = Process.objects.visible_to(request.user).select_related("department", "owner")
    process = get_object_or_404(processes, code=code)
    rows = process.revisions.visible_to(request.user).select_related("definition", "variant_of", "variant_for")
    # Variants of departments can be compared with anything, but first comes what holds everywhere else.
    versions = sorted(rows, key=lambda row: row.is_variant)
    for row in versions:
        row.process = process
    by_number = {row.number: row for row in versions}
    whole = [row for row in versions if not row.is_variant]
    after = by_number.get(request.GET.get("to", "")) or next(iter(whole), None)
    before = by_number.get(request.GET.get("from", "")) or _before(after, versions)
    return Choice(process, versions, before, after, is_mine=request.GET.get("mine") == "1")


def _before(after: Revision | None, versions: Sequence[Revision]) -> Revision | None:
    """Return what *after* follows: the version before it in its line; of a first variant the standard it varies."""
    if after is None:
        return None
    number = (after.major, after.minor, after.issue)
    same = [row for row in versions if row.variant_for_id == after.variant_for_id]
    earlier = [row for row in same if (row.major, row.minor, row.issue) < number]
    if after.is_variant and not earlier:
        earlier = [row for row in versions if not row.is_variant and (row.major, row.minor) == number[:2]]
    return next((row for row in earlier if not row.is_draft), next(iter(earlier), None))


def held_by(user: Any) -> set[tuple[str, str]]:
    """Return the posts in which *user* acts today, each with its department, by code."""
    return {(duty.post.code, duty.department.code) for duty in user.duties}


def _context(request: Request, choice: Choice) -> dict[str, Any]:
    """Return what the page and the paper show. Raises DefinitionBroken."""
    context = {
        "process": choice.process, "versions": choice.versions, "before": choice.before, "after": choice.after,
        "is_mine": choice.is_mine, "has_posts": bool(request.user.duties), "language": get_language(),
    }  # fmt: skip
    if choice.before is None or choice.after is None or len(choice.versions) == 1:
        return context
    found = redline(choice.before, choice.after)
    held = held_by(request.user)
    shown = [row for row in found.changes if not choice.is_mine or row.concerns(held)]
    noted = list(found.after.changes.all())
    lines = {change.anchor: rows for change, rows in explained(shown, noted)}
    told = {row for rows in lines.values() for row in rows}
    return {
        **context,
        "found": found,
        "groups": [
            (group, [(change, lines[change.anchor]) for change in group.changes]) for group in found.groups(shown)
        ],
        "shown": len(shown),
        "left_out": len(found.changes) - len(shown),
        # With all of it also what was noted without a difference; with some of it what explains that.
        "origins": [row for row in noted if row in told or not (choice.is_mine or row.anchors)],
    }


@require_safe
@allow(*READERS)
def redline_page(request: Request, code: str) -> HttpResponse:
    """What differs between two versions, by element and by step."""
    choice = _chosen(request, code)
    try:
        context = _context(request, choice)
    except DefinitionBroken:
        return altered(request, choice.after)  # type: ignore[arg-type]
    if found := context.get("found"):
        marks = marks_between(found.changes)
        context["pictures"] = [
            (row, draw(standard, marks=marked))
            for row, standard, marked in zip((found.before, found.after), (found.old, found.new), marks, strict=True)
            if standard.steps
        ]
    return render(request, "processes/redline.html", context)


@require_safe
@allow(*READERS)
def redline_pdf(request: Request, code: str) -> HttpResponse:
    """The same on paper."""
    choice = _chosen(request, code)
    try:
        context = _context(request, choice)
    except DefinitionBroken:
        return altered(request, choice.after)  # type: ignore[arg-type]
    found = context.get("found")
    if found is None:
        return redirect("processes:redline", code)
    marks = marks_between(found.changes)
    context["sheets"] = [
        (row, sheet)
        for row, standard, marked in zip((found.before, found.after), (found.old, found.new), marks, strict=True)
        if standard.steps
        for sheet in pages(standard, marks=marked)
    ]
    try:
        page = render_to_string("processes/redline_pdf.html", context)
        content = to_pdf(page, render_to_string("processes/redline_pdf.css", context))
    except NotDrawable as refusal:
        messages.error(request, str(refusal))
        return redirect("processes:redline", code)
    response = HttpResponse(content, content_type="application/pdf")
    name = f"{code}-V{found.before.number}-V{found.after.number}-{get_language()}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
