"""A process in the centre: its standard, forms, questions, versions; and the marks that people make."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from processes.apps import READERS, WRITERS
from processes.blank_forms import blank_form_pdf
from processes.domain.asking import add_question, change_question, delete_question, move_question
from processes.domain.favourites import mark_favourite
from processes.domain.reading import standard_of_revision
from processes.forms.centre import QuestionAddForm, QuestionDeleteForm, QuestionForm
from processes.models import EntryKind, Process, Question
from processes.models.release import DefinitionBroken
from processes.queries.centre import entries_in, favourite_places, questions_of, recent_changes, releases_of
from processes.views.catalogue import GET_OR_POST
from processes.views.centre import mark_steps, seen_by
from processes.views.manual import altered
from processes.views.revisions import revision_or_404
from procstd.access import Request, allow, may_call
from procstd.documents import NotDrawable
from procstd.errors import DomainError
from procstd.history import story, version_of


def process_or_404(request: Request, code: str) -> Process:
    """Return the process that the person may see."""
    return get_object_or_404(Process.objects.visible_to(request.user).select_related("department"), code=code)


@require_safe
@allow(*READERS)
def process(request: Request, code: str) -> HttpResponse:
    """What is in force of a process for the reader, its steps and forms, questions people ask."""
    row = process_or_404(request, code)
    now = timezone.now()
    found = [one for one in seen_by(request.user, now) if one.process == row.pk]
    entries = list(entries_in({one.definition for one in found}, EntryKind.STEP, EntryKind.FORM))
    steps = [entry for entry in entries if entry.kind == EntryKind.STEP]
    mark_steps(request.user, steps)
    marks = favourite_places(request.user)
    context = {
        "process": row,
        "releases": releases_of(found, row),
        "steps": steps,
        "forms": [entry for entry in entries if entry.kind == EntryKind.FORM],
        "questions": questions_of(row),
        "changes": recent_changes(found, at=now, most=5, process=row),
        "marks": marks,
        "is_favourite": (row.pk, "") in marks,
        "may_write": may_call(request.user, frozenset(WRITERS)),
    }
    return render(request, "processes/centre_process.html", context)


@require_POST
@allow(*READERS)
def favourite(request: Request, code: str) -> HttpResponse:
    """Mark a process, or a place of it, or take the mark off."""
    row = process_or_404(request, code)
    place = request.POST.get("place", "").replace("\x00", "")[:60]
    wanted = request.POST.get("wanted") == "yes"
    try:
        is_on = mark_favourite(request.user, row, place=place, wanted=wanted, at=timezone.now())
    except DomainError as refusal:
        is_on = False
        messages.error(request, str(refusal))
    if request.htmx:
        context = {"process": row, "place": place, "is_on": is_on, "name": request.POST.get("name", "")[:300]}
        return render(request, "processes/star.html", context)
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = reverse("centre:process", args=[code])
    return redirect(target)


@require_safe
@allow(*READERS)
def form_pdf(request: Request, code: str, number: str, key: str) -> HttpResponse:
    """A form of a released version, blank, to be printed and filled in by hand."""
    revision = revision_or_404(request, code, number)
    if revision.is_draft:
        raise Http404
    try:
        standard, definition = standard_of_revision(revision)
    except DefinitionBroken:
        return altered(request, revision)
    form = standard.form(key)
    if form is None:
        raise Http404
    try:
        content = blank_form_pdf(standard, form, definition)
    except NotDrawable as refusal:
        messages.error(request, str(refusal))
        return redirect("centre:process", code)
    response = HttpResponse(content, content_type="application/pdf")
    name = f"{code}-V{number}-{key}-{get_language()}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


# --- questions ---------------------------------------------------------------------------------------


def _question_page(
    request: Request, row: Process, title: str, form: Any, question: Question | None = None
) -> HttpResponse:
    context = {
        "process": row, "form": form, "title": title, "back": reverse("centre:process", args=[row.code]),
        "story": story(question) if question else None,
    }  # fmt: skip
    return render(request, "processes/centre_question.html", context)


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
def question_add(request: Request, code: str) -> HttpResponse:
    """Add a question and its answer."""
    row = process_or_404(request, code)
    form = QuestionAddForm(request.POST or None)
    if request.method == "POST" and form.carry_out(partial(add_question, row, by=request.user)):
        messages.success(request, _("The question is on the list."))
        return redirect("centre:process", code)
    return _question_page(request, row, _("Add a question"), form)


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
def question_change(request: Request, code: str, pk: int) -> HttpResponse:
    """Change a question or its answer."""
    row = process_or_404(request, code)
    question = get_object_or_404(row.questions, pk=pk)
    initial = {**QuestionForm.initial_of(question), "seen": version_of(question)}
    form = QuestionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.carry_out(partial(change_question, question, by=request.user)):
        messages.success(request, _("The question is saved."))
        return redirect("centre:process", code)
    return _question_page(request, row, _("Change a question"), form, question)


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
def question_delete(request: Request, code: str, pk: int) -> HttpResponse:
    """Take a question off the list."""
    row = process_or_404(request, code)
    question = get_object_or_404(row.questions, pk=pk)
    form = QuestionDeleteForm(request.POST or None)
    if request.method == "POST" and form.carry_out(partial(delete_question, question, by=request.user)):
        messages.success(request, _("The question is off the list; its history is kept."))
        return redirect("centre:process", code)
    return _question_page(request, row, _("Delete a question"), form, question)


@require_POST
@allow(*WRITERS)
def question_move(request: Request, code: str, pk: int) -> HttpResponse:
    """Move a question up or down."""
    row = process_or_404(request, code)
    question = get_object_or_404(row.questions, pk=pk)
    up = request.POST.get("to") == "up"
    move_question(question, up=up, by=request.user, reason=_("Moved up") if up else _("Moved down"))
    return redirect(f"{reverse('centre:process', args=[code])}#question-{pk}")
