"""Observations at the desk: begun, read, measured; anomalies made pain points (H2.2.1)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procstd.access import SIGNED_IN, Request, allow, may_call
from procstd.errors import DomainError
from surveys.apps import READERS, SURVEYORS
from surveys.domain.laps import leave_out, make_pain
from surveys.domain.measuring import measured_minutes, measured_steps, take_over
from surveys.domain.observing import begin_observation
from surveys.forms.observations import ObservationForm
from surveys.models import Lap, Observation, Survey
from surveys.queries.observations import laps_of, observations_of
from surveys.views.surveys import GET_OR_POST


def observation_or_404(rows: QuerySet[Observation], number: str, row: int) -> Observation:
    """Return an observation out of those that this person may reach."""
    related = rows.select_related("survey__process", "survey__owner", "observer", "department")
    return get_object_or_404(related, survey__number=number, number=row)


def lap_or_404(observation: Observation, key: uuid.UUID) -> Lap:
    """Return a lap of an observation."""
    lap = get_object_or_404(observation.laps.select_related("step", "pain"), key=key)
    lap.observation = observation
    return lap


@require_safe
@allow(*READERS)
def observation_list(request: Request, number: str) -> HttpResponse:
    """All observations of a survey, and what was measured beside what the steps say."""
    survey = _visible(request, number)
    context = {
        "survey": survey,
        "observations": observations_of(survey),
        "measured": measured_steps(survey),
        "may_survey": may_call(request.user, frozenset(SURVEYORS)) and survey.is_running,
    }
    return render(request, "surveys/observations.html", context)


@require_http_methods(GET_OR_POST)
@allow(*SURVEYORS)
def observation_add(request: Request, number: str) -> HttpResponse:
    """Begin an observation; whoever observes it oneself goes on to the stopwatch."""
    survey = _visible(request, number)
    initial = {"observer": request.user.pk, "department": request.user.department_id}
    form = ObservationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.carry_out(begin_observation, survey, by=request.user, at=timezone.now()):
        made = form.result
        if made.observer_id == request.user.pk:
            return redirect("surveys:watch", number, made.number)
        messages.success(request, _("%(person)s is asked to observe.") % {"person": made.observer})
        return redirect("surveys:observation-list", number)
    context = {"form": form, "survey": survey, "title": _("Begin an observation"), "save": _("Begin")}
    return render(request, "surveys/form_page.html", context)


@require_safe
@allow(SIGNED_IN)
def observation(request: Request, number: str, row: int) -> HttpResponse:
    """One observation with its laps. Its observer reads it too."""
    found = observation_or_404(Observation.objects.visible_to(request.user), number, row)
    laps = laps_of(found)
    minutes = measured_minutes(laps)
    may_survey = may_call(request.user, frozenset(SURVEYORS))
    context = {
        "observation": found,
        "survey": found.survey,
        "laps": [(lap, minutes.get(lap.pk)) for lap in laps],
        "reads": may_call(request.user, frozenset(READERS)),
        "may_survey": may_survey and found.survey.is_running,
        "may_keep": (may_survey or found.observer_id == request.user.pk) and found.survey.is_running,
    }
    return render(request, "surveys/observation.html", context)


@require_POST
@allow(*SURVEYORS)
def observation_take(request: Request, number: str) -> HttpResponse:
    """Write what was measured to the steps."""
    survey = _visible(request, number)

    def act() -> None:
        n = take_over(survey, by=request.user, at=timezone.now())
        if n:
            told = ngettext(
                "The duration of %(n)d step is taken over.", "The durations of %(n)d steps are taken over.", n
            )
            messages.success(request, told % {"n": n})
        else:
            messages.info(request, _("The steps say what was measured already."))

    _try(request, act)
    return redirect("surveys:observation-list", number)


@require_POST
@allow(*SURVEYORS)
def lap_count(request: Request, number: str, row: int, key: uuid.UUID) -> HttpResponse:
    """Leave a lap out of what is measured, or count it again."""
    found = observation_or_404(Observation.objects.visible_to(request.user), number, row)
    lap, out = lap_or_404(found, key), request.POST.get("count") == "out"
    _try(request, lambda: leave_out(lap, is_left_out=out, by=request.user, at=timezone.now()))
    return redirect(found)


@require_POST
@allow(*SURVEYORS)
def lap_pain(request: Request, number: str, row: int, key: uuid.UUID) -> HttpResponse:
    """Make an anomaly a pain point, and go there."""
    found = observation_or_404(Observation.objects.visible_to(request.user), number, row)
    lap = lap_or_404(found, key)
    try:
        pain = make_pain(lap, by=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(found)
    messages.success(request, _("P%(number)d is named. Now ask why.") % {"number": pain.number})
    return redirect(pain)


def _try(request: Request, act: Callable[[], Any]) -> None:
    try:
        act()
    except DomainError as refusal:
        messages.error(request, str(refusal))


def _visible(request: Request, number: str) -> Survey:
    return get_object_or_404(Survey.objects.visible_to(request.user).select_related("process"), number=number)
