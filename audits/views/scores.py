"""Scores: departments with their totals, one department's sheet, rules, appeals."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.apps import AUDITORS, OVERSEERS, READERS, RULING
from audits.documents import score_workbook
from audits.domain.appealing import appeal, decide_appeal, may_appeal
from audits.domain.scoring import write_rule
from audits.forms.scores import AppealForm, DecideForm, RuleForm
from audits.models import Appeal, ScoreEntry, ScoreRule
from audits.models.audit import headed_by
from audits.queries.ledger import Rules
from audits.queries.months import month_at
from audits.queries.sheets import SheetYear, lines_of, totals_of
from audits.views.shared import GET_OR_POST, XLSX, file_answer, form_page
from procstd.access import Request, allow
from procstd.jobs.domain.running import start_once
from procstd.moments import house_day
from procstd.organisation.models import Department
from procstd.roles import Role


def _year(request: Request) -> int:
    asked = request.GET.get("year", "")
    now = house_day(timezone.now()).year
    return int(asked) if asked.isascii() and asked.isdecimal() and 2000 <= int(asked) <= now else now


def department_or_404(request: Request, code: str) -> Department:
    """Return a department whose score the reader sees."""
    mine = headed_by(request.user)
    rows = Department.objects.without_tree_fields()
    return get_object_or_404(rows if mine is None else rows.filter(pk__in=mine), code=code)


def _crumbs(department: Department | None = None) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = [(reverse("audits:score-list"), _("Scores"))]
    return [*found, (reverse("audits:score-sheet", args=[department.code]), department)] if department else found


@require_safe
@allow(*READERS)
def score_list(request: Request) -> HttpResponse:
    """Departments with their points of a year, and the rules."""
    year = _year(request)
    context = {
        "year": year, "totals": totals_of(request.user, year), "rules": ScoreRule.objects.select_related("by"),
        "rule": Rules().on(month_at(timezone.now()).first),
        "may_verify": headed_by(request.user) is None,
        "may_rule": request.user.is_staff or Role.PROJECT_LEAD in request.user.roles,
    }  # fmt: skip
    return render(request, "audits/score_list.html", context)


@require_safe
@allow(*READERS)
def score_sheet(request: Request, code: str) -> HttpResponse:
    """The ledger of one department: every point with what it was computed from."""
    department = department_or_404(request, code)
    sheet = SheetYear(department, _year(request), lines_of(department, _year(request)))
    context = {
        "department": department, "sheet": sheet, "year": sheet.year, "crumbs": _crumbs(), "now": timezone.now(),
        "may_decide": Role.AUDITOR in request.user.roles,
        "may_appeal": bool(sheet.lines) and may_appeal(sheet.lines[0].entry, request.user),
    }  # fmt: skip
    return render(request, "audits/score_sheet.html", context)


@require_safe
@allow(*READERS)
def score_excel(request: Request, code: str) -> HttpResponse:
    """The ledger of one department as a workbook."""
    department = department_or_404(request, code)
    year = _year(request)
    content = score_workbook(SheetYear(department, year, lines_of(department, year)))
    return file_answer(content, f"score-{department.code}-{year}.xlsx", XLSX)


@require_POST
@allow(*OVERSEERS)
def score_verify(request: Request) -> HttpResponse:
    """Have the whole ledger computed anew from the checks and compared; a job does it."""
    return redirect(start_once("score-verify", owner=request.user, at=timezone.now()))


@require_http_methods(GET_OR_POST)
@allow(*RULING)
def rule_add(request: Request) -> HttpResponse:
    """Say what a rate is worth from a month on."""
    now = timezone.now()
    present = Rules().on(month_at(now).first)
    names = ("threshold", "reached", "missed", "wants_evidence", "appeal_days")
    form = RuleForm(request.POST or None, initial={name: getattr(present, name) for name in names})
    return form_page(
        request, form, partial(write_rule, by=request.user, at=now), title=_("A new rule"), done=_("The rule is kept."),
        to=reverse("audits:score-list"), back=reverse("audits:score-list"), crumbs=_crumbs(),
        advice=_("It holds for audits of that month and later ones. Points that were given stay."),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def score_appeal(request: Request, pk: int) -> HttpResponse:
    """Appeal against a score."""
    rows = ScoreEntry.objects.visible_to(request.user).select_related("audit", "department")
    entry = get_object_or_404(rows, pk=pk)
    sheet = reverse("audits:score-sheet", args=[entry.department.code])
    return form_page(
        request, AppealForm(request.POST or None), partial(appeal, entry, by=request.user, at=timezone.now()),
        title=_("Appeal against the score of %(audit)s") % {"audit": entry.audit}, to=sheet, back=sheet,
        done=_("Your appeal is made; a second reviewer decides."), crumbs=_crumbs(entry.department),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*AUDITORS)
def appeal_decide(request: Request, pk: int) -> HttpResponse:
    """Decide an appeal as the second reviewer."""
    rows = Appeal.objects.select_related("entry__audit", "entry__department")
    row = get_object_or_404(rows, pk=pk)
    sheet = reverse("audits:score-sheet", args=[row.entry.department.code])
    return form_page(
        request, DecideForm(request.POST or None), partial(decide_appeal, row, by=request.user, at=timezone.now()),
        title=_("Decide the appeal of %(department)s") % {"department": row.entry.department}, to=sheet, back=sheet,
        done=_("The appeal is decided; whoever appealed is told."), advice=row.text,
        crumbs=_crumbs(row.entry.department),
    )  # fmt: skip
