"""Questionnaires: write, look at, open, ask, remind, close."""

from __future__ import annotations

from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procstd.access import Request, allow, may_call
from procstd.errors import DomainError
from surveys.apps import READERS, SURVEYORS
from surveys.domain.asking import ask_people, close_questionnaire, open_questionnaire, print_codes, remind
from surveys.domain.codes import written_code
from surveys.domain.exporting import workbook_of
from surveys.domain.questioning import (
    add_question,
    begin_questionnaire,
    change_question,
    change_questionnaire,
    delete_question,
    move_question,
)
from surveys.forms.answers import AnswerForm
from surveys.forms.surveys import AskForm, CodesForm, QuestionForm, QuestionnaireAddForm, QuestionnaireForm
from surveys.models import Question, Questionnaire, Survey
from surveys.queries.results import results_of
from surveys.views.surveys import GET_OR_POST

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _found(request: Request, pk: int) -> Questionnaire:
    return get_object_or_404(Questionnaire.objects.visible_to(request.user).select_related("survey__process"), pk=pk)


def _question(request: Request, pk: int) -> Question:
    rows = Question.objects.filter(questionnaire__in=Questionnaire.objects.visible_to(request.user))
    return get_object_or_404(rows.select_related("questionnaire__survey"), pk=pk)


@require_http_methods(GET_OR_POST)
@allow(*SURVEYORS)
def questionnaire_add(request: Request, number: str) -> HttpResponse:
    """Begin a questionnaire of a survey."""
    survey = get_object_or_404(Survey.objects.visible_to(request.user), number=number)
    form = QuestionnaireAddForm(request.POST or None)
    if request.method == "POST" and form.carry_out(begin_questionnaire, survey, by=request.user):
        return redirect(form.result)
    return _form_page(request, form, _("Begin a questionnaire"), survey)


@require_safe
@allow(*READERS)
def questionnaire(request: Request, pk: int) -> HttpResponse:
    """One questionnaire: its questions while it is written, who answered while it is open."""
    found = _found(request, pk)
    context = {
        "questionnaire": found,
        "survey": found.survey,
        "questions": found.questions.all(),
        "may_survey": may_call(request.user, frozenset(SURVEYORS)),
        "results": None if found.is_draft else results_of(found),
    }
    return render(request, "surveys/questionnaire.html", context)


@require_http_methods(GET_OR_POST)
@allow(*SURVEYORS)
def questionnaire_change(request: Request, pk: int) -> HttpResponse:
    """Change title, introduction, and whether it is anonymous."""
    found = _found(request, pk)
    names = ("title_zh", "title_en", "intro_zh", "intro_en", "is_anonymous")
    form = QuestionnaireForm(request.POST or None, initial={name: getattr(found, name) for name in names})
    if request.method == "POST" and form.carry_out(change_questionnaire, found, by=request.user):
        return redirect(found)
    return _form_page(request, form, _("Change %(what)s") % {"what": found}, found.survey, found)


@require_http_methods(GET_OR_POST)
@allow(*SURVEYORS)
def question_add(request: Request, pk: int) -> HttpResponse:
    """Put a question in."""
    found = _found(request, pk)
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.carry_out(add_question, found, by=request.user):
        return redirect(found)
    return _form_page(request, form, _("Add a question"), found.survey, found)


@require_http_methods(GET_OR_POST)
@allow(*SURVEYORS)
def question_change(request: Request, pk: int) -> HttpResponse:
    """Change a question."""
    question = _question(request, pk)
    names = ("kind", "dimension", "text_zh", "text_en", "options", "is_required")
    form = QuestionForm(request.POST or None, initial={name: getattr(question, name) for name in names})
    if request.method == "POST" and form.carry_out(change_question, question, by=request.user):
        return redirect(question.questionnaire)
    return _form_page(request, form, _("Change a question"), question.questionnaire.survey, question.questionnaire)


@require_POST
@allow(*SURVEYORS)
def question_delete(request: Request, pk: int) -> HttpResponse:
    """Take a question out."""
    question = _question(request, pk)
    return _button(request, question.questionnaire, lambda: delete_question(question, by=request.user))


@require_POST
@allow(*SURVEYORS)
def question_move(request: Request, pk: int) -> HttpResponse:
    """Move a question up or down."""
    question, up = _question(request, pk), request.POST.get("to") == "up"
    return _button(request, question.questionnaire, lambda: move_question(question, up=up, by=request.user))


@require_safe
@allow(*READERS)
def questionnaire_preview(request: Request, pk: int) -> HttpResponse:
    """The questions as people will see them."""
    found = _found(request, pk)
    form = AnswerForm(list(found.questions.all()))
    return render(request, "surveys/preview.html", {"questionnaire": found, "survey": found.survey, "form": form})


