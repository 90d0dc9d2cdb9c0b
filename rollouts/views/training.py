"""Trainings: plan, invite, tick who was there, material (H2.4.2, H2.5.2)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procstd.access import Request, allow
from procstd.act_pages import press
from procstd.files.models import StoredFile
from rollouts.apps import PLANNERS, READERS
from rollouts.domain.training import (
    add_material,
    cancel_training,
    change_training,
    invite,
    may_tick,
    plan_training,
    tick_attendance,
)
from rollouts.forms.training import CancelForm, InviteForm, MaterialForm, TrainingChangeForm, TrainingForm
from rollouts.models import Training
from rollouts.queries.rights import may_plan, reads_names
from rollouts.queries.trainings import invited_to, understood
from rollouts.views.shared import GET_OR_POST, form_page


def training_or_404(request: Request, number: str) -> Training:
    """Return a training that the reader sees."""
    rows = Training.objects.visible_to(request.user).select_related("definition__revision__process", "trainer")
    return get_object_or_404(rows.defer("definition__content"), number=number)


def _given_or_404(request: Request, number: str) -> Training:
    """Return a training that the reader gives or plans: for others its forms do not exist."""
    found = training_or_404(request, number)
    if not may_tick(found, request.user):
        raise Http404
    return found


@require_safe
@allow(*READERS)
def training(request: Request, number: str) -> HttpResponse:
    """One training: when, where, for whom, who was there and has understood, and its material."""
    found = training_or_404(request, number)
    now = timezone.now()
    kind = ContentType.objects.get_for_model(Training)
    gives = may_tick(found, request.user)
    people = invited_to(found, at=now)
    reads_all = gives or reads_names(found, request.user)
    context: dict[str, Any] = {
        "training": found,
        "people": people if reads_all else [],
        "there": sum(bool(row.attended) for row in people),
        "understood": understood(people),
        "mine": next((row for row in people if row.person.pk == request.user.pk), None),
        "departments": found.departments.without_tree_fields(),  # type: ignore[attr-defined]
        "posts": found.posts.all(),
        "files": StoredFile.objects.filter(content_type=kind, object_id=found.pk).select_related("owner"),
        "gives": gives,
        "may_plan": may_plan(request.user),
        "has_begun": found.starts_at <= now,
    }
    return render(request, "rollouts/training.html", context)


@require_http_methods(GET_OR_POST)
@allow(*PLANNERS)
def training_add(request: Request) -> HttpResponse:
    """Plan a training."""
    initial = {"trainer": request.user.pk, "definition": request.GET.get("standard", "")}
    form = TrainingForm(request.POST or None, initial=initial)
    act = partial(_plan, by=request.user)
    return form_page(
        request, form, act, title=_("Plan a training"), done=_("The training is planned, and people are invited."),
        to=lambda made: made, back=reverse("rollouts:home"), save=_("Plan and invite"),
    )  # fmt: skip


def _plan(*, by: Any, definition: Any, **facts: Any) -> Training:
    return plan_training(definition, by=by, at=timezone.now(), **facts)


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def training_change(request: Request, number: str) -> HttpResponse:
    """Change a training."""
    found = _given_or_404(request, number)
    form = TrainingChangeForm(request.POST or None, initial=TrainingChangeForm.of(found))
    return form_page(
        request, form, partial(change_training, found, by=request.user, at=timezone.now()),
        title=_("Change the training"), done=_("The training is changed."), to=found, back=found.get_absolute_url(),
        training=found,
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def training_cancel(request: Request, number: str) -> HttpResponse:
    """Cancel a training."""
    found = _given_or_404(request, number)
    return form_page(
        request, CancelForm(request.POST or None), partial(cancel_training, found, by=request.user, at=timezone.now()),
        title=_("Cancel the training"), done=_("The training is cancelled; those invited hear of it."), to=found,
        back=found.get_absolute_url(), training=found, save=_("Cancel the training"),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def training_invite(request: Request, number: str) -> HttpResponse:
    """Invite further people."""
    found = _given_or_404(request, number)
    return form_page(
        request, InviteForm(request.POST or None), partial(invite, found, by=request.user, at=timezone.now()),
        title=_("Invite further people"), done=_("They are invited."), to=found, back=found.get_absolute_url(),
        training=found, save=_("Invite"),
    )  # fmt: skip


@require_POST
@allow(*READERS)
def training_tick(request: Request, number: str) -> HttpResponse:
    """Record who was there."""
    found = _given_or_404(request, number)
    # Not isdigit(): ² is a digit and no number; and a number of a thousand digits is none of ours.
    given = request.POST.getlist("present")
    present = {int(pk) for pk in given if pk.isascii() and pk.isdecimal() and len(pk) <= 18}
    act = partial(tick_attendance, found, present=present, by=request.user, at=timezone.now())
    return press(request, act, done=_("Recorded who was there."), to=found)


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def material_add(request: Request, number: str) -> HttpResponse:
    """Keep a file with the training."""
    found = _given_or_404(request, number)
    form = MaterialForm(request.POST or None, request.FILES or None)
    return form_page(
        request, form, partial(add_material, found, by=request.user, at=timezone.now()), title=_("Add material"),
        done=_("The file is kept."), to=found, back=found.get_absolute_url(), training=found, multipart=True,
    )  # fmt: skip
