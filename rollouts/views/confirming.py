"""Confirm a version: what changes for one's own posts first, then everything (F43, F44)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from processes.domain.standard import Step
from processes.models import Definition
from processes.models.release import DefinitionBroken
from processes.models.step import Duty
from procstd.access import SIGNED_IN, Request, allow
from rollouts.apps import READERS
from rollouts.domain.acknowledging import acknowledge
from rollouts.forms.confirming import ConfirmForm
from rollouts.models import Acknowledgement, Training
from rollouts.queries.showing import Shown, duties_at, shown_to, waiting_for
from rollouts.queries.standing import Standing
from rollouts.views.shared import GET_OR_POST, altered_page, definition_or_404


@require_safe
@allow(SIGNED_IN)
def panel_confirm(request: Request) -> HttpResponse:
    """Home panel: versions that wait for one's own confirmation; nothing when there is none."""
    waiting = waiting_for(request.user, at=timezone.now())
    if not waiting:
        return HttpResponse("")
    return render(request, "rollouts/panel_confirm.html", {"waiting": waiting})


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def confirm(request: Request, pk: int) -> HttpResponse:
    """One version as it concerns the reader, and the button that says “I have understood”."""
    definition = definition_or_404(request, pk)
    now = timezone.now()
    try:
        shown = shown_to(request.user, definition, at=now)
        form = ConfirmForm(request.POST or None, initial={"seen": shown.sha256})
        if request.method == "POST" and form.carry_out(acknowledge, definition, by=request.user, at=now):
            words = {"process": definition.revision.process, "number": definition.revision}
            messages.success(request, _("You have confirmed %(process)s %(number)s.") % words)
            return redirect("rollouts:home")
    except DefinitionBroken:
        return altered_page(request, definition)
    if form.is_bound:  # what holds now is what the next click is about
        form.data = {**form.data.dict(), "seen": shown.sha256}  # type: ignore[attr-defined]
    return render(request, "rollouts/confirm.html", _context(request, definition, shown, form))


def _context(request: Request, definition: Definition, shown: Shown, form: ConfirmForm) -> dict[str, Any]:
    return {
        "definition": definition,
        "revision": definition.revision,
        "process": definition.revision.process,
        "shown": shown,
        "standard": shown.standard,
        "form": form,
        "mine": _lines(shown, shown.mine),
        "others": _lines(shown, shown.others),
        "steps": [(step, _parts(shown, step), shown.standard.form(step.form)) for step in shown.steps],
        "is_confirmed": shown.stood.standing == Standing.CONFIRMED,
        "is_untouched": shown.stood.standing == Standing.UNTOUCHED,
        "given": Acknowledgement.objects.filter(by=request.user, definition=definition).order_by("-pk").first(),
        "trainings": Training.objects.visible_to(request.user).planned().filter(definition=definition),
    }


def _parts(shown: Shown, step: Step) -> list[Duty]:
    return [Duty(key) for key in duties_at(step, shown.posts)]


def _lines(shown: Shown, changes: tuple[Any, ...]) -> list[Any]:
    return [(group, [(change, ()) for change in group.changes]) for group in shown.groups(changes)]
