"""Variants of a standard for single departments: begin one, let it differ, bring it up to a newer version (F19)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from processes.apps import WRITERS
from processes.domain.definition import build
from processes.domain.variants.inheriting import inherited, newest_definition
from processes.domain.variants.places import parts_of, places_of
from processes.domain.variants.rebasing import plan_for, rebase
from processes.domain.variants.varying import begin_variant, inherit, vary
from processes.forms.examples import Examples
from processes.forms.variants import BeginForm, Choices, RebaseForm, ResetForm, VariantForm
from processes.models import Process, Revision
from processes.views.catalogue import GET_OR_POST
from processes.views.places import address_of
from processes.views.revisions import draft_or_404, revision_or_404
from processes.views.varied import title_of
from procstd.access import Request, allow


def variant_draft_or_404(request: Request, code: str, number: str) -> Revision:
    """Return the draft of a variant."""
    revision = draft_or_404(request, code, number)
    if not revision.is_variant:
        raise Http404
    return revision


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
def variant_add(request: Request, code: str) -> HttpResponse:
    """Begin the variant of a department."""
    process = get_object_or_404(Process.objects.visible_to(request.user), code=code)
    form = BeginForm(request.POST or None, initial={"department": request.GET.get("department", "")})
    if request.method == "POST" and form.carry_out(begin_variant, process, by=request.user, at=timezone.now()):
        messages.success(request, _("The variant %(number)s is begun.") % {"number": form.result})
        return redirect(form.result)
    newest = newest_definition(process)
    context = {
        "form": form, "title": _("Begin a variant"), "process": process, "save": _("Begin the variant"),
        "advice": (
            _("It inherits everything of %(number)s; only what you let differ is stored.") % {"number": newest.revision}
            if newest
            else _("A variant varies a released standard, and none is released yet.")
        ),
    }  # fmt: skip
    return render(request, "processes/form_page.html", context)


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
def variant_change(request: Request, code: str, number: str, part: str) -> HttpResponse:
    """Let the fields of one step, or of one of the other parts, differ; or say again what they inherit."""
    revision = variant_draft_or_404(request, code, number)
    parent, data = inherited(revision), build(revision)
    before = places_of(parent)
    parts = parts_of(before)
    if part not in parts:
        raise Http404
    pairs = [pair for pair in zip(before, places_of(data), strict=True) if pair[0].part == part]
    title = title_of(part, pairs[0][0])
    initial = {"seen": revision.edition, "reason": _("Variant")}
    facts: dict[str, Any] = {
        "places": pairs, "examples": Examples(revision, at=timezone.now()), "choices": Choices(), "initial": initial,
    }  # fmt: skip
    form = VariantForm(request.POST if request.method == "POST" else None, **facts)
    if request.method == "POST" and form.carry_out(partial(vary, revision, by=request.user)):
        messages.success(request, _("Saved: %(what)s.") % {"what": title})
        return redirect(_next(revision, part, parts, request.POST))
    context = {
        "form": form, "revision": revision, "process": revision.process, "title": title, "part": part,
    }  # fmt: skip
    return render(request, "processes/variant_change.html", context)


def _next(revision: Revision, part: str, parts: list[str], data: Any) -> str:
    """Return where one goes on: the same page, the next one, or the variant's own."""
    after = parts.index(part) + 1
    if "next" in data and after < len(parts):
        return address_of(revision, parts[after])
    if "more" in data or "reset" in data:
        return address_of(revision, part)
    return revision.get_absolute_url()


@require_POST
@allow(*WRITERS)
def variant_reset(request: Request, code: str, number: str) -> HttpResponse:
    """Let one field say again what it inherits."""
    revision = variant_draft_or_404(request, code, number)
    form = ResetForm(request.POST)
    reason = _("As V%(number)s says") % {"number": revision.whole_number}
    if form.carry_out(inherit, revision, by=request.user, reason=reason):
        messages.success(request, _("It says again what it inherits."))
    else:
        messages.error(request, str(form.refusal or _("This is no field of a variant.")))
    return redirect(revision)


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
def variant_rebase(request: Request, code: str, number: str) -> HttpResponse:
    """What bringing a variant up to the newest version does to each of its differences, and doing it."""
    revision = revision_or_404(request, code, number)
    if not revision.is_variant:
        raise Http404
    plan = plan_for(revision)
    if plan is None:
        messages.info(request, _("It varies the newest version already."))
        return redirect(revision)
    initial = {
        "seen": revision.edition, "onto": plan.onto.sha256,
        "reason": _("Brought up to %(number)s") % {"number": plan.onto.revision},
    }  # fmt: skip
    form = RebaseForm(request.POST if request.method == "POST" else None, plan=plan, initial=initial)
    if request.method == "POST" and form.carry_out(partial(rebase, revision, by=request.user, at=timezone.now())):
        messages.success(request, _("The variant is %(number)s now.") % {"number": form.result})
        return redirect(form.result)
    context = {"form": form, "plan": plan, "revision": revision, "process": revision.process}
    return render(request, "processes/variant_rebase.html", context)
