"""The leader's signature, and overrides of the gate: both ask for the password again (F24, F29)."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from processes.apps import READERS
from processes.domain.authors import authors_of
from processes.domain.gate import Criterion, criteria_of
from processes.domain.signing import may_sign, override, sign
from processes.domain.texts import text_of
from processes.forms.review import OverrideForm, SignForm
from processes.models import Revision
from processes.queries.approvals import approvals_of
from processes.views.catalogue import GET_OR_POST
from processes.views.phases import phases_of
from processes.views.revisions import draft_or_404
from procstd.access import Request, allow
from procstd.reauthentication import needs_recent_password


def _to_sign_or_404(request: Request, code: str, number: str) -> Revision:
    revision = draft_or_404(request, code, number)
    if not may_sign(revision, request.user):
        raise Http404
    return revision


@require_http_methods(GET_OR_POST)
@allow(*READERS)
@needs_recent_password
def revision_sign(request: Request, code: str, number: str) -> HttpResponse:
    """What is signed, who has approved it, what the signature means."""
    revision = _to_sign_or_404(request, code, number)
    now, text = timezone.now(), text_of(revision)
    form = SignForm(request.POST or None, revision=revision, initial={"seen": text.sha256})
    if request.method == "POST" and form.carry_out(partial(sign, revision, by=request.user, at=now)):
        messages.success(request, _("You have signed %(number)s. It can be released now.") % {"number": revision})
        return redirect("processes:revision-release", code, number)
    context = {
        "form": form, "revision": revision, "process": revision.process, "text": text, "phases": phases_of(revision),
        "criteria": [row for row in criteria_of(revision, at=now, text=text) if row.code != "signature"],
        "approvals": approvals_of(revision, text.sha256), "is_author": request.user.pk in authors_of(revision),
        "may_override": True,
    }  # fmt: skip
    return render(request, "processes/revision_sign.html", context)


@require_http_methods(GET_OR_POST)
@allow(*READERS)
@needs_recent_password
def gate_override(request: Request, code: str, number: str, criterion: str) -> HttpResponse:
    """Answer by name for a red criterion."""
    revision = _to_sign_or_404(request, code, number)
    now, text = timezone.now(), text_of(revision)
    found: Criterion | None = next(
        (row for row in criteria_of(revision, at=now, text=text) if row.code == criterion), None
    )
    if found is None:
        raise Http404
    form = OverrideForm(request.POST or None, initial={"seen": text.sha256})
    act = partial(override, revision, criterion=criterion, by=request.user, at=now)
    if request.method == "POST" and form.carry_out(act):
        messages.success(request, _("You answer for “%(what)s”.") % {"what": found.title})
        return redirect("processes:revision-release", code, number)
    context = {
        "form": form, "title": _("Override: %(what)s") % {"what": found.title}, "process": revision.process,
        "revision": revision, "advice": found.sentence, "back": f"{revision.get_absolute_url()}release/",
        "save": _("Answer for it"),
    }  # fmt: skip
    return render(request, "processes/form_page.html", context)
