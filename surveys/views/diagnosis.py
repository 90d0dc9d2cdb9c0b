"""The diagnosis of a survey: what is found, what lacks, the flow as it is, the panel on the survey's page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from processes.domain import picture
from processes.domain.reading import standard_of_revision
from processes.models.release import DefinitionBroken
from procstd.access import Request, allow
from surveys.apps import READERS
from surveys.domain.diagnosis.checking import checks
from surveys.domain.diagnosis.flow import MACRO, MICRO, draw, key_of, through_minutes
from surveys.domain.diagnosis.pareto import pareto
from surveys.domain.diagnosis.pareto_svg import pareto_svg
from surveys.models import AsIsStep
from surveys.queries.diagnosis import MEASURES, best_measure, diagnosis_of, measured
from surveys.views.diagnosis_places import place, survey_or_404


@require_safe
@allow(*READERS)
def diagnosis(request: Request, number: str) -> HttpResponse:
    """The steps as they are, whether the diagnosis is complete, the pain points at a glance."""
    survey = survey_or_404(request, number)
    found = diagnosis_of(survey)
    by = best_measure(found.pains)
    bars = pareto(measured(found.pains, by))
    title, unit, _value = MEASURES[by]
    context = place(
        request, survey, "diagnosis", found=found, checks=list(checks(found)),
        through=through_minutes(found.steps), measure=title,
        pareto=pareto_svg(bars, title=str(title), unit=str(unit)) if bars else "",
    )  # fmt: skip
    return render(request, "surveys/diagnosis/diagnosis.html", context)


@require_safe
@allow(*READERS)
def panel_diagnosis(request: Request, number: str) -> HttpResponse:
    """The diagnosis on the page of its survey: counts, and what lacks."""
    survey = survey_or_404(request, number)
    found = diagnosis_of(survey)
    rows = list(checks(found))
    context = place(
        request, survey, "diagnosis", found=found, lacking=[row for row in rows if not row.is_met],
        met=sum(row.is_met for row in rows), total=len(rows), through=through_minutes(found.steps),
    )  # fmt: skip
    return render(request, "surveys/diagnosis/panel.html", context)


@require_safe
@allow(*READERS)
def asis_flow(request: Request, number: str) -> HttpResponse:
    """Both flow pictures of the process as it is, and beside them the newest standard (H2.2.2)."""
    survey = survey_or_404(request, number)
    steps = list(AsIsStep.objects.filter(survey=survey).in_order())
    links = {key_of(step): f"{reverse('surveys:asis-grid', args=[number])}#step-{step.pk}" for step in steps}
    revision = survey.process.revisions.whole().visible_to(request.user).select_related("definition").first()
    to_be, broken = [], False
    if revision is not None:
        revision.process = survey.process
        try:
            standard, _definition = standard_of_revision(revision)
            if standard.steps:
                to_be = [picture.draw(standard, level=level, vertical=True) for level in (MACRO, MICRO)]
        except DefinitionBroken:
            broken = True
    context = place(
        request, survey, "flow", steps=steps, revision=revision, broken=broken,
        through=through_minutes(steps),
        pictures=[
            (level, draw(survey, steps, level=level, vertical=False, links=links),
             draw(survey, steps, level=level, links=links))
            for level in (MACRO, MICRO)
        ] if steps else [],
        to_be=dict(zip((MACRO, MICRO), to_be, strict=False)),
        pairs=[
            (level, draw(survey, steps, level=level), to_be[number] if to_be else "")
            for number, level in enumerate((MACRO, MICRO))
        ] if steps and to_be else [],
    )  # fmt: skip
    return render(request, "surveys/diagnosis/flow.html", context)
