"""Running cases and another version of their standard: what would change for each, and what is done (F52)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases.apps import READERS
from cases.domain.dryrun import KEEP, NEXT, dry_run
from cases.domain.moving import choose, keep_version, may_move
from cases.forms.acts import EmptyForm
from cases.forms.moves import PER_PAGE, MoveForm, MovesForm
from cases.models import Case
from cases.queries.moving import Targets, running_cases
from cases.views.broken import shows_broken
from cases.views.cases import GET_OR_POST, case_or_404, case_page
from processes.models import Process
from procstd.access import Request, allow
from procstd.jobs.domain.running import start_job
from procstd.look.paging import page_of


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def move_list(request: Request, code: str) -> HttpResponse:
    """The open cases of a process that run by another version than the one in force: a dry run, page by page.

    Posting starts the job that does what was chosen. With ``?release=`` only cases that move to that release.
    """
    rows = Process.objects.visible_to(request.user).select_related("department")
    process = get_object_or_404(rows, code=code)
    if not may_move(request.user, process):
        raise Http404
    now = timezone.now()
    targets = Targets(process, now)
    asked = request.GET.get("release", "")
    release = next((row for row in targets if str(row.pk) == asked), None)
    cases = targets.behind(running_cases(process, request.user), release=release)
    page = page_of(request, cases, per_page=PER_PAGE)
    form = MovesForm(request.POST or None, count=page.paginator.count)
    if request.method == "POST" and page.paginator.count and form.is_valid():
        choices = _changes(form.choices) if form.is_for_each else {}
        if form.is_for_each and not choices:
            form.add_error("scope", _("Nothing is chosen yet: choose beside at least one case what to do with it."))
        else:
            facts: dict[str, Any] = {
                "process": code, "release": release.pk if release else None, "reason": form.cleaned_data["reason"],
                "all": "" if form.is_for_each else form.cleaned_data["scope"],
                "choices": {str(key): choice for key, choice in choices.items()},
                "seen": [row.definition_id for row in targets],
            }  # fmt: skip
            return redirect(start_job("case-moves", owner=request.user, at=now, **facts))
    lines = dry_run(list(page), targets, at=now)
    chosen = form.choices if form.is_bound else {}
    for line in lines:
        line.chosen = chosen.get(line.case.pk, line.chosen)
    context = {
        "process": process, "targets": list(targets), "release": release, "page": page, "lines": lines, "form": form,
    }  # fmt: skip
    return render(request, "cases/move_list.html", context)


def _changes(choices: dict[int, str]) -> dict[int, str]:
    """Return those choices that differ from what holds already: kept, or noted for the next step."""
    noted = dict(Case.objects.filter(pk__in=choices).values_list("pk", "moves_to"))
    return {
        key: choice
        for key, choice in choices.items()
        if key in noted and choice != (KEEP if noted[key] is None else NEXT)
    }


@require_http_methods(GET_OR_POST)
@allow(*READERS)
@shows_broken
def case_move(request: Request, number: str) -> HttpResponse:
    """What would change for one case, and the decision."""
    case = case_or_404(request, number)
    if not may_move(request.user, case.process):
        raise Http404
    now = timezone.now()
    targets = Targets(case.process, now)
    target = targets.for_department(case.department_id)
    if target is None or target.definition_id == case.definition_id or not case.is_open:
        messages.info(request, _("No other version of its standard is in force for this case."))
        return redirect(case)
    (line,) = dry_run([case], targets, at=now)
    form = MoveForm(
        request.POST or None, can_move=line.can_move, is_planned=case.moves_to_id is not None,
        initial={"choice": NEXT},
    )  # fmt: skip
    act = partial(choose, case, to=target.definition, by=request.user, at=now)
    if request.method == "POST" and form.carry_out(act):
        messages.success(request, _("It is done: the history of the case says so."))
        return redirect(case)
    return render(request, "cases/case_move.html", {"case": case, "line": line, "form": form})


@require_POST
@allow(*READERS)
@shows_broken
def case_move_withdraw(request: Request, number: str) -> HttpResponse:
    """Withdraw a move that was noted for the next step."""
    case = case_or_404(request, number)
    if not may_move(request.user, case.process):
        raise Http404
    form = EmptyForm({})
    if form.carry_out(keep_version, case, by=request.user, at=timezone.now()):
        messages.success(request, _("The case keeps its version."))
        return redirect(case)
    messages.error(request, " ".join(str(error) for error in form.non_field_errors()))
    return case_page(request, case)
