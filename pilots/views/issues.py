"""Issues: raised with one click where they are met, answered with a proposal, made a change of the next version."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.domain.acting import may_see
from cases.models import Case, Task
from pilots.apps import KEEPERS, READERS
from pilots.domain.issues import make_change, propose, raise_issue
from pilots.domain.rights import may_keep
from pilots.forms.run import IssueForm, ProposalForm
from pilots.models import Issue, Pilot, SpotLine
from pilots.queries.cases import pilot_cases, steps_named
from pilots.views.shared import (
    GET_OR_POST,
    form_page,
    kept_or_404,
    pilot_or_404,
    rights,
    saved,
    shows_broken,
    standard_of,
)
from processes.domain.standard import Standard
from processes.models.release import DefinitionBroken
from procstd.access import SIGNED_IN, Request, allow
from procstd.errors import DomainError
from procstd.history import version_of


@require_http_methods(GET_OR_POST)
@allow(*READERS)
@shows_broken
def issue_add(request: Request, code: str) -> HttpResponse:
    """Raise an issue; the address says of which case, step, field or rule that was checked."""
    found = pilot_or_404(request, code)
    case, line = _case(request, found), _line(request, found)
    initial = {"step": request.GET.get("step", ""), "field": request.GET.get("field", "")}
    if line is not None:
        initial |= {"step": line.spot_check.step, "text": line.note}
    form = IssueForm(request.POST or None, initial=initial, standard=standard_of(found))
    back = case.get_absolute_url() if case else line.spot_check.get_absolute_url() if line else _run(found)
    return form_page(
        request, found, form,
        partial(raise_issue, found, case=case, spot_line=line, by=request.user, at=timezone.now()),
        title=_("Raise an issue"), done=_("Thank you. The issue is noted."), to=back, back=back,
        advice=_("About %(case)s") % {"case": case.number} if case else "", save=_("Raise it"), keeps_query=True,
    )  # fmt: skip


def _run(pilot: Pilot) -> str:
    return reverse("pilots:run", args=[pilot.code])


def _case(request: Request, pilot: Pilot) -> Case | None:
    """Return the case that the address names, if the reader sees it and it is of this process."""
    digits = request.GET.get("case", "").removeprefix("C-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 12):
        return None
    case = Case.objects.filter(pk=int(digits), process=pilot.process_id).first()
    return case if case is not None and may_see(request.user, case) else None


def _line(request: Request, pilot: Pilot) -> SpotLine | None:
    digits = request.GET.get("rule", "")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 12):
        return None
    row = SpotLine.objects.filter(pk=int(digits), spot_check__pilot=pilot).select_related("spot_check__pilot").first()
    if row is not None:
        row.spot_check.pilot = pilot
    return row


@require_safe
@allow(*READERS)
@shows_broken
def issue(request: Request, code: str, number: int) -> HttpResponse:
    """One issue: where it was met, what is proposed, what became of it."""
    return _page(request, _issue(request, code, number), None)


@require_http_methods(GET_OR_POST)
@allow(*KEEPERS)
@shows_broken
def issue_propose(request: Request, code: str, number: int) -> HttpResponse:
    """Write the proposal on the issue's page. It may be written when the pilot is decided: the report needs it."""
    row = _issue(request, code, number)
    form = _form(row, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.carry_out(propose, row, by=request.user):
        messages.success(request, saved())
        return redirect(row)
    return _page(request, row, form)


def _issue(request: Request, code: str, number: int) -> Issue:
    found = pilot_or_404(request, code)
    rows = found.issues.select_related("case", "raised_by", "change__revision__process", "spot_line__spot_check")
    row: Issue = get_object_or_404(rows, number=number)
    row.pilot = found
    return row


def _form(row: Issue, data: Any = None) -> ProposalForm:
    initial = {name: getattr(row, name) for name in ("proposal_zh", "proposal_en", "effect")}
    return ProposalForm(data, initial={**initial, "seen": version_of(row)})


def _page(request: Request, row: Issue, form: ProposalForm | None) -> HttpResponse:
    keeps = may_keep(request.user)
    context = {
        **rights(request, row.pilot, "run"), "issue": row, "form": form or _form(row),
        "may_propose": keeps and row.change is None, "reads_drafts": keeps,
        "may_change": keeps and row.change is None and row.has_proposal,
        "sees_case": row.case is not None and may_see(request.user, row.case),
        "where": _where(row, standard_of(row.pilot)),
    }  # fmt: skip
    return render(request, "pilots/issue.html", context)


def _where(row: Issue, standard: Standard) -> str:
    step = steps_named(standard).get(row.step, row.step)
    field: Any = standard.field(row.field) if row.field else None
    return _(", ").join(part for part in (step, str(field.label) if field else row.field) if part)


@require_POST
@allow(*KEEPERS)
@shows_broken
def issue_change(request: Request, code: str, number: int) -> HttpResponse:
    """Make the proposal a change of the next version, and go to its list of changes."""
    found = kept_or_404(request, code)
    row = get_object_or_404(found.issues.select_related("pilot__process"), number=number)
    try:
        change = make_change(row, by=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(row)
    messages.success(request, _("It is a change of %(version)s now.") % {"version": change.revision})
    return redirect("pilots:issue", code, number)


@require_safe
@allow(SIGNED_IN)
def panel_case(request: Request, number: str, step: str = "") -> HttpResponse:
    """Panel of a case's page and of a task's: raise an issue with one click, while a pilot runs that the case is of."""
    digits = number.removeprefix("C-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 12):
        return HttpResponse("")
    pk = int(digits)
    # One statement where no pilot runs: the pages that show this are opened all day.
    rows = Pilot.objects.visible_to(request.user).running().filter(process__cases=pk)
    rows = rows.select_related("process", "revision__process", "revision__definition")
    found = next((row for row in rows if pilot_cases(row).filter(pk=pk).exists()), None)
    if found is None:
        return HttpResponse("")
    try:
        standard = standard_of(found)
    except DefinitionBroken:  # its own pages say so; the case's page goes on
        return HttpResponse("")
    at = standard.step(step)
    tasks = Task.objects.open().filter(process=pk).select_related("step") if not step else []
    form = standard.form(at.form) if at else None
    context = {
        "pilot": found, "number": number, "step": at, "tasks": tasks,
        "fields": [(f"{form.key}.{field.key}", field.label) for field in form.fields] if form else [],
    }  # fmt: skip
    return render(request, "pilots/panel_case.html", context)
