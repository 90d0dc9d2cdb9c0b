"""Suggestions: the list, one with what became of it, and what is decided on it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import Case as When
from django.db.models import IntegerField, QuerySet, Value
from django.db.models import When as Is
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from improvements.apps import READERS, REPORT_READERS
from improvements.domain.handling import adopt, decline, may_decide, merge, take_up
from improvements.forms.suggestions import AdoptForm, DeclineForm, MergeForm
from improvements.models import State, Suggestion
from improvements.queries.similar import similar_to
from improvements.queries.suggestions import Asked, followed, listed, story_of
from improvements.views.shared import GET_OR_POST, decides, form_page
from processes.domain.revising import open_draft
from processes.models import Process
from procstd.access import Request, allow, may_call
from procstd.act_pages import press
from procstd.look.paging import page_of


@require_safe
@allow(*READERS)
def home(request: Request) -> HttpResponse:
    """Suggestions that the reader sees, and the way to suggest one."""
    asked = Asked.of(request.GET)
    page, seen = page_of(request, listed(request.user, asked)), Suggestion.objects.visible_to(request.user)
    context = {
        "page": page, "asked": asked, "followed": followed(request.user), "states": State.choices,
        "here": "suggestions",
        "processes": Process.objects.filter(suggestions__in=seen).distinct().order_by("code"),
        "reads_reports": may_call(request.user, frozenset(REPORT_READERS)),
    }  # fmt: skip
    return render(request, "improvements/home.html", context)


def _seen(request: Request, number: str) -> Suggestion:
    rows = Suggestion.objects.visible_to(request.user).select_related(
        "process", "proposer", "department", "decided_by", "merged_into", "case"
    )
    return get_object_or_404(rows, number=number)


def _decided_by_me(request: Request, number: str) -> Suggestion:
    """Return a suggestion that the reader decides on: for others its forms do not exist."""
    row = _seen(request, number)
    if not may_decide(row, request.user, decides(request)):
        raise Http404
    return row


@require_safe
@allow(*READERS)
def suggestion(request: Request, number: str) -> HttpResponse:
    """A suggestion with its state, and what of it stands in which version; to who follows it only what it proposes."""
    only_followed = Suggestion.objects.followed_by(request.user).filter(number=number).select_related("merged_into")
    if not Suggestion.objects.visible_to(request.user).filter(number=number).exists():
        hinted = {"suggestion": get_object_or_404(only_followed)}
        return render(request, "improvements/suggestion_followed.html", hinted)
    row, now = _seen(request, number), timezone.now()
    deciding = may_decide(row, request.user, decides(request))
    story = story_of(row, request.user, at=now)
    similar = similar_to(row.process, row.words, but=row, shows_new=True) if deciding and row.is_open else []
    context = {
        "suggestion": row, "story": story, "similar": similar,
        "may_decide": deciding and (row.is_open or story.is_taken_back),
    }  # fmt: skip
    return render(request, "improvements/suggestion.html", context)


@require_POST
@allow(*READERS)
def suggestion_take_up(request: Request, number: str) -> HttpResponse:
    """Say that somebody works on it."""
    row = _decided_by_me(request, number)
    act = partial(take_up, row, by=request.user, at=timezone.now())
    return press(request, act, done=_("It is in work; its author is told."), to=row)


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def suggestion_decline(request: Request, number: str) -> HttpResponse:
    """Decline it with a reason."""
    row = _decided_by_me(request, number)
    return form_page(
        request, DeclineForm(request.POST or None), partial(decline, row, by=request.user, at=timezone.now()),
        title=_("Decline %(number)s") % {"number": row}, done=_("It is declined; its author is told why."), to=row,
        back=row.get_absolute_url(), save=_("Decline"), advice=row.proposal, suggestion=row,
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def suggestion_merge(request: Request, number: str) -> HttpResponse:
    """Merge it into another one."""
    row = _decided_by_me(request, number)
    form = MergeForm(request.POST or None, choices=_mergeable(row), initial={"into": request.GET.get("into", "")[:16]})
    return form_page(
        request, form, partial(merge, row, by=request.user, at=timezone.now()),
        title=_("Merge %(number)s into another one") % {"number": row}, done=_("The two are one now."),
        to=row, back=row.get_absolute_url(), save=_("Merge"), advice=row.proposal, suggestion=row,
    )  # fmt: skip


def _mergeable(row: Suggestion) -> QuerySet[Suggestion]:
    """Return the suggestions that *row* can be merged into, the most similar first."""
    like: list[Any] = [
        Is(pk=found.suggestion.pk, then=Value(place))
        for place, found in enumerate(similar_to(row.process, row.words, but=row, shows_new=True))
    ]
    rows = Suggestion.objects.filter(process=row.process).exclude(pk=row.pk)
    rows = rows.exclude(state__in=[State.DECLINED, State.MERGED])
    order = When(*like, default=Value(99), output_field=IntegerField())
    return rows.annotate(order=order).order_by("order", "-month", "number")


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def suggestion_adopt(request: Request, number: str) -> HttpResponse:
    """Adopt it: into the open draft, or the next revision, which begins with it."""
    row = _decided_by_me(request, number)
    draft = open_draft(row.process)
    form = AdoptForm(
        request.POST or None,
        initial={"text_zh": row.proposal[:500], "text_en": row.proposal[:500], "effect": row.effect},
    )
    advice = (
        _("It is noted on the draft %(draft)s with its origin.") % {"draft": draft}
        if draft
        else _("The next revision begins with it: a draft of the text that was released last.")
    )
    return form_page(
        request, form, partial(adopt, row, by=request.user, at=timezone.now()),
        title=_("Adopt %(number)s") % {"number": row}, done=_("It is adopted; its author is told."), to=row,
        back=row.get_absolute_url(), save=_("Adopt"), advice=advice, suggestion=row,
    )  # fmt: skip
