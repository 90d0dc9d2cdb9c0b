"""The quiz on a version, its attempts, its rule and its bank (F45)."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from processes.models import Process
from processes.models.release import DefinitionBroken
from procstd.access import Request, allow
from procstd.errors import DomainError
from rollouts.apps import PLANNERS, READERS
from rollouts.domain.quizzing import begin_attempt, hand_in, set_quiz_rule, write_question
from rollouts.forms.quiz import QuestionForm, RuleForm
from rollouts.models import BankQuestion, QuizAttempt
from rollouts.queries.attempts import manual_address, questions_of
from rollouts.queries.quizrules import rule_of
from rollouts.queries.rights import may_plan
from rollouts.views.shared import GET_OR_POST, altered_page, definition_or_404, form_page


@require_safe
@allow(*READERS)
def quiz(request: Request, pk: int) -> HttpResponse:
    """What the quiz asks for, and one's own attempts."""
    definition = definition_or_404(request, pk)
    rule = rule_of(definition.revision.process)
    attempts = list(QuizAttempt.objects.visible_to(request.user).filter(definition=definition))
    has_passed = any(row.has_passed for row in attempts)
    context = {
        "definition": definition,
        "process": definition.revision.process,
        "rule": rule,
        "attempts": attempts,
        "has_passed": has_passed,
        "open_one": next((row for row in attempts if row.finished_at is None), None),
        "left": max(rule.attempts - len(attempts), 0),
        "may_plan": may_plan(request.user),
    }
    return render(request, "rollouts/quiz.html", context)


@require_POST
@allow(*READERS)
def quiz_begin(request: Request, pk: int) -> HttpResponse:
    """Begin an attempt, or go on with the one begun."""
    definition = definition_or_404(request, pk)
    try:
        return redirect(begin_attempt(definition, by=request.user, at=timezone.now()))
    except DefinitionBroken:
        return altered_page(request, definition)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("rollouts:quiz", pk)


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def quiz_attempt(request: Request, pk: int) -> HttpResponse:
    """The questions of an attempt; handed in, its result with the clause for each wrong answer."""
    rows = QuizAttempt.objects.visible_to(request.user).select_related("definition__revision__process")
    attempt = get_object_or_404(rows.defer("definition__content"), pk=pk)
    if request.method == "POST":
        given = [_place(request.POST.get(f"q{number}", "")) for number in range(1, attempt.of + 1)]
        missing = given.count(None)
        if missing and "unfinished" not in request.POST and attempt.finished_at is None:
            messages.warning(request, _("Some questions have no answer yet. Answer them, or hand in once more."))
            attempt.answers = given  # shown again, not saved
            return render(request, "rollouts/quiz_attempt.html", _attempt(attempt, unfinished=True))
        hand_in(attempt, answers=given, by=request.user, at=timezone.now())
        return redirect(attempt)
    return render(request, "rollouts/quiz_attempt.html", _attempt(attempt))


def _attempt(attempt: QuizAttempt, *, unfinished: bool = False) -> dict[str, object]:
    questions = [(row, manual_address(attempt, row.clause)) for row in questions_of(attempt)]
    return {
        "attempt": attempt, "definition": attempt.definition, "questions": questions, "unfinished": unfinished,
        "process": attempt.definition.revision.process, "revision": attempt.definition.revision,
    }  # fmt: skip


def _place(text: str) -> int | None:
    # Not isdigit(): ² is a digit and no number.
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 3 else None


@require_http_methods(GET_OR_POST)
@allow(*PLANNERS)
def quiz_rule(request: Request, code: str) -> HttpResponse:
    """Say how the quiz on a process is passed."""
    process = get_object_or_404(Process.objects.visible_to(request.user), code=code)
    rule, back = rule_of(process), reverse("rollouts:question-list", args=[code])
    initial = {"questions": rule.questions, "pass_percent": rule.pass_percent, "attempts": rule.attempts}
    return form_page(
        request, RuleForm(request.POST or None, initial=initial), partial(set_quiz_rule, process, by=request.user),
        title=_("How the quiz is passed"), done=_("The rule is set."), to=back, back=back,
    )  # fmt: skip


@require_safe
@allow(*PLANNERS)
def question_list(request: Request, code: str) -> HttpResponse:
    """The bank of questions on a process."""
    process = get_object_or_404(Process.objects.visible_to(request.user), code=code)
    context = {"process": process, "rule": rule_of(process), "questions": process.bank_questions.all()}
    return render(request, "rollouts/question_list.html", context)


@require_http_methods(GET_OR_POST)
@allow(*PLANNERS)
def question_add(request: Request, code: str) -> HttpResponse:
    """Write a question."""
    process = get_object_or_404(Process.objects.visible_to(request.user), code=code)
    back = reverse("rollouts:question-list", args=[code])
    return form_page(
        request, QuestionForm(request.POST or None), partial(write_question, process, by=request.user),
        title=_("Write a question"), done=_("The question is in the bank."),
        to=back, back=back,
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*PLANNERS)
def question_change(request: Request, pk: int) -> HttpResponse:
    """Write a question anew, or take it out of use."""
    processes = Process.objects.visible_to(request.user)
    question = get_object_or_404(BankQuestion.objects.filter(process__in=processes).select_related("process"), pk=pk)
    back = reverse("rollouts:question-list", args=[question.process.code])
    return form_page(
        request, QuestionForm(request.POST or None, initial=QuestionForm.of(question)),
        partial(write_question, question.process, question=question, by=request.user),
        title=_("Change the question"), done=_("The question is changed."), to=back, back=back,
    )  # fmt: skip
