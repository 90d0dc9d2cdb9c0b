"""Training material made from the standard: decks by post, and the whole material in three tiers (H2.5.2)."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases.models import Case
from processes.manuals.report_kinds import ReportKind
from processes.models.release import DefinitionBroken
from processes.views.reports import make_report_file, show_report
from procstd.access import Request, allow
from rollouts.apps import READERS
from rollouts.queries.concerned import concerned_by
from rollouts.reports.deck import DECK
from rollouts.reports.material import MATERIAL
from rollouts.reports.source import source_of
from rollouts.views.shared import altered_page, definition_or_404


@require_safe
@allow(*READERS)
def material(request: Request, pk: int) -> HttpResponse:
    """What is made from a version for its trainings; the decks of one's own posts first."""
    definition = definition_or_404(request, pk)
    try:
        source = source_of(definition)
    except DefinitionBroken:
        return altered_page(request, definition)
    held = {post for row in concerned_by(pk, at=timezone.now(), person=request.user) for post, _hall in row.posts}
    posts = sorted(source.posts.items(), key=lambda row: row[0] not in held)
    practised = Case.objects.practised_by(request.user).open().filter(definition=definition).exists()
    context = {"definition": definition, "source": source, "posts": posts, "held": held, "practised": practised}
    return render(request, "rollouts/material.html", context)


@require_safe
@allow(*READERS)
def deck(request: Request, pk: int, post: str) -> HttpResponse:
    """The deck of one post, to be read on the page."""
    row = _found(request, DECK, f"{pk}:{post}")
    make = reverse("rollouts:deck-make", args=[pk, post])
    return show_report(request, DECK, row, make_url=make, crumbs=_crumbs(pk))


@require_POST
@allow(*READERS)
def deck_make(request: Request, pk: int, post: str) -> HttpResponse:
    """Have the deck made as a file."""
    return make_report_file(request, DECK, _found(request, DECK, f"{pk}:{post}"))


@require_safe
@allow(*READERS)
def material_report(request: Request, pk: int) -> HttpResponse:
    """The whole material, to be read on the page."""
    row = _found(request, MATERIAL, str(pk))
    make = reverse("rollouts:material-report-make", args=[pk])
    return show_report(request, MATERIAL, row, make_url=make, crumbs=_crumbs(pk))


@require_POST
@allow(*READERS)
def material_report_make(request: Request, pk: int) -> HttpResponse:
    """Have the material made as a file."""
    return make_report_file(request, MATERIAL, _found(request, MATERIAL, str(pk)))


def _found(request: Request, kind: ReportKind, key: str) -> object:
    row = kind.find(request.user, key)
    if row is None:
        raise Http404
    return row


def _crumbs(pk: int) -> list[tuple[str, str]]:
    return [
        (reverse("rollouts:home"), _("Rollout")),
        (reverse("rollouts:material", args=[pk]), _("Training material")),
    ]
