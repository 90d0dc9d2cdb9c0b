"""A revision: what it says, what it still lacks, and how it is released."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from processes.apps import READERS, RELEASERS, WRITERS
from processes.domain.drafting import write_draft
from processes.domain.editing import delete_draft
from processes.domain.inforce import end_release, put_in_force
from processes.domain.reading import standard_of_revision
from processes.domain.releasing import NotReleasable, faults_in, release
from processes.forms.catalogue import DraftForm, EndForm, ReleaseForm
from processes.forms.editor import SaveForm
from processes.models import Process, Release, Revision
from processes.models.release import DefinitionBroken
from processes.models.revision import State
from processes.views.catalogue import GET_OR_POST
from processes.views.places import address_of_fault
from procstd.access import Request, allow, may_call
from procstd.history import story
from procstd.organisation.models import Department


def revision_or_404(request: Request, code: str, number: str) -> Revision:
    """Return the revision of that process and number if the person may see it."""
    major, _dot, minor = number.partition(".")
    if not (major.isascii() and major.isdecimal() and minor.isascii() and minor.isdecimal()) or len(number) > 9:
        raise Http404
    rows = Revision.objects.visible_to(request.user).select_related(
        "process__department", "process__owner", "definition"
    )
    processes = Process.objects.visible_to(request.user)
    return get_object_or_404(rows, process__in=processes.filter(code=code), major=int(major), minor=int(minor))


def draft_or_404(request: Request, code: str, number: str) -> Revision:
    """Return the revision if it is still a draft."""
    revision = revision_or_404(request, code, number)
    if not revision.is_draft:
        raise Http404
    return revision


@require_safe
@allow(*READERS)
def revision_detail(request: Request, code: str, number: str) -> HttpResponse:
    """A draft with its parts and its faults; what is released is read as the manual."""
    revision = revision_or_404(request, code, number)
    if not revision.is_draft:
        return redirect("processes:manual", code, number)
    standard, _definition = standard_of_revision(revision)
    context = {
        "revision": revision,
        "process": revision.process,
        "standard": standard,
        "faults": [(fault.message, address_of_fault(revision, fault)) for fault in faults_in(revision)],
        "may_write": may_call(request.user, frozenset(WRITERS)),
        "may_release": may_call(request.user, frozenset(RELEASERS)),
        "story": story(revision),
    }
    return render(request, "processes/revision_detail.html", context)


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
def draft_add(request: Request, code: str) -> HttpResponse:
    """Begin a draft: the first one empty, later ones from the text released last."""
    process = get_object_or_404(Process.objects.visible_to(request.user), code=code)
    latest = process.revisions.filter(state=State.RELEASED).select_related("definition").order_by("-major", "-minor")
    source = latest.first()
    form: Any = DraftForm(request.POST or None)
    if source is None:
        del form.fields["step"]
    if request.method == "POST" and form.is_valid():
        major = form.cleaned_data.pop("step", "minor") == "major"
        try:
            data = source.definition.load() if source else {}
        except DefinitionBroken:
            return render(request, "processes/altered.html", {"process": process, "revision": source}, status=503)
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
    form = ReleaseForm(request.POST or None, departments=departments)
    now = timezone.now()
    act = partial(release if revision.is_draft else put_in_force, revision, by=request.user, at=now)
    if request.method == "POST" and form.carry_out(act):
        messages.success(request, _("%(number)s is released. New cases follow it.") % {"number": revision})
        return redirect(reverse("processes:manual", args=[code, number]))
    faults = form.refusal.faults if isinstance(form.refusal, NotReleasable) else None
    if faults is None and revision.is_draft:
        faults = faults_in(revision)
    present = revision.process.releases.not_over(now).select_related("definition__revision")
    context = {
        "form": form,
        "revision": revision,
        "process": revision.process,
        "may_write": may_call(request.user, frozenset(WRITERS)),
        "faults": [(fault.message, address_of_fault(revision, fault)) for fault in faults or ()],
        "present": present.prefetch_related("departments"),
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
