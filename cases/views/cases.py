"""All cases, one case, and how staff open one."""

from __future__ import annotations

import secrets
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases.apps import IMPORTERS, LOG_READERS, READERS
from cases.domain.acting import may_direct, may_see, may_work, needs_to_know, standard_of
from cases.domain.clocks.panel import panel_of
from cases.domain.clocks.showing import total_clocks, total_shown
from cases.domain.moving import may_move
from cases.domain.opening import open_case, release_for
from cases.domain.versions import earlier_standards, standards_over_time
from cases.forms.opening import OpenForm
from cases.models import Case, Consultation, Task
from cases.queries.moving import Targets
from cases.queries.reading import answers_of, states_of, story_of
from cases.tables import CaseFilter
from cases.views.broken import shows_broken
from processes.domain.picture import draw
from processes.models import Process
from processes.queries.releases import processes_in_force
from procstd.access import Request, allow, may_call
from procstd.acts import fragment
from procstd.errors import DomainError
from procstd.look.paging import long_page_of
from procstd.organisation.models import Department

GET_OR_POST = ["GET", "HEAD", "POST"]


def case_or_404(request: Request, number: str) -> Case:
    """Return the case of that number if the person may see it."""
    digits = number.removeprefix("C-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 12):
        raise Http404
    rows = Case.objects.select_related("definition__revision", "process", "department", "opened_by")
    rows = rows.select_related("moves_to__revision").defer("moves_to__content")
    case = get_object_or_404(rows, pk=int(digits))
    if not may_see(request.user, case):
        raise Http404
    return case


@require_safe
@allow(*READERS)
def case_list(request: Request) -> HttpResponse:
    """Cases that the person may see, newest first, with the step each is at."""
    now = Task.objects.open().select_related("step", "owner")
    rows = (
        Case.objects.visible_to(request.user)
        .select_related("process", "definition__revision")
        .defer("data", "definition__content")
        .prefetch_related(Prefetch("task_set", queryset=now, to_attr="open_tasks"))
        .prefetch_related(total_clocks())
    )
    filters = CaseFilter(request.GET, queryset=rows, request=request)
    page, at = long_page_of(request, filters.qs), timezone.now()
    for case in page:
        case.total = total_shown(case, at=at)
    context = {
        "filters": filters,
        "page": page,
        "is_filtered": any(filters.data.values()) if filters.data else False,
        "may_take_logs": may_call(request.user, frozenset(LOG_READERS)),
    }
    return render(request, fragment(request, "cases/case_list.html", "list"), context)


@require_safe
@allow(*READERS)
@shows_broken
def case_detail(request: Request, number: str) -> HttpResponse:
    """One case: what is known, where it stands, what happened."""
    return case_page(request, case_or_404(request, number))


def case_page(request: Request, case: Case, *, status: int = 200) -> HttpResponse:
    """Return the page of a case."""
    standard = standard_of(case.definition)
    tasks = list(Task.objects.filter(process=case).exclude(step=None).select_related("step", "owner"))
    versions = standards_over_time(case)
    earlier = earlier_standards(case, versions)
    sees_personal = needs_to_know(request.user, case, standard)
    documents = list(case.attachments.for_reader(sees_personal=sees_personal))
    context = {
        "case": case,
        "standard": standard,
        "open_tasks": [task for task in tasks if task.is_open],
        "picture": draw(standard, states_of(tasks)),
        "filled": answers_of(case, standard, documents, sees_personal=sees_personal, earlier=earlier),
        "sees_personal": sees_personal,
        "documents": documents,
        "now": (now := timezone.now()),
        "clocks": panel_of(
            case, standard, user=request.user, at=now, open_keys={task.key for task in tasks if task.is_open}
        ),
        "notes": case.notes.all() if sees_personal else None,
        "asked": Consultation.objects.filter(task__process=case).select_related("person", "asked_by", "task__step"),
        "events": story_of(case, standard, versions),
        "moves": _moves_of(case, request.user, now),
        "may_reopen": not case.is_open and any(may_direct(request.user, step) for step in standard.steps),
    }
    return render(request, "cases/case_detail.html", context, status=status)


def _moves_of(case: Case, user: Any, at: datetime) -> dict[str, Any]:
    """Return whether the reader decides about the version of an open case, and which other one is in force for it."""
    if not case.is_open or not may_move(user, case.process):
        return {}
    target = Targets(case.process, at).for_department(case.department_id)
    other = target is not None and target.definition_id != case.definition_id
    return {"may_withdraw": True, "to": target.definition.revision if target and other else None}


@require_safe
@allow(*READERS)
def case_open_list(request: Request) -> HttpResponse:
    """The processes of which a case can be opened now."""
    context = {
        "processes": processes_in_force(timezone.now()),
        "may_import": may_call(request.user, frozenset(IMPORTERS)),
    }
    return render(request, "cases/case_open_list.html", context)


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def case_open(request: Request, code: str) -> HttpResponse:
    """Open a case with the first step's form, and complete the step if a post of one's own does it.

    It is for the process's own department, or for the one that the address names: a release may hold there only.
    """
    process = get_object_or_404(Process.objects.visible_to(request.user).select_related("department"), code=code)
    department = process.department
    if asked := request.GET.get("department"):
        department = get_object_or_404(Department.objects.without_tree_fields().filter(is_active=True), code=asked)
    now = timezone.now()
    try:
        standard = standard_of(release_for(process, department=department, at=now).definition)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("cases:case-open-list")
    first = standard.first
    # Who countersigns is asked at a task: such a first step is completed there.
    may_complete = may_work(request.user, first) and not first.countersigned
    outcomes = tuple(row for row in first.outcomes if not row.is_send_back) if may_complete else ()
    form = OpenForm(
        standard.form(first.form), outcomes, request.POST or None, request.FILES or None,
        request_key=secrets.token_hex(16),
    )  # fmt: skip
    act: Any = partial(open_case, process, by=request.user, at=now, department=department)
    if request.method == "POST" and form.carry_out(act):
        messages.success(request, _("Case %(number)s is opened.") % {"number": form.result.number})
        return redirect(form.result)
    context = {"form": form, "process": process, "standard": standard, "step": first, "outcomes": outcomes}
    context["department"] = department
    return render(request, "cases/case_open.html", context)
