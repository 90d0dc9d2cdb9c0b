"""The process centre: search, one's own steps, forms, what changed, what is in force where (F48, H2.5.3)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from processes.apps import READERS
from processes.forms.centre import SECTION_LABELS, SearchForm
from processes.models import EntryKind, Process, SearchEntry
from processes.queries.centre import (
    entries_in,
    favourite_places,
    my_duties_in,
    my_steps,
    processes_with,
    recent_changes,
    shown_favourites,
    where_in_force,
)
from processes.queries.inforce import Standing, departments_of, in_force_for, standings
from processes.queries.search import Found, entries_of, search
from procstd.access import Request, allow
from procstd.acts import fragment
from procstd.bigrams import terms_of
from procstd.look.paging import page_of
from procstd.organisation.models import Department, Post

#: Results of each section on the first page, and of one section alone.
_FEW, _MANY = 8, 60
_STEPS_FIRST = 6


def seen_by(user: Any, at: datetime) -> list[Standing]:
    """Return what is in force for *user*."""
    return in_force_for(standings(at), departments_of(user))


def _search_form(request: Request, mine: Collection[int] | None) -> SearchForm:
    departments = Department.objects.without_tree_fields().filter(is_active=True).order_by("code")
    if mine is not None:
        departments = departments.filter(pk__in=mine)
    posts = Post.objects.filter(is_active=True)
    return SearchForm(request.GET or {}, departments=departments, posts=posts)


@require_safe
@allow(*READERS)
def centre(request: Request) -> HttpResponse:
    """Search as one types; without a question what concerns the reader."""
    now = timezone.now()
    everything = standings(now)
    mine = departments_of(request.user)
    found = in_force_for(everything, mine)
    form = _search_form(request, mine)
    form.is_valid()
    asked = form.asked
    terms = terms_of(asked["q"])
    context: dict[str, Any] = {
        "form": form,
        "terms": terms,
        "has_question": bool(asked["q"]),
        "is_narrowed": any(asked[name] for name in ("category", "department", "post")),
        "section": asked["section"],
        "marks": favourite_places(request.user),
        "labels": SECTION_LABELS,
    }
    if terms and not form.errors:
        within = in_force_for(everything, _department(asked["department"])) if asked["department"] else found
        context["found"] = result = _results(request, within, asked, terms)
        context["terms"] = result.terms
        _tell_duties(request.user, result)
        context["sections"] = [
            (name, SECTION_LABELS[name], rows, result.totals[name]) for name, rows in result.rows.items()
        ]
        context["standards"] = _by_standard(result.rows["standards"])
    elif not asked["q"]:
        context |= _own(request.user, found, now)
    return render(request, fragment(request, "processes/centre.html", "results"), context)


def _department(code: str) -> list[int]:
    return list(Department.objects.without_tree_fields().filter(code=code).values_list("pk", flat=True))


def _results(request: Request, found: Collection[Standing], asked: dict[str, str], terms: Any) -> Found:
    processes = Process.objects.visible_to(request.user).filter(is_active=True)
    rows = entries_of(
        {row.definition for row in found}, processes.values("pk"), category=asked["category"], post=asked["post"]
    )
    section = asked["section"]
    return search(rows, terms, most=_MANY if section else _FEW, section=section)


def _by_standard(rows: list[SearchEntry]) -> list[tuple[SearchEntry, list[SearchEntry]]]:
    """Return the clauses that were found by standard, each with its first row, in the order of the best."""
    groups: dict[Any, list[SearchEntry]] = {}
    for entry in rows:
        groups.setdefault(entry.definition_id, []).append(entry)
    return [(found[0], [row for row in found if row.kind == EntryKind.CLAUSE]) for found in groups.values()]


def _tell_duties(user: Any, found: Found) -> None:
    mine = my_duties_in(user, found.rows["steps"])
    for entry in found.rows["steps"]:
        entry.duties_of_mine = mine.get(entry.pk, [])  # type: ignore[attr-defined]


def _own(user: Any, found: Collection[Standing], now: datetime) -> dict[str, Any]:
    definitions = {row.definition for row in found}
    steps, count = my_steps(user, definitions, most=_STEPS_FIRST)
    return {
        "steps": steps,
        "step_count": count,
        "favourites": shown_favourites(user, definitions),
        "changes": recent_changes(found, at=now, most=5),
        "standard_count": len({row.process for row in found}),
    }


@require_safe
@allow(*READERS)
def step_list(request: Request) -> HttpResponse:
    """Every step in which the reader has a part."""
    found = seen_by(request.user, timezone.now())
    steps, count = my_steps(request.user, {row.definition for row in found})
    page = page_of(request, steps, per_page=50)  # type: ignore[arg-type]
    context = {"page": page, "count": count, "marks": favourite_places(request.user)}
    return render(request, "processes/centre_steps.html", context)


@require_safe
@allow(*READERS)
def form_list(request: Request) -> HttpResponse:
    """Every form of what is in force, blank, to be downloaded and printed."""
    found = seen_by(request.user, timezone.now())
    rows = entries_in({row.definition for row in found}, EntryKind.FORM)
    return render(request, "processes/centre_forms.html", {"page": page_of(request, rows, per_page=50)})


@require_safe
@allow(*READERS)
def change_list(request: Request) -> HttpResponse:
    """What took effect in the last three months."""
    now = timezone.now()
    changes = recent_changes(seen_by(request.user, now), at=now, most=100)
    return render(request, "processes/centre_changes.html", {"changes": changes})


@require_safe
@allow(*READERS)
def in_force(request: Request) -> HttpResponse:
    """What is in force where: processes by departments."""
    now = timezone.now()
    mine = departments_of(request.user)
    everything = standings(now)
    departments = Department.objects.without_tree_fields().filter(is_active=True).order_by("code")
    if mine is not None:
        departments = departments.filter(pk__in=mine)
    chosen = departments.filter(code=request.GET.get("department", "").replace("\x00", "")).first()
    found = in_force_for(everything, [chosen.pk] if chosen else mine)
    page = page_of(request, processes_with(found), per_page=25)
    context = {
        "page": page,
        "map": where_in_force(found, list(page)),
        "departments": departments,
        "chosen": chosen,
    }
    return render(request, "processes/centre_in_force.html", context)


def mark_steps(user: Any, entries: Collection[SearchEntry]) -> None:
    """Tell on each step which part *user* has in it."""
    mine = my_duties_in(user, entries)
    for entry in entries:
        entry.duties_of_mine = mine.get(entry.pk, [])  # type: ignore[attr-defined]