@require_POST
@allow(*SURVEYORS)
def questionnaire_open(request: Request, pk: int) -> HttpResponse:
    """Open: the questions are frozen, people can be asked."""
    found = _found(request, pk)
    return _button(
        request,
        found,
        lambda: open_questionnaire(found, by=request.user, at=timezone.now()),
        _("It is open. Ask people now."),
    )


@require_POST
@allow(*SURVEYORS)
def questionnaire_close(request: Request, pk: int) -> HttpResponse:
    """Close: nobody answers any more."""
    found = _found(request, pk)
    return _button(
        request, found, lambda: close_questionnaire(found, by=request.user, at=timezone.now()), _("It is closed.")
    )


@require_POST
@allow(*SURVEYORS)
def questionnaire_remind(request: Request, pk: int) -> HttpResponse:
    """Remind those who have not answered."""
    found = _found(request, pk)

    def act() -> None:
        n = remind(found, by=request.user, at=timezone.now())
        messages.success(request, ngettext("%(n)d person is reminded.", "%(n)d people are reminded.", n) % {"n": n})

    return _button(request, found, act)


@require_http_methods(GET_OR_POST)
@allow(*SURVEYORS)
def questionnaire_ask(request: Request, pk: int) -> HttpResponse:
    """Ask people: by department and by name."""
    found = _found(request, pk)
    covered = [row.pk for row in found.survey.departments.all()]
    form = AskForm(request.POST or None, initial={"departments": covered})
    if request.method == "POST" and form.carry_out(ask_people, found, by=request.user, at=timezone.now()):
        n = form.result
        messages.success(request, ngettext("%(n)d person is asked.", "%(n)d people are asked.", n) % {"n": n})
        return redirect(found)
    return _form_page(request, form, _("Ask people: %(what)s") % {"what": found}, found.survey, found, _("Ask"))


@require_http_methods(GET_OR_POST)
@allow(*SURVEYORS)
def questionnaire_codes(request: Request, pk: int) -> HttpResponse:
    """Print codes for one anonymous answer each. They are on this page once: only fingerprints are kept."""
    found = _found(request, pk)
    form = CodesForm(request.POST or None)
    if request.method == "POST" and form.carry_out(print_codes, found, by=request.user, at=timezone.now()):
        links = [(code, _outside(reverse("surveys:answer-anonymous", args=[code]))) for code in form.result]
        context = {
            "questionnaire": found,
            "slips": [(written_code(code), picture_of(link)) for code, link in links],
            "address": _outside(reverse("surveys:answer-code")),
        }
        return render(request, "surveys/slips.html", context)
    advice = _(
        "Each code is good for one answer. They are shown once: print the page, cut it up, let people draw from a hat."
    )
    return _form_page(
        request, form, _("Print codes: %(what)s") % {"what": found}, found.survey, found, _("Make codes"), advice
    )


@require_safe
@allow(*READERS)
def questionnaire_poster(request: Request, pk: int) -> HttpResponse:
    """A page to be hung up: a code that leads to the questionnaire, for those who are asked and sign in."""
    found = _found(request, pk)
    link = _outside(reverse("surveys:answer", args=[found.pk]))
    return render(request, "surveys/poster.html", {"questionnaire": found, "link": link, "picture": picture_of(link)})


@require_safe
@allow(*READERS)
def questionnaire_results(request: Request, pk: int) -> HttpResponse:
    """What the answers say together."""
    found = _found(request, pk)
    if found.is_draft:
        raise Http404
    may_name = may_call(request.user, frozenset(SURVEYORS)) and found.survey.is_running
    context = {"questionnaire": found, "survey": found.survey, "results": results_of(found), "may_name": may_name}
    return render(request, "surveys/results.html", context)


@require_safe
@allow(*READERS)
def questionnaire_export(request: Request, pk: int) -> HttpResponse:
    """The results as an Excel workbook."""
    found = _found(request, pk)
    if found.is_draft:
        raise Http404
    response = HttpResponse(workbook_of(found), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{found.survey.number}-{found.pk}.xlsx"'
    return response


def _outside(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"


def picture_of(link: str) -> Any:
    """Return the code that opens *link*, drawn."""
    drawn = segno.make(link, error="m").svg_inline(scale=4, border=2, svgclass="qr", lineclass=None, title=None)
    return mark_safe(drawn)  # noqa: S308  (drawn from squares, no text of anybody in it)


def _button(request: Request, found: Questionnaire, act: Any, said: str = "") -> HttpResponse:
    try:
        act()
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        if said:
            messages.success(request, said)
    return redirect(found)


def _form_page(
    request: Request,
    form: Any,
    title: str,
    survey: Survey,
    found: Questionnaire | None = None,
    save: str = "",
    advice: str = "",
) -> HttpResponse:
    context = {"form": form, "title": title, "survey": survey, "questionnaire": found, "save": save, "advice": advice}
    return render(request, "surveys/form_page.html", context)
