"""The stopwatch page for a phone: by forms and the server's clock, or by script through a lost connection (H2.2.1)."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procstd.access import SIGNED_IN, Request, allow
from procstd.errors import DomainError
from surveys.domain.laps import change_lap, keep_lap, keep_photo
from surveys.domain.observing import end_observation, start_lap, stop_lap
from surveys.forms.observations import LapForm, PhotoForm, StartForm, read_laps
from surveys.models import AsIsStep, Observation
from surveys.queries.observations import for_phone, laps_of
from surveys.views.observations import lap_or_404, observation_or_404
from surveys.views.surveys import GET_OR_POST
from surveys.views.watch_words import words

#: Stands in addresses for the key of a lap, which the phone makes.
_NO_KEY = uuid.UUID(int=0)


def _kept(request: Request, number: str, row: int) -> Observation:
    return observation_or_404(Observation.objects.kept_by(request.user), number, row)


@require_safe
@allow(SIGNED_IN)
def watch(request: Request, number: str, row: int) -> HttpResponse:
    """The stopwatch of one observation."""
    return _page(request, _kept(request, number, row))


def _page(request: Request, found: Observation, form: StartForm | None = None) -> HttpResponse:
    laps = laps_of(found)
    running = next((lap for lap in laps if lap.is_running), None)
    place = [found.survey.number, found.number]
    config: dict[str, Any] = {
        "person": request.user.pk,
        "observation": found.pk,
        "zone": timezone.get_current_timezone_name(),
        "laps": [for_phone(lap) for lap in laps],
        "sync": reverse("surveys:lap-sync", args=place),
        "clock": reverse("surveys:watch-clock", args=place),
        "photo": reverse("surveys:lap-photo", args=[*place, _NO_KEY]),
        "worker": reverse("surveys:watch-worker"),
        "none": str(_NO_KEY),
        "words": words(),
    }
    context = {
        "observation": found,
        "survey": found.survey,
        "laps": laps,
        "running": running,
        "steps": list(AsIsStep.objects.filter(survey=found.survey_id).in_order()),
        "form": form or StartForm(survey=found.survey),
        "key": form["key"].value() if form else uuid.uuid4(),
        "config": config,
        "open": found.is_running and found.survey.is_running,
        "no_key": _NO_KEY,
    }
    return render(request, "surveys/watch.html", context)


@require_POST
@allow(SIGNED_IN)
def lap_start(request: Request, number: str, row: int) -> HttpResponse:
    """Start a step now, by the server's clock."""
    found = _kept(request, number, row)
    form = StartForm(request.POST, survey=found.survey)
    if form.carry_out(start_lap, found, by=request.user, at=timezone.now()):
        return redirect("surveys:watch", number, row)
    return _page(request, found, form)


@require_POST
@allow(SIGNED_IN)
def lap_stop(request: Request, number: str, row: int) -> HttpResponse:
    """Stop what runs, by the server's clock."""
    found = _kept(request, number, row)
    try:
        stop_lap(found, by=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("surveys:watch", number, row)


@require_POST
@allow(SIGNED_IN)
def observation_end(request: Request, number: str, row: int) -> HttpResponse:
    """End the observation: what was measured goes to the steps."""
    found = _kept(request, number, row)
    try:
        end_observation(found, by=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The observation is ended; what was measured stands at the steps."))
    return redirect(found)


@require_http_methods(GET_OR_POST)
@allow(SIGNED_IN)
def lap_change(request: Request, number: str, row: int, key: uuid.UUID) -> HttpResponse:
    """Note an anomaly, add a photo, say which step it was."""
    found = _kept(request, number, row)
    lap = lap_or_404(found, key)
    at_desk = request.GET.get("from") == "desk"
    back = found.get_absolute_url() if at_desk else reverse("surveys:watch", args=[number, row])
    initial = {"anomaly": lap.anomaly, "step": lap.step_id, "what": lap.what}
    form = LapForm(request.POST or None, request.FILES or None, survey=found.survey, initial=initial)
    if request.method == "POST" and form.carry_out(change_lap, lap, by=request.user, at=timezone.now()):
        return redirect(back)
    context = {"form": form, "observation": found, "survey": found.survey, "lap": lap, "back": back}
    return render(request, "surveys/lap.html", context)


@require_safe
@allow(SIGNED_IN)
def watch_clock(request: Request, number: str, row: int) -> JsonResponse:
    """Tell the server's moment, by which a phone corrects its own clock, and the token of the present session."""
    _kept(request, number, row)
    return JsonResponse({"now": int(timezone.now().timestamp() * 1000), "token": get_token(request)})


@require_POST
@allow(SIGNED_IN)
def lap_sync(request: Request, number: str, row: int) -> JsonResponse:
    """Keep the laps that a phone sends; tell of each whether it is kept, or why not."""
    found = _kept(request, number, row)
    steps = {step.pk: step for step in AsIsStep.objects.filter(survey=found.survey_id)}
    try:
        notes = read_laps(request.body, steps)
    except DomainError as refusal:
        return JsonResponse({"message": str(refusal)}, status=400)
    now = timezone.now()
    kept: list[dict[str, Any]] = []
    refused = []
    for note in notes:
        try:
            lap = keep_lap(found, note, by=request.user, at=now)
        except DomainError as refusal:
            refused.append({"key": str(note.key), "edition": note.edition, "message": str(refusal)})
        else:
            # Another phone was first: this one puts its change on top of what it is told here.
            theirs = {"lap": for_phone(lap)} if note.is_lost_in(lap) else {}
            kept.append({"key": str(lap.key), "edition": note.edition, **theirs})
    return JsonResponse({"kept": kept, "refused": refused})


@require_POST
@allow(SIGNED_IN)
def lap_photo(request: Request, number: str, row: int, key: uuid.UUID) -> JsonResponse:
    """Keep the photo that a phone sends for a lap."""
    found = _kept(request, number, row)
    lap = lap_or_404(found, key)
    form = PhotoForm(request.POST, request.FILES)
    if form.carry_out(keep_photo, lap, by=request.user, at=timezone.now()):
        return JsonResponse({"photo": str(form.result.photo)})
    message = form.refusal.message if form.refusal else _("This cannot be read. Load the page again.")
    return JsonResponse({"message": str(message)}, status=400)


@require_safe
@allow(SIGNED_IN)
def watch_worker(request: Request) -> HttpResponse:
    """The script that shows the stopwatch without a network. Its folder is what it answers for."""
    script = (settings.BASE_DIR / "static/watch-worker.js").read_text()
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")
