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
from processes.domain.reading import standard_of_revision
from processes.domain.releasing import NotReleasable, faults_in, release
from processes.forms.catalogue import DraftForm, ReleaseForm
from processes.forms.editor import SaveForm
from processes.models import Process, Revision
from processes.models.revision import State
from processes.views.catalogue import GET_OR_POST
from processes.views.places import address_of
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
        "faults": [(fault.message, address_of(revision, fault.place)) for fault in faults_in(revision)],
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
        data = source.definition.load() if source else {}
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
    """Put a draft in force; a broken one cannot be, and says where it is mended."""
    revision = draft_or_404(request, code, number)
    departments = Department.objects.without_tree_fields().filter(is_active=True)
    form = ReleaseForm(request.POST or None, departments=departments)
    act = partial(release, revision, by=request.user, at=timezone.now())
    faults = faults_in(revision)
    if request.method == "POST" and form.carry_out(act):
        messages.success(request, _("%(number)s is released. New cases follow it.") % {"number": revision})
        return redirect(reverse("processes:manual", args=[code, number]))
    if isinstance(form.refusal, NotReleasable):
        faults = form.refusal.faults
    context = {
        "form": form,
        "revision": revision,
        "process": revision.process,
        "may_write": may_call(request.user, frozenset(WRITERS)),
        "faults": [(fault.message, address_of(revision, fault.place)) for fault in faults],
    }
    return render(request, "processes/revision_release.html", context)
