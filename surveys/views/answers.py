"""Answering: by name when signed in, or by a code that says nothing of anybody (A6, A7)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procstd.access import PUBLIC, SIGNED_IN, Request, allow
from procstd.errors import DomainError
from procstd.headers import client_network
from procstd.logs import security_log
from procstd.ratelimits import RateLimit
from surveys.domain.answering import answer as keep_answer
from surveys.domain.answering import answer_anonymously, draw_code, ticket_for
from surveys.forms.answers import AnswerForm, CodeForm
from surveys.models import Invitation, Response, Ticket
from surveys.views.surveys import GET_OR_POST

#: Wrong codes from one address. Right ones are never counted: nothing is kept of who answers.
WRONG_CODES = RateLimit("survey-wrong-code", 30, 600)


def _invitation(request: Request, pk: int) -> Invitation:
    rows = Invitation.objects.of(request.user).exclude(questionnaire__state="draft")
    return get_object_or_404(rows.select_related("questionnaire__survey__process"), questionnaire=pk)


@require_http_methods(GET_OR_POST)
@allow(SIGNED_IN)
def answer(request: Request, pk: int) -> HttpResponse:
    """The questionnaire that one is asked to answer: the form, or the way to the anonymous one."""
    invitation = _invitation(request, pk)
    asked = invitation.questionnaire
    context = {"questionnaire": asked, "survey": asked.survey}
    if asked.is_anonymous:
        has_ticket = Ticket.objects.filter(invitation=invitation).exists()
        return render(request, "surveys/answer_by_code.html", {**context, "has_ticket": has_ticket})
    response = Response.objects.filter(invitation=invitation).first()
    form = AnswerForm(list(asked.questions.all()), request.POST or None, given=response.answers if response else None)
    if request.method == "POST" and form.carry_out(keep_answer, invitation, by=request.user, at=timezone.now()):
        messages.success(request, _("Thank you. You can change your answers until the questionnaire is closed."))
        return redirect("surveys:answer", pk=pk)
    return render(request, "surveys/answer.html", {**context, "form": form, "response": response})


@require_POST
@allow(SIGNED_IN)
def answer_draw(request: Request, pk: int) -> HttpResponse:
    """Get the code for one's anonymous answer, and go there."""
    invitation = _invitation(request, pk)
    try:
        code = draw_code(invitation, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("surveys:answer", pk=pk)
    return redirect("surveys:answer-anonymous", code=code)


def _too_many(request: Request, address: str) -> HttpResponse | None:
    """Answer in the place of a page whom too many wrong codes came from."""
    if not WRONG_CODES.is_spent(address):
        return None
    security_log.warning("survey_rate_limited")
    response = render(request, "surveys/public_too_many.html", status=429)
    response["Retry-After"] = "600"
    return response


@require_http_methods(GET_OR_POST)
@allow(PUBLIC)
@sensitive_post_parameters()
@sensitive_variables("form")
def answer_code(request: Request) -> HttpResponse:
    """Type a code from paper, and go to its questionnaire. Only wrong codes are counted; nothing else is kept."""
    address = client_network(request)
    if refused := _too_many(request, address):
        return refused
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if ticket_for(form.cleaned_data["code"]) is not None:
            return redirect("surveys:answer-anonymous", code=form.cleaned_data["code"])
        WRONG_CODES.hit(address)
        security_log.warning("survey_wrong_code")
        form.add_error(
            "code",
            _("This code opens nothing: a letter may be wrong, or it has been used. Each is good for one answer."),
        )
    return render(request, "surveys/public_code.html", {"form": form})


@require_http_methods(GET_OR_POST)
@allow(PUBLIC)
@sensitive_post_parameters()
@sensitive_variables("code", "form")
def answer_anonymous(request: Request, code: str) -> HttpResponse:
    """Answer anonymously. Whether somebody is signed in here makes no difference and is written nowhere."""
    address = client_network(request)
    if refused := _too_many(request, address):
        return refused
    ticket = ticket_for(code)
    if ticket is None:
        WRONG_CODES.hit(address)
        security_log.warning("survey_wrong_code")
        return render(request, "surveys/public_used.html", status=404)
    asked = ticket.questionnaire
    if not asked.is_open:
        return render(request, "surveys/public_closed.html", {"questionnaire": asked}, status=410)
    form = AnswerForm(list(asked.questions.all()), request.POST or None)
    if request.method == "POST":
        if form.is_robot:
            security_log.warning("survey_robot")
            return redirect("surveys:answer-thanks")
        if form.carry_out(answer_anonymously, code):
            return redirect("surveys:answer-thanks")
    return render(request, "surveys/public_answer.html", {"questionnaire": asked, "form": form})


@require_safe
@allow(PUBLIC)
def answer_thanks(request: Request) -> HttpResponse:
    """Thanks after an anonymous answer: the same for everybody."""
    return render(request, "surveys/public_thanks.html")
