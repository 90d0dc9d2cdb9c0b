"""A revision: what it says, what it still lacks, and how it is released."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from processes.apps import READERS, RELEASERS, WRITERS
from processes.domain.checker.findings import Finding
from processes.domain.checker.suppressing import findings_in
from processes.domain.drafting import write_draft
from processes.domain.editing import delete_draft
from processes.domain.faulting import faults_in
from processes.domain.gate import criteria_of
from processes.domain.inforce import end_release, put_in_force
from processes.domain.parsing import parse
from processes.domain.reading import standard_of_revision
from processes.domain.releasing import NotReleasable, release
from processes.domain.signing import may_sign
from processes.domain.texts import text_of
from processes.domain.variants.inheriting import newest_definition
from processes.domain.versions import redline_since_release
from processes.forms.catalogue import DraftForm, EndForm, ReleaseForm
from processes.forms.editor import SaveForm
from processes.models import Process, Release, Review, Revision
from processes.models.release import DefinitionBroken
from processes.models.revision import State
from processes.queries.approvals import approvals_of
from processes.views.catalogue import GET_OR_POST
from processes.views.phases import phases_of
from processes.views.places import address_of_fault
from processes.views.summaries import summary_of
from processes.views.varied import variant_context
from procstd.access import Request, allow, may_call
from procstd.history import story
from procstd.organisation.models import Department

#: A version, and of a variant its issue, if it is not the first, and its department.
_NUMBER = re.compile(
    r"(?P<major>[0-9]{1,4})\.(?P<minor>[0-9]{1,4})(?:\.(?P<issue>[1-9][0-9]{0,3}))?"
    r"(?:-(?P<department>[a-z0-9][a-z0-9._-]{0,31}))?"
)


def revision_or_404(request: Request, code: str, number: str) -> Revision:
    """Return the revision of that process and number if the person may see it: 1.0, 1.0-sales or 1.0.2-sales."""
    named = _NUMBER.fullmatch(number)
    # The first issue has one name only.
    if named is None or named["issue"] in ("0", "1") or (named["issue"] and not named["department"]):
        raise Http404
    rows = Revision.objects.visible_to(request.user).select_related(
        "process__department", "process__owner", "definition", "variant_of", "variant_for"
    )
    processes = Process.objects.visible_to(request.user).filter(code=code)
    rows = rows.filter(process__in=processes, variant_for=named["department"])
    numbered = {name: int(named[name] or 1) for name in ("major", "minor", "issue")}
    return rows.filter(**numbered).first() or _renumbered_or_404(rows, numbered)


def _renumbered_or_404(rows: QuerySet[Revision], numbered: dict[str, int]) -> Revision:
    """Return the draft that had this number before: notices and bookmarks still lead to it."""
    before = Revision.history.filter(**numbered)  # type: ignore[attr-defined]
    return get_object_or_404(rows.exclude(state=State.RELEASED), pk__in=before.values("id"))


def draft_or_404(request: Request, code: str, number: str) -> Revision:
    """Return the revision if it is still a draft."""
    revision = revision_or_404(request, code, number)
    if not revision.is_draft:
        raise Http404
    return revision


@require_safe
@allow(*READERS)
def revision_detail(request: Request, code: str, number: str) -> HttpResponse:
    """A draft with its parts and its faults; what is released is read as the manual.

    A variant, released or not, with what it differs in.
    """
    revision = revision_or_404(request, code, number)
    if not revision.is_draft and not revision.is_variant:
        return redirect("processes:manual", code, number)
    try:
        standard, _definition = standard_of_revision(revision)
        varied = variant_context(revision) if revision.is_variant else {}
    except DefinitionBroken:
        altered = {"process": revision.process, "revision": revision}
        return render(request, "processes/altered.html", altered, status=503)
    try:
        summary = {} if revision.is_variant else summary_of(revision, redline_since_release(revision, standard))
    except DefinitionBroken:
        summary = {}
    context = {
        "revision": revision,
        "process": revision.process,
        "standard": standard,
        **summary,
        **_checked(revision, findings_in(revision, standard, at=timezone.now()) if revision.is_draft else []),
        **varied,
        "may_write": may_call(request.user, frozenset(WRITERS)),
        "may_release": may_call(request.user, frozenset(RELEASERS)),
        "may_sign": may_sign(revision, request.user),
        "has_review": Review.objects.filter(revision=revision).exists(),
        "phases": phases_of(revision),
        "story": story(revision, but=frozenset({"edition"})),
    }
    page = "variant_detail" if revision.is_variant else "revision_detail"
    return render(request, f"processes/{page}.html", context)


def _checked(revision: Revision, findings: list[Finding]) -> dict[str, Any]:
    """Return what keeps a draft from being released, what in it contradicts itself, and how much else there is."""
    advice = [row for row in findings if not row.is_blocking and not row.suppression]
    return {
        "faults": [(row.message, address_of_fault(revision, row)) for row in findings if row.is_blocking],
        "remarks": [(row.message, address_of_fault(revision, row)) for row in advice if row.kind == "feasibility"],
        "advice": len(advice),
    }


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
def draft_add(request: Request, code: str) -> HttpResponse:
    """Begin a draft: the first one empty, later ones from the text released last."""
    process = get_object_or_404(Process.objects.visible_to(request.user), code=code)
    source = newest_definition(process)
    form: Any = DraftForm(request.POST or None)
    if source is None:
        del form.fields["step"]
    if request.method == "POST" and form.is_valid():
        major = form.cleaned_data.pop("step", "minor") == "major"
        try:
            data = source.load() if source else {}
        except DefinitionBroken:
            altered = {"process": process, "revision": source and source.revision}
            return render(request, "processes/altered.html", altered, status=503)
        if form.carry_out(write_draft, process, data, by=request.user, at=timezone.now(), major=major):
            messages.success(request, _("The draft %(number)s is begun.") % {"number": form.result})
            return redirect(form.result)
    context = {"form": form, "title": _("Begin a draft"), "process": process}
    return render(request, "processes/form_page.html", context)


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
def draft_delete(request: Request, code: str, number: str) -> HttpResponse:
    """Throw a draft away."""
    revision = draft_or_404(request, code, number)
    form = SaveForm(request.POST or None)
    del form.fields["seen"]
    if request.method == "POST" and form.carry_out(delete_draft, revision, by=request.user):
        messages.success(request, _("The draft %(number)s is deleted.") % {"number": revision})
        return redirect(revision.process)
    context = {
        "form": form, "title": _("Delete the draft %(number)s") % {"number": revision}, "process": revision.process,
        "advice": _("Everything written in this draft is gone then. Released revisions stay."),
        "back": revision.get_absolute_url(), "save": _("Delete the draft"),
    }  # fmt: skip
    return render(request, "processes/form_page.html", context)


@require_http_methods(GET_OR_POST)
@allow(*RELEASERS)
def revision_release(request: Request, code: str, number: str) -> HttpResponse:
    """Put a revision in force: a draft once it has no fault; a released one for further departments, or again."""
    revision = revision_or_404(request, code, number)
    departments = Department.objects.without_tree_fields().filter(is_active=True)
    if revision.variant_for:
        departments = departments.below([revision.variant_for.pk])
    form = ReleaseForm(request.POST or None, departments=departments, is_variant=revision.is_variant)
    now = timezone.now()
    act = partial(release if revision.is_draft else put_in_force, revision, by=request.user, at=now)
    if request.method == "POST" and form.carry_out(act):
        messages.success(request, _("%(number)s is released. New cases follow it.") % {"number": revision})
        return redirect(reverse("processes:manual", args=[code, number]))
    checked = _checked(revision, findings_in(revision, at=now) if revision.is_draft else [])
    if isinstance(form.refusal, NotReleasable):
        checked["faults"] = [(fault.message, address_of_fault(revision, fault)) for fault in form.refusal.faults]
    gate: dict[str, Any] = {}
    if revision.is_draft:
        text = text_of(revision)
        asked_for = form.cleaned_data.get("valid_from") if form.is_bound else None
        faults = faults_in(revision, parse(text.data))
        gate = {
            "criteria": criteria_of(revision, at=now, valid_from=asked_for, text=text, faults=faults),
            "approvals": approvals_of(revision, text.sha256),
            "may_override": may_sign(revision, request.user),
        }
    present = revision.process.releases.not_over(now).select_related("definition__revision")
    context = {
        "form": form,
        "revision": revision,
        "process": revision.process,
        "may_write": may_call(request.user, frozenset(WRITERS)),
        **checked,
        "present": present.prefetch_related("departments"),
        **gate,
    }
    return render(request, "processes/revision_release.html", context)


@require_http_methods(GET_OR_POST)
@allow(*RELEASERS)
def release_end(request: Request, code: str, pk: int) -> HttpResponse:
    """End a release that is in force, or withdraw one that is planned."""
    processes = Process.objects.visible_to(request.user)
    rows = Release.objects.filter(process__in=processes.filter(code=code)).select_related(
        "process", "definition__revision"
    )
    found = get_object_or_404(rows, pk=pk)
    now = timezone.now()
    is_planned = found.valid_from >= now
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.carry_out(end_release, found, by=request.user, at=now):
        messages.success(request, _("The release of %(number)s is ended.") % {"number": found.definition.revision})
        return redirect(found.process)
    named = {"number": found.definition.revision}
    if is_planned:
        title, save = _("Withdraw the release of %(number)s") % named, _("Withdraw")
        advice = _("It will not take effect. What it would have replaced goes on.")
    else:
        title, save = _("End the release of %(number)s") % named, _("End")
        advice = _("From now on no case is opened by it in this scope. Open cases are worked to their end by it.")
    context = {"form": form, "title": title, "process": found.process, "advice": advice, "save": save}
    return render(request, "processes/form_page.html", context)
