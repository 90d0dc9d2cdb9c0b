"""Baseline figures: written down, then frozen for good (F09)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procstd.access import Request, allow
from procstd.errors import DomainError
from procstd.history import version_of
from surveys.apps import READERS, SURVEYORS
from surveys.domain.diagnosis.baselines import (
    add_baseline,
    change_baseline,
    freeze_baseline,
    is_intact,
    remove_baseline,
)
from surveys.forms.diagnosis import BaselineChangeForm, BaselineForm
from surveys.models import Baseline
from surveys.queries.diagnosis import diagnosis_of
from surveys.views.diagnosis_places import GET_OR_POST, place, survey_or_404

_FACTS = (
    "name_zh", "name_en", "unit_zh", "unit_en", "value", "n", "period_from", "period_until", "source", "note",
)  # fmt: skip


def _baseline_or_404(request: Request, number: str, pk: int) -> Baseline:
    survey = survey_or_404(request, number)
    row: Baseline = get_object_or_404(Baseline.objects.filter(survey=survey), pk=pk)
    row.survey = survey
    return row


@require_safe
@allow(*READERS)
def baseline_list(request: Request, number: str) -> HttpResponse:
    """The figures, those that are frozen with date, name and hash."""
    survey = survey_or_404(request, number)
    found = diagnosis_of(survey)
    freezes = []
    for freeze in found.freezes:
        rows = [row for row in found.baselines if row.freeze_id == freeze.pk]
        freezes.append((freeze, rows, is_intact(freeze, rows)))
    loose = [row for row in found.baselines if not row.is_frozen]
    context = place(request, survey, "baselines", freezes=freezes, loose=loose)
    return render(request, "surveys/diagnosis/baselines.html", context)


@require_http_methods(GET_OR_POST)
@allow(*SURVEYORS)
def baseline_add(request: Request, number: str) -> HttpResponse:
    """Write a figure down."""
    survey = survey_or_404(request, number)
    form = BaselineForm(request.POST or None)
    if request.method == "POST" and form.carry_out(add_baseline, survey, by=request.user, at=timezone.now()):
        return redirect("surveys:baseline-list", number)
    back = reverse("surveys:baseline-list", args=[number])
    context = place(request, survey, "baselines", form=form, title=_("Write a figure down"), back=back)
    return render(request, "surveys/diagnosis/form.html", context)


@require_http_methods(GET_OR_POST)
@allow(*SURVEYORS)
def baseline_change(request: Request, number: str, pk: int) -> HttpResponse:
    """Change a figure that is not frozen."""
    row = _baseline_or_404(request, number, pk)
    if row.is_frozen:
        messages.error(request, _("“%(name)s” is frozen: it says how it was, and stays so.") % {"name": row.name})
        return redirect("surveys:baseline-list", number)
    initial = {**{name: getattr(row, name) for name in _FACTS}, "seen": version_of(row)}
    initial["values"] = "\n".join(str(value).removesuffix(".0") for value in row.values or ())
    form = BaselineChangeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.carry_out(change_baseline, row, by=request.user, at=timezone.now()):
        return redirect("surveys:baseline-list", number)
    back = reverse("surveys:baseline-list", args=[number])
    title = _("Change %(what)s") % {"what": row.name}
    context = place(request, row.survey, "baselines", form=form, title=title, back=back)
    return render(request, "surveys/diagnosis/form.html", context)


@require_POST
@allow(*SURVEYORS)
def baseline_remove(request: Request, number: str, pk: int) -> HttpResponse:
    """Delete a figure that is not frozen."""
    row = _baseline_or_404(request, number, pk)
    try:
        remove_baseline(row, by=request.user, at=timezone.now())
    except DomainError as fault:
        messages.error(request, str(fault.message))
    return redirect("surveys:baseline-list", number)


@require_POST
@allow(*SURVEYORS)
def baseline_freeze(request: Request, number: str) -> HttpResponse:
    """Freeze every figure that is not frozen yet."""
    survey = survey_or_404(request, number)
    try:
        freeze = freeze_baseline(survey, by=request.user, at=timezone.now())
    except DomainError as fault:
        messages.error(request, str(fault.message))
    else:
        messages.success(request, _("Frozen, SHA-256 %(hash)s …") % {"hash": freeze.sha256[:12]})
    return redirect("surveys:baseline-list", number)
