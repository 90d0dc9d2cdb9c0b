"""The plan: Gantt picture, lines, and the forms that move them (H2.0, H2.1.3)."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procstd.access import Request, allow
from procstd.act_pages import press
from procstd.calendars.domain.workdays import standard_workdays
from procstd.history import version_of
from projects.apps import READERS
from projects.domain.planning import (
    add_task,
    agree_plan,
    change_item,
    confirm_deliverable,
    finish_task,
    make_plan,
    move_item,
)
from projects.forms.plan import AgreeForm, MakePlanForm, MoveForm, PhaseForm, TaskAddForm, TaskForm
from projects.models import PlanItem, Project
from projects.queries.gantt import draw
from projects.queries.portfolio import standing_of
from projects.views.shared import GET_OR_POST, form_page, kept_or_404, project_or_404, rights, saved


def _address(code: str) -> str:
    return reverse("projects:plan", args=[code])


def _day(text: str) -> date | None:
    """Return the day that an address names, or nothing where it names none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _item_or_404(project: Project, key: str) -> PlanItem:
    return get_object_or_404(project.plan_items.select_related("owner"), key=key)


@require_safe
@allow(*READERS)
def plan(request: Request, code: str) -> HttpResponse:
    """The plan as picture and as table."""
    project = project_or_404(request, code)
    now, days = timezone.now(), standard_workdays()
    standing = standing_of(project, at=now)
    has_moved = any(
        (line.item.planned_start_on, line.item.planned_end_on) != (line.item.start_on, line.item.end_on)
        for line in standing.plan.lines
    )
    context: dict[str, Any] = {
        **rights(request, project),
        "standing": standing,
        "plan": standing.plan,
        "gantt": draw(standing.plan, days, days.today(now)),
        "form": MakePlanForm(initial={"start_on": days.after(days.today(now))}),
        "may_agree": has_moved and 1 not in standing.closed,
        "closed": standing.closed,
    }
    return render(request, "projects/plan.html", context)


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def plan_make(request: Request, code: str) -> HttpResponse:
    """Make the plan from the template."""
    project = kept_or_404(request, code)
    days = standard_workdays()
    form = MakePlanForm(request.POST or None, initial={"start_on": days.after(days.today(timezone.now()))})
    return form_page(
        request, project, form, partial(make_plan, project, by=request.user, at=timezone.now()),
        title=_("Make the plan"), done=_("Six phases are planned. Move what does not fit."), to=_address(code),
        back=_address(code), save=_("Make the plan"),
        advice=_("Five phases of two weeks, then optimization: on the standard working calendar."),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def item_move(request: Request, code: str, key: str) -> HttpResponse:
    """Move a line of the plan."""
    project = kept_or_404(request, code)
    item = _item_or_404(project, key)
    # A bar that was dragged brings its new days along; the form asks why.
    dragged = {name: _day(request.GET.get(name, "")) for name in ("start_on", "end_on")}
    initial = {name: day or getattr(item, name) for name, day in dragged.items()}
    form = MoveForm(request.POST or None, initial=initial)
    act = partial(move_item, item, by=request.user, at=timezone.now())
    return form_page(
        request, project, form, act, title=_("Move: %(what)s") % {"what": item},
        done=_("Moved, with what follows it."), to=_address(code), back=_address(code), save=_("Move"),
        advice=_("The dates that were agreed stay beside the new ones."),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def item_change(request: Request, code: str, key: str) -> HttpResponse:
    """Change what a phase or a task says."""
    project = kept_or_404(request, code)
    item = _item_or_404(project, key)
    initial: dict[str, Any] = {"owner": item.owner_id, "seen": version_of(item)}
    form: PhaseForm | TaskForm
    if item.is_phase:
        names = [f"{name}_{end}" for name in ("milestone", "deliverable", "resources") for end in ("zh", "en")]
        form = PhaseForm(request.POST or None, initial=initial | {name: getattr(item, name) for name in names})
    else:
        others = project.plan_items.filter(kind="task", phase=item.phase).exclude(pk=item.pk)
        initial |= {
            "title_zh": item.title_zh,
            "title_en": item.title_en,
            "depends_on": list(item.depends_on.values_list("key", flat=True)),
        }
        form = TaskForm(request.POST or None, initial=initial, others=others)
    return form_page(
        request, project, form, partial(change_item, item, by=request.user),
        title=_("Change: %(what)s") % {"what": item}, done=saved(), to=_address(code), back=_address(code),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def task_add(request: Request, code: str) -> HttpResponse:
    """Add a task."""
    project = kept_or_404(request, code)
    days = standard_workdays()
    initial = {"phase": request.GET.get("phase", ""), "start_on": days.after(days.today(timezone.now()))}
    form = TaskAddForm(request.POST or None, project=project, initial=initial)
    return form_page(
        request, project, form, partial(add_task, project, by=request.user, at=timezone.now()),
        title=_("Add a task"), done=saved(), to=_address(code), back=_address(code), save=_("Add"),
    )  # fmt: skip


@require_POST
@allow(*READERS)
def task_done(request: Request, code: str, key: str) -> HttpResponse:
    """A task is done."""
    item = _item_or_404(project_or_404(request, code), key)
    return press(
        request, partial(finish_task, item, by=request.user, at=timezone.now()),
        done=_("“%(what)s” is done.") % {"what": item}, to=_address(code),
    )  # fmt: skip


@require_POST
@allow(*READERS)
def deliverable_confirm(request: Request, code: str, key: str) -> HttpResponse:
    """The deliverable of a phase is there and right."""
    item = _item_or_404(project_or_404(request, code), key)
    return press(
        request, partial(confirm_deliverable, item, by=request.user, at=timezone.now()),
        done=_("The deliverable is confirmed."), to=reverse("projects:gate", args=[code, item.phase]),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def plan_agree(request: Request, code: str) -> HttpResponse:
    """Make the present dates the agreed ones."""
    project = kept_or_404(request, code)
    return form_page(
        request, project, AgreeForm(request.POST or None),
        partial(agree_plan, project, by=request.user, at=timezone.now()), title=_("Agree on the present dates"),
        done=_("From now on slips are measured against these dates."), to=_address(code), back=_address(code),
        save=_("Agree"), advice=_("Until preparation is closed the plan may be agreed anew."),
    )  # fmt: skip
