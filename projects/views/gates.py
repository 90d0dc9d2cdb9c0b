"""Gates of phases: what is met, what is open, who answered for what (F01)."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from processes.domain.definition import hash_of
from procstd.access import Request, allow
from procstd.act_pages import press
from procstd.bilingual import suffix
from procstd.gates import Phase
from procstd.reauthentication import needs_recent_password
from projects.apps import READERS
from projects.domain.passing import close_phase, override_criterion, text_of_override
from projects.forms.plan import OverrideForm
from projects.models import Closing
from projects.queries.gate import gate_of
from projects.queries.portfolio import standing_of
from projects.views.shared import GET_OR_POST, project_or_404, rights, steered_or_404


def _phase_or_404(number: int) -> Phase:
    try:
        return Phase(number)
    except ValueError as error:
        raise Http404 from error


@require_safe
@allow(*READERS)
def gate(request: Request, code: str, phase: int) -> HttpResponse:
    """One gate: as it stands now, or as it stood when the phase was closed."""
    project, of = project_or_404(request, code), _phase_or_404(phase)
    now = timezone.now()
    standing = standing_of(project, at=now)
    closing = Closing.objects.filter(project=project, phase=of).first()
    context: dict[str, Any] = {
        **rights(request, project),
        "phase": of,
        "phases": [
            (one, one.label, "done" if one in standing.closed else "current" if one == standing.present else "todo")
            for one in Phase
        ],
        "closing": closing,
        "kept": _kept(closing) if closing else [],
        "gate": None if closing else gate_of(project, of, at=now),
        "is_present": of == standing.present,
        "line": standing.plan.phase(of),
        "overrides": project.overrides.filter(phase=of),
    }
    return render(request, "projects/gate.html", context)


def _kept(closing: Closing) -> list[dict[str, Any]]:
    language = suffix()
    rows = json.loads(closing.content)["criteria"]
    return [{**row, "title": row["title"][language], "sentence": row["sentence"][language]} for row in rows]


@require_POST
@allow(*READERS)
def gate_close(request: Request, code: str, phase: int) -> HttpResponse:
    """Close a phase."""
    project, of = project_or_404(request, code), _phase_or_404(phase)
    return press(
        request, partial(close_phase, project, phase=of, by=request.user, at=timezone.now()),
        done=_("“%(phase)s” is closed.") % {"phase": of.label}, to=redirect("projects:gate", code, phase).url,
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*READERS)
@needs_recent_password
def gate_override(request: Request, code: str, phase: int, criterion: str) -> HttpResponse:
    """Answer by name for a criterion that is open."""
    project, of = steered_or_404(request, code), _phase_or_404(phase)
    now = timezone.now()
    row = next((row for row in gate_of(project, of, at=now).criteria if row.code == criterion), None)
    if row is None:
        raise Http404
    sha256 = hash_of(text_of_override(project, of, row))
    form = OverrideForm(request.POST or None, initial={"seen": sha256})
    act = partial(override_criterion, project, phase=of, criterion=criterion, by=request.user, at=now)
    if request.method == "POST" and form.carry_out(act):
        messages.success(request, _("You answer for “%(what)s”.") % {"what": row.title})
        return redirect("projects:gate", code, phase)
    context = {"form": form, "phase": of, "row": row, "sha256": sha256, **rights(request, project)}
    return render(request, "projects/gate_override.html", context)
