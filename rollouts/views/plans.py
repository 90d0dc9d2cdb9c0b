"""Rollouts: the plan of a version, its waves, what they need (H2.5.1)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from processes.models import Definition
from processes.models.release import DefinitionBroken
from procstd.access import Request, allow
from procstd.errors import DomainError
from rollouts.apps import PLANNERS, READERS, RELEASERS
from rollouts.domain.planning import (
    add_need,
    add_wave,
    change_need,
    change_wave,
    plan_rollout,
    take_over_rollout,
    withdraw_wave,
)
from rollouts.domain.waves import override_wave
from rollouts.forms.plan import NeedChangeForm, NeedForm, PlanForm, ReasonForm, WaveChangeForm, WaveForm
from rollouts.models import Need, Rollout, Wave
from rollouts.queries.readiness import readiness_of
from rollouts.queries.rights import may_plan, may_release
from rollouts.views.shared import GET_OR_POST, form_page


def plan_or_404(request: Request, pk: int) -> Rollout:
    """Return a rollout that the reader sees."""
    rows = Rollout.objects.visible_to(request.user).select_related("definition__revision__process", "planned_by")
    return get_object_or_404(rows, pk=pk)


def wave_or_404(request: Request, number: str) -> Wave:
    """Return a wave of a rollout that the reader sees."""
    rows = Wave.objects.filter(rollout__in=Rollout.objects.visible_to(request.user))
    return get_object_or_404(rows.select_related("rollout__definition__revision__process"), number=number)


@require_safe
@allow(*READERS)
def plan(request: Request, pk: int) -> HttpResponse:
    """One rollout: its waves, each with its light and what it needs."""
    found = plan_or_404(request, pk)
    rows = found.waves.prefetch_related("posts", "needs__owner").select_related("overridden_by")
    waves = list(rows.prefetch_related("departments"))
    planner = may_plan(request.user)
    context = {
        "plan": found,
        "definition": found.definition,
        "waves": readiness_of(found, waves, at=timezone.now()),
        "may_release": may_release(request.user),
        "may_plan": planner,
    }
    return render(request, "rollouts/plan.html", context)


@require_http_methods(GET_OR_POST)
@allow(*RELEASERS)
def plan_add(request: Request) -> HttpResponse:
    """Plan a rollout from the template."""
    form = PlanForm(request.POST or None, initial={"definition": request.GET.get("standard", "")})
    return form_page(
        request, form, partial(_plan, by=request.user), title=_("Plan a rollout"), done=_("The rollout is planned."),
        to=lambda made: made, back=reverse("rollouts:home"), save=_("Plan"),
        advice=_("Each wave gets what waves usually need: trainers, material, training, accounts, forms."),
    )  # fmt: skip


def _plan(*, definition: Definition, by: Any, **facts: Any) -> Rollout:
    try:
        return plan_rollout(definition, by=by, at=timezone.now(), **facts)
    except DefinitionBroken:
        raise DomainError(_("The stored text of this standard is not the one that was released.")) from None


@require_http_methods(GET_OR_POST)
@allow(*RELEASERS)
def plan_take_over(request: Request, pk: int) -> HttpResponse:
    """Take a plan over from who planned it."""
    found = plan_or_404(request, pk)
    return form_page(
        request, ReasonForm(request.POST or None),
        partial(take_over_rollout, found, by=request.user, at=timezone.now()),
        title=_("Take the rollout over"), done=_("The rollout is yours now."), to=found,
        back=found.get_absolute_url(), plan=found, save=_("Take the plan over"),
        advice=_("From now on its waves are released in your name. Whoever had it hears of it."),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*RELEASERS)
def wave_add(request: Request, pk: int) -> HttpResponse:
    """Add a wave."""
    found = plan_or_404(request, pk)
    return form_page(
        request, WaveForm(request.POST or None), partial(add_wave, found, by=request.user, at=timezone.now()),
        title=_("Add a wave"), done=_("The wave is planned."), to=found, back=found.get_absolute_url(), plan=found,
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*RELEASERS)
def wave_change(request: Request, number: str) -> HttpResponse:
    """Change a wave."""
    wave = wave_or_404(request, number)
    form = WaveChangeForm(request.POST or None, initial=WaveChangeForm.of(wave))
    act = partial(change_wave, wave, by=request.user, at=timezone.now())
    return _wave_page(request, wave, form, act, title=_("Change wave %(wave)s"), done=_("The wave is changed."))


@require_http_methods(GET_OR_POST)
@allow(*RELEASERS)
def wave_withdraw(request: Request, number: str) -> HttpResponse:
    """Withdraw a wave."""
    wave = wave_or_404(request, number)
    return _wave_page(
        request, wave, ReasonForm(request.POST or None), partial(withdraw_wave, wave, by=request.user),
        title=_("Withdraw wave %(wave)s"), done=_("The wave is withdrawn."), save=_("Withdraw"),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*RELEASERS)
def wave_override(request: Request, number: str) -> HttpResponse:
    """Answer for what a wave lacks."""
    wave = wave_or_404(request, number)
    return _wave_page(
        request, wave, ReasonForm(request.POST or None),
        partial(override_wave, wave, by=request.user, at=timezone.now()),
        title=_("Release wave %(wave)s although something lacks"),
        done=_("Recorded. The wave is released on its day; if that has come, it is released now."),
        save=_("I answer for it"),
        advice=_("Your name and your reason stand with the wave and with the release, for good."),
    )  # fmt: skip


def _wave_page(request: Request, wave: Wave, form: Any, act: Any, *, title: str, **more: Any) -> HttpResponse:
    return form_page(
        request, form, act, title=title % {"wave": wave}, to=wave.rollout, back=wave.rollout.get_absolute_url(),
        plan=wave.rollout, **more,
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*PLANNERS)
def need_add(request: Request, number: str) -> HttpResponse:
    """Add what a wave needs."""
    wave = wave_or_404(request, number)
    form = NeedForm(request.POST or None, initial={"owner": request.user.pk})
    act = partial(add_need, wave, by=request.user)
    return _wave_page(request, wave, form, act, title=_("What else does wave %(wave)s need?"), done=_("Added."))


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def need_change(request: Request, pk: int) -> HttpResponse:
    """Say who sees to a need, and whether it is there: for its owner, and for who plans."""
    rows = Need.objects.filter(wave__rollout__in=Rollout.objects.visible_to(request.user))
    need = get_object_or_404(rows.select_related("wave__rollout__definition__revision__process"), pk=pk)
    if not (may_plan(request.user) or need.owner_id == request.user.pk):
        raise Http404
    form = NeedChangeForm(request.POST or None, need=need)
    act = partial(change_need, need, by=request.user)
    return _wave_page(request, need.wave, form, act, title=f"{need.wave} · {need}".replace("%", "%%"), done=_("Saved."))
