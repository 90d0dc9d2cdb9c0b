"""Scope: candidates, weights, rankings, the signed choice (H2.1.2)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from processes.models import Process
from procstd.access import Request, allow
from procstd.bilingual import suffix
from procstd.reauthentication import needs_recent_password
from projects.apps import READERS
from projects.domain.scope import add_candidate, choose_processes, score_candidate, set_weights
from projects.forms.scope import CandidateForm, ChooseForm, ScoreForm, WeightsForm
from projects.models import DIMENSIONS
from projects.queries.scope import ranking_of, standings
from projects.views.shared import GET_OR_POST, form_page, kept_or_404, project_or_404, rights, steered_or_404


@require_safe
@allow(*READERS)
def scope(request: Request, code: str) -> HttpResponse:
    """The ranking as it is, with its reasons; the rankings before; what is chosen."""
    project = project_or_404(request, code)
    context = {
        **rights(request, project),
        "rows": ranking_of(project),
        "weights": [(DIMENSIONS[name], weight) for name, weight in project.weights.items()],
        "rankings": project.rankings.select_related("by").defer("content"),
        "standing": standings([project.pk])[project.pk],
        "is_closed": project.closings.filter(phase=1).exists(),
    }
    return render(request, "projects/scope.html", context)


@require_safe
@allow(*READERS)
def ranking_detail(request: Request, code: str, number: int) -> HttpResponse:
    """A ranking as it was."""
    project = project_or_404(request, code)
    ranking = get_object_or_404(project.rankings.select_related("by"), number=number)
    data = ranking.data
    rows: list[dict[str, Any]] = [
        {
            **row,
            "label": row["name"][suffix()],
            "by_dimension": [(label, row["scores"][name], row["reasons"][name]) for name, label in DIMENSIONS.items()],
        }
        for row in data["rows"]
    ]
    context = {
        **rights(request, project),
        "ranking": ranking,
        "rows": rows,
        "weights": [(label, data["weights"][name]) for name, label in DIMENSIONS.items()],
    }
    return render(request, "projects/ranking_detail.html", context)


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def candidate_add(request: Request, code: str) -> HttpResponse:
    """Let a process be compared."""
    project = kept_or_404(request, code)
    taken = project.candidates.values("process")
    processes = Process.objects.visible_to(request.user).exclude(pk__in=taken)
    form = CandidateForm(request.POST or None, processes=processes)
    back = reverse("projects:scope", args=[code])
    return form_page(
        request, project, form, partial(add_candidate, project, by=request.user, at=timezone.now()),
        title=_("Add a candidate"), done=_("The ranking is computed anew; the one before is kept."),
        to=back, back=back,
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def candidate_score(request: Request, code: str, process: str) -> HttpResponse:
    """Score a candidate anew."""
    project = kept_or_404(request, code)
    candidate = get_object_or_404(project.candidates.select_related("process"), process__code=process)
    initial = {**candidate.scores, **{f"why_{name}": why for name, why in candidate.reasons.items()}}
    form = ScoreForm(request.POST or None, initial=initial)
    back = reverse("projects:scope", args=[code])
    return form_page(
        request, project, form, partial(score_candidate, candidate, by=request.user, at=timezone.now()),
        title=_("Score: %(process)s") % {"process": candidate}, to=back, back=back,
        done=_("The ranking is computed anew; the one before is kept."),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def weights(request: Request, code: str) -> HttpResponse:
    """Weigh the four dimensions."""
    project = kept_or_404(request, code)
    form = WeightsForm(request.POST or None, initial=project.weights)
    back = reverse("projects:scope", args=[code])
    return form_page(
        request, project, form, partial(set_weights, project, by=request.user, at=timezone.now()),
        title=_("Weights"), done=_("The ranking is computed anew; the one before is kept."), to=back, back=back,
        advice=_("Four weights that add up to 100: what counts most in this project?"),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*READERS)
@needs_recent_password
def choose(request: Request, code: str) -> HttpResponse:
    """Choose the first one or two, signed by the leader."""
    project = steered_or_404(request, code)
    rows = ranking_of(project)
    newest = project.rankings.first()
    choices = [(row.candidate.process.code, f"{row.place}. {row.candidate.process} ({row.points})") for row in rows[:6]]
    sha256 = newest.sha256 if newest else ""
    form = ChooseForm(
        request.POST or None, choices=choices, initial={"seen": sha256, "processes": [c for c, _l in choices[:1]]}
    )
    act = partial(choose_processes, project, by=request.user, at=timezone.now())
    if request.method == "POST" and form.carry_out(act):
        messages.success(request, _("You have signed the choice."))
        return redirect("projects:scope", code)
    context = {"form": form, "rows": rows, "sha256": sha256, **rights(request, project)}
    return render(request, "projects/choose.html", context)
