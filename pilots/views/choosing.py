"""Departments and criteria: what is settled before a pilot begins."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilots.apps import KEEPERS, READERS
from pilots.domain.choosing import choose_departments, remove_candidate, score_candidate
from pilots.domain.criteria import add_criterion, is_intact, lock_criteria, remove_criterion, text_to_lock
from pilots.forms.judging import CriterionForm
from pilots.forms.pilots import CandidateForm, ChooseForm, RemoveForm
from pilots.models import DIMENSIONS, Candidate, Pilot
from pilots.queries.cases import cases_by_department, steps_named
from pilots.queries.planner import plan_of
from pilots.queries.saying import aim, named
from pilots.queries.scenarios import scenarios_of
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
from processes.domain.definition import hash_of
from processes.domain.standard import Standard
from procstd.access import Request, allow
from procstd.act_pages import press
from procstd.errors import DomainError


@require_safe
@allow(*READERS)
@shows_broken
def candidates(request: Request, code: str) -> HttpResponse:
    """Candidate departments, best first, with what each is scored and what is chosen."""
    found = pilot_or_404(request, code)
    return _page(request, found, _ranked(found), None)


@require_http_methods(GET_OR_POST)
@allow(*KEEPERS)
@shows_broken
def candidates_choose(request: Request, code: str) -> HttpResponse:
    """Choose among the candidates; a refusal is said on their page, and nothing typed is lost."""
    found = kept_or_404(request, code)
    rows = _ranked(found)
    form = ChooseForm(request.POST if request.method == "POST" else None, candidates=rows)
    if request.method == "POST" and form.is_valid():
        try:
            choose_departments(found, reasons=form.reasons, by=request.user)
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("The departments are chosen."))
            return redirect("pilots:candidates", code)
    return _page(request, found, rows, form)


def _ranked(pilot: Pilot) -> list[Candidate]:
    return sorted(pilot.candidates.select_related("department"), key=lambda row: (-row.points, row.pk))


def _page(request: Request, pilot: Pilot, rows: list[Candidate], form: ChooseForm | None) -> HttpResponse:
    scenarios = scenarios_of(pilot)
    places = [row.department_id for row in rows if row.is_chosen]
    form = form or ChooseForm(candidates=rows)
    standard = standard_of(pilot)
    context = {
        **rights(request, pilot, "departments"), "form": form,
        "rows": [(row, form[f"choose_{row.department_id}"], form[f"why_{row.department_id}"]) for row in rows],
        "percent": scenarios.percent(places) if places else None,
        "scenario_count": len(scenarios.all), "covered_count": len(scenarios.covered(places)),
        "scenario_fields": [_field_words(standard, path) for path in scenarios.fields],
    }  # fmt: skip
    return render(request, "pilots/candidates.html", context)


def _field_words(standard: Standard, path: str) -> str:
    field = standard.field(path)
    return str(field.label) if field else path


@require_http_methods(GET_OR_POST)
@allow(*KEEPERS)
@shows_broken
def candidate_score(request: Request, code: str) -> HttpResponse:
    """Score a department; what cases know of it is said beside."""
    found = kept_or_404(request, code)
    asked = request.GET.get("department", "")
    known = found.candidates.filter(department__code=asked).first()
    initial = {}
    if known:
        initial = {name: getattr(known, name) for name in DIMENSIONS}
        initial |= {f"why_{name}": getattr(known, f"why_{name}") for name in DIMENSIONS}
        initial |= {"department": known.department_id, "typed_percent": known.typed_percent}
    scenarios = scenarios_of(found)
    form = CandidateForm(request.POST or None, initial=initial, is_counted=bool(scenarios.all))
    places = {row.pk: row for row in form.fields["department"].queryset}  # type: ignore[attr-defined]
    counted = cases_by_department(found)
    rows = [(places[key], count, scenarios.percent([key])) for key, count in sorted(counted.items()) if key in places]
    return form_page(
        request, found, form, partial(score_candidate, found, by=request.user, at=timezone.now()),
        title=_("Score a department"), done=saved(), to=reverse("pilots:candidates", args=[code]),
        back=reverse("pilots:candidates", args=[code]), known=rows,
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*KEEPERS)
@shows_broken
def candidate_remove(request: Request, code: str, pk: int) -> HttpResponse:
    """Take a department off the list."""
    found = kept_or_404(request, code)
    row = get_object_or_404(found.candidates.select_related("department", "pilot"), pk=pk)
    return form_page(
        request, found, RemoveForm(request.POST or None), partial(remove_candidate, row, by=request.user),
        title=_("Take %(what)s off the list") % {"what": row}, done=_("It is off the list."),
        to=reverse("pilots:candidates", args=[code]), back=reverse("pilots:candidates", args=[code]),
        save=_("Take it off"),
    )  # fmt: skip


@require_safe
@allow(*READERS)
@shows_broken
def criteria(request: Request, code: str) -> HttpResponse:
    """By what the pilot is judged; how many cases that needs; the lock."""
    found = pilot_or_404(request, code)
    may = rights(request, found, "criteria")
    steps = steps_named(standard_of(found))
    rows = list(found.criteria.select_related("baseline__survey"))
    plan = plan_of(found, at=timezone.now()) if rows else None
    needs = {need.criterion.pk: need for need in plan.needs} if plan else {}
    context = {
        **may, "plan": plan, "steps": steps,
        "rows": [(row, named(row, steps), aim(row), needs.get(row.pk)) for row in rows],
        "is_intact": is_intact(found),
        "sha256": found.lock.sha256 if may["is_locked"] else hash_of(text_to_lock(found)),
    }  # fmt: skip
    return render(request, "pilots/criteria.html", context)


@require_http_methods(GET_OR_POST)
@allow(*KEEPERS)
@shows_broken
def criterion_add(request: Request, code: str) -> HttpResponse:
    """Add a criterion."""
    found = kept_or_404(request, code)
    form = CriterionForm(request.POST or None, pilot=found, standard=standard_of(found))
    to = reverse("pilots:criteria", args=[code])
    return form_page(
        request, found, form, partial(add_criterion, found, by=request.user, at=timezone.now()),
        title=_("Add a criterion"), done=saved(), to=to, back=to,
        advice=_("By which figure will you tell whether it works? Two or three are enough."),
    )  # fmt: skip


@require_POST
@allow(*KEEPERS)
@shows_broken
def criterion_remove(request: Request, code: str, pk: int) -> HttpResponse:
    """Take a criterion off."""
    found = kept_or_404(request, code)
    row = get_object_or_404(found.criteria.select_related("pilot"), pk=pk)
    return press(
        request, partial(remove_criterion, row, by=request.user), done=_("It is no criterion any more."),
        to=reverse("pilots:criteria", args=[code]),
    )  # fmt: skip


@require_POST
@allow(*KEEPERS)
@shows_broken
def criteria_lock(request: Request, code: str) -> HttpResponse:
    """Fix criteria, departments and comparison for good."""
    found = kept_or_404(request, code)
    seen = request.POST.get("seen", "")  # nothing fits no hash: who was shown nothing fixes nothing
    return press(
        request, partial(lock_criteria, found, by=request.user, at=timezone.now(), seen=seen),
        done=_("The criteria are fixed."), to=reverse("pilots:criteria", args=[code]),
    )  # fmt: skip
