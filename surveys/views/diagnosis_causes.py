"""Causes of a pain point: why, why, why (H2.2.3)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from procstd.access import Request, allow
from procstd.history import version_of
from surveys.apps import SURVEYORS
from surveys.domain.diagnosis.causes import add_cause, change_cause, remove_cause
from surveys.forms.diagnosis import CauseChangeForm, CauseForm
from surveys.models import Cause
from surveys.views.diagnosis_pains import detail_page
from surveys.views.diagnosis_places import GET_OR_POST, pain_or_404, place, survey_or_404


def _cause_or_404(request: Request, number: str, pk: int) -> Cause:
    survey = survey_or_404(request, number)
    row: Cause = get_object_or_404(Cause.objects.filter(pain__survey=survey).select_related("pain__survey"), pk=pk)
    return row


@require_POST
@allow(*SURVEYORS)
def cause_add(request: Request, number: str, pain: int) -> HttpResponse:
    """Answer the first “why?” of a pain point."""
    row = pain_or_404(request, number, pain)
    form = CauseForm(request.POST, auto_id="cause_%s")
    if form.carry_out(add_cause, row, by=request.user, at=timezone.now()):
        return redirect(f"{row.get_absolute_url()}#causes")
    return detail_page(request, row, cause=form)


@require_http_methods(GET_OR_POST)
@allow(*SURVEYORS)
def cause_below(request: Request, number: str, pk: int) -> HttpResponse:
    """Answer “why?” of a cause."""
    above = _cause_or_404(request, number, pk)
    form = CauseForm(request.POST or None)
    facts = {"parent": above, "by": request.user, "at": timezone.now()}
    if request.method == "POST" and form.carry_out(add_cause, above.pain, **facts):
        return redirect(f"{above.pain.get_absolute_url()}#causes")
    context = place(
        request, above.pain.survey, "pains", form=form, title=_("Why “%(cause)s”?") % {"cause": above},
        back=f"{above.pain.get_absolute_url()}#causes", advice=f"P{above.pain.number} {above.pain.text}",
    )  # fmt: skip
    return render(request, "surveys/diagnosis/form.html", context)


@require_http_methods(GET_OR_POST)
@allow(*SURVEYORS)
def cause_change(request: Request, number: str, pk: int) -> HttpResponse:
    """Say a cause anew, or mark it as one that can be acted on."""
    cause = _cause_or_404(request, number, pk)
    pain = cause.pain
    initial = {name: getattr(cause, name) for name in ("text_zh", "text_en", "is_actionable")}
    form = CauseChangeForm(request.POST or None, initial={**initial, "seen": version_of(cause)})
    if request.method == "POST" and form.carry_out(change_cause, cause, by=request.user, at=timezone.now()):
        return redirect(f"{pain.get_absolute_url()}#causes")
    context = place(
        request, pain.survey, "pains", form=form, title=_("Change a cause"),
        back=f"{pain.get_absolute_url()}#causes", advice=f"P{pain.number} {pain.text}",
    )  # fmt: skip
    return render(request, "surveys/diagnosis/form.html", context)


@require_POST
@allow(*SURVEYORS)
def cause_remove(request: Request, number: str, pk: int) -> HttpResponse:
    """Delete a cause with all below it."""
    cause = _cause_or_404(request, number, pk)
    remove_cause(cause, by=request.user, at=timezone.now())
    messages.success(request, _("The cause is deleted, with all below it."))
    return redirect(f"{cause.pain.get_absolute_url()}#causes")
