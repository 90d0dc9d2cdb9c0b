"""The front page of the room."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from procstd.access import Request, allow, may_call
from rollouts.apps import COVERAGE_READERS, READERS
from rollouts.models import Acknowledgement, Rollout, Training
from rollouts.queries.rights import may_plan, may_release
from rollouts.queries.showing import waiting_for


@require_safe
@allow(*READERS)
def home(request: Request) -> HttpResponse:
    """What waits for one's own confirmation; trainings, and plans of rollout, that one may see."""
    now = timezone.now()
    trainings = Training.objects.visible_to(request.user).planned()
    shown = trainings.select_related("definition__revision__process", "trainer").defer("definition__content")
    context = {
        "waiting": waiting_for(request.user, at=now),
        "confirmed": Acknowledgement.objects.visible_to(request.user)
        .select_related("definition__revision__process")
        .defer("shown", "definition__content")
        .order_by("-pk")[:20],
        "coming": shown.filter(starts_at__gte=now).order_by("starts_at"),
        "past": shown.filter(starts_at__lt=now)[:20],
        "rollouts": Rollout.objects.visible_to(request.user)
        .select_related("definition__revision__process", "planned_by")
        .defer("definition__content")
        .prefetch_related("waves"),
        "may_plan": may_plan(request.user),
        "may_release": may_release(request.user),
        "reads_coverage": may_call(request.user, frozenset(COVERAGE_READERS)),
    }
    return render(request, "rollouts/home.html", context)
