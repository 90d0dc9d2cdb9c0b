"""Pain points: named, proven, weighed, ended, carried into the standard (H2.2.3, F08, H4.1)."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from processes.models import Step
from procstd.access import Request, allow
from procstd.errors import DomainError
from procstd.history import story, version_of
from surveys.apps import READERS, SURVEYORS
from surveys.domain.diagnosis.carrying import carry_into_standard
from surveys.domain.diagnosis.causes import open_chains, tree
from surveys.domain.diagnosis.endings import ending_words, named_solution
from surveys.domain.diagnosis.pains import (
    add_evidence,
    change_pain,
    delete_pain,
    name_pain,
    remove_evidence,
    reopen_pain,
)
from surveys.domain.diagnosis.pareto import pareto, vital_few
from surveys.domain.diagnosis.pareto_svg import pareto_svg
from surveys.forms.diagnosis import CauseForm, EndingForm, EvidenceForm, PainAddForm, PainForm
from surveys.models import Evidence, Pain, Source
from surveys.models.cause import DEEPEST
from surveys.queries.diagnosis import MEASURES, best_measure, diagnosis_of, measured
from surveys.queries.quoting import quote
from surveys.views.diagnosis_places import GET_OR_POST, pain_or_404, place, survey_or_404

_FACTS = (
    "text_zh", "text_en", "evidence_zh", "evidence_en", "source", "times_a_month", "lost_minutes", "cost",
)  # fmt: skip


def is_key(text: str) -> bool:
    """Tell whether *text* from an address can be the key of a row."""
    return text.isascii() and text.isdecimal() and len(text) < 10


@require_safe
@allow(*READERS)
def pain_list(request: Request, number: str) -> HttpResponse:
    """All pain points, clustered by step, and which few of them make most of the trouble."""
    survey = survey_or_404(request, number)
    found = diagnosis_of(survey)
    by = request.GET.get("by", "")
    by = by if by in MEASURES else best_measure(found.pains)
    bars = pareto(measured(found.pains, by))
    title, unit, _value = MEASURES[by]
    groups = [
        (step, [(pain, bool(found.causes.get(pain.pk)), open_chains(found.causes.get(pain.pk, []))) for pain in pains])
        for step, pains in found.by_step
    ]
    context = place(
        request, survey, "pains", found=found, groups=groups, bars=bars, few=vital_few(bars), by=by,
        measure=title, unit=unit, measures=[(key, row[0]) for key, row in MEASURES.items()],
        pareto=pareto_svg(bars, title=str(title), unit=str(unit)) if bars else "",
    )  # fmt: skip
    return render(request, "surveys/diagnosis/pains.html", context)


@require_http_methods(GET_OR_POST)
@allow(*SURVEYORS)
def pain_add(request: Request, number: str) -> HttpResponse:
    """Name a pain point; ``step`` says where it hurts, ``question`` whose answers show it."""
    survey = survey_or_404(request, number)
    step, question = (request.GET.get(name, "") for name in ("step", "question"))
    initial: dict[str, Any] = {"steps": [int(step)]} if is_key(step) else {}
    quoted = quote(survey, int(question)) if is_key(question) else None
    if quoted:
        initial |= {"source": Source.ASKED, "evidence_zh": quoted.figure_zh, "evidence_en": quoted.figure_en}
    form = PainAddForm(request.POST or None, survey=survey, initial=initial)
    act = partial(name_pain, survey, seen_in=asdict(quoted) | {"kind": Source.ASKED} if quoted else None)
    if request.method == "POST" and form.carry_out(act, by=request.user, at=timezone.now()):
        messages.success(request, _("P%(number)d is named. Now ask why.") % {"number": form.result.number})
        return redirect(form.result)
    back = reverse("surveys:pain-list", args=[number])
    context = place(request, survey, "pains", form=form, title=_("Name a pain point"), back=back)
    return render(request, "surveys/diagnosis/form.html", context)


@require_safe
@allow(*READERS)
def pain_detail(request: Request, number: str, pain: int) -> HttpResponse:
    """One pain point: its evidence, its causes as a tree, how it ends."""
    return detail_page(request, pain_or_404(request, number, pain))


def detail_page(request: Request, pain: Pain, **forms: Any) -> HttpResponse:
    """Show a pain point; *forms* are those that were refused, with what was typed."""
    causes = list(pain.causes.order_by("pk"))
    context = place(
        request, pain.survey, "pains", pain=pain, whys=tree(causes), loose=open_chains(causes), deepest=DEEPEST,
        steps=list(pain.steps.in_order()), evidences=list(pain.evidences.all()), ending=ending_words(pain),
        evidence_form=forms.get("evidence") or EvidenceForm(auto_id="evidence_%s"),
        cause_form=forms.get("cause") or CauseForm(auto_id="cause_%s"),
    )  # fmt: skip
    if context["may_write"]:
        context["story"] = story(pain, words={"solved_by": named_solution})
    return render(request, "surveys/diagnosis/pain.html", context)


@require_http_methods(GET_OR_POST)
@allow(*SURVEYORS)
def pain_change(request: Request, number: str, pain: int) -> HttpResponse:
    """Say a pain point anew."""
    row = pain_or_404(request, number, pain)
    initial = {name: getattr(row, name) for name in _FACTS}
    initial |= {"steps": list(row.steps.values_list("pk", flat=True)), "seen": version_of(row)}
    form = PainForm(request.POST or None, survey=row.survey, initial=initial)
    if request.method == "POST" and form.carry_out(change_pain, row, by=request.user, at=timezone.now()):
        messages.success(request, _("“%(what)s” is changed.") % {"what": form.result})
        return redirect(form.result)
    title = _("Change %(what)s") % {"what": f"P{row.number}"}
    context = place(request, row.survey, "pains", form=form, title=title, back=row.get_absolute_url())
    return render(request, "surveys/diagnosis/form.html", context)


@require_http_methods(GET_OR_POST)
@allow(*SURVEYORS)
def pain_delete(request: Request, number: str, pain: int) -> HttpResponse:
    """Ask whether a pain point shall go, with its causes; then delete it."""
    row = pain_or_404(request, number, pain)
    if request.method == "POST":
        try:
            delete_pain(row, by=request.user, at=timezone.now())
        except DomainError as fault:
            messages.error(request, str(fault.message))
            return redirect(row)
        messages.success(request, _("P%(number)d is deleted.") % {"number": row.number})
        return redirect("surveys:pain-list", number)
    return render(request, "surveys/diagnosis/pain_delete.html", place(request, row.survey, "pains", pain=row))


@require_POST
@allow(*SURVEYORS)
def evidence_add(request: Request, number: str, pain: int) -> HttpResponse:
    """Tie a pain point to a row of the survey."""
    row = pain_or_404(request, number, pain)
    form = EvidenceForm(request.POST, auto_id="evidence_%s")
    if form.carry_out(add_evidence, row, by=request.user, at=timezone.now()):
        return redirect(f"{row.get_absolute_url()}#evidence")
    return detail_page(request, row, evidence=form)


@require_POST
@allow(*SURVEYORS)
def evidence_remove(request: Request, number: str, pk: int) -> HttpResponse:
    """Take evidence away."""
    survey = survey_or_404(request, number)
    row = get_object_or_404(Evidence.objects.filter(pain__survey=survey).select_related("pain__survey"), pk=pk)
    remove_evidence(row, by=request.user, at=timezone.now())
    return redirect(f"{row.pain.get_absolute_url()}#evidence")


@require_http_methods(GET_OR_POST)
@allow(*SURVEYORS)
def pain_end(request: Request, number: str, pain: int) -> HttpResponse:
    """Say what solves a pain point, or why it is rejected (F08)."""
    row = pain_or_404(request, number, pain)
    initial = {"ending": "rejected" if row.ending == "rejected" else "solved", "solved_by": row.solved_by,
               "ending_zh": row.ending_zh, "ending_en": row.ending_en}  # fmt: skip
    form = EndingForm(request.POST or None, initial=initial, steps=_steps_of_standard(row))
    if request.method == "POST" and form.carry_out_on(row, by=request.user, at=timezone.now()):
        messages.success(request, _("P%(number)d has its ending.") % {"number": row.number})
        return redirect(row)
    title = _("How does P%(number)d end?") % {"number": row.number}
    context = place(
        request, row.survey, "pains", form=form, title=title, back=row.get_absolute_url(), advice=row.text
    )  # fmt: skip
    return render(request, "surveys/diagnosis/form.html", context)


def _steps_of_standard(pain: Pain) -> list[tuple[str, str]]:
    """Return the steps of the newest text of the process's standard, as choices."""
    newest = pain.survey.process.revisions.whole().order_by("-major", "-minor").first()
    steps = Step.objects.filter(revision=newest) if newest else Step.objects.none()
    return [(f"step:{step.key}", str(step)) for step in steps]


@require_POST
@allow(*SURVEYORS)
def pain_reopen(request: Request, number: str, pain: int) -> HttpResponse:
    """Take an ending back."""
    row = pain_or_404(request, number, pain)
    reopen_pain(row, by=request.user, at=timezone.now())
    messages.success(request, _("P%(number)d is open again.") % {"number": row.number})
    return redirect(row)


@require_POST
@allow(*SURVEYORS)
def pain_carry(request: Request, number: str) -> HttpResponse:
    """Carry the chosen pain points into the standard (H4.1)."""
    survey = survey_or_404(request, number)
    keys = [int(key) for key in request.POST.getlist("pains") if key.isdecimal() and len(key) < 10]
    try:
        points = carry_into_standard(
            survey, list(Pain.objects.filter(survey=survey, pk__in=keys)), by=request.user, at=timezone.now()
        )  # fmt: skip
    except DomainError as fault:
        messages.error(request, str(fault.message))
    else:
        told = ngettext(
            "%(count)d pain point is in the standard now: its checker asks which step answers it.",
            "%(count)d pain points are in the standard now: its checker asks which steps answer them.",
            len(points),
        )
        messages.success(request, told % {"count": len(points)})
    return redirect("surveys:pain-list", number)
