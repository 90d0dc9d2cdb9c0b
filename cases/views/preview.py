"""A form of a draft as those who work by it will see it: the form builder shows it by name."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cases.forms.step import AnswersForm
from processes.apps import REVIEWERS
from processes.domain.reading import standard_of_revision
from processes.views.revisions import revision_or_404
from procstd.access import Request, allow


@require_safe
@allow(*REVIEWERS)
def form_preview(request: Request, code: str, number: str, key: str) -> HttpResponse:
    """The form as it will be filled in; nothing that is written into it goes anywhere."""
    revision = revision_or_404(request, code, number)
    standard, _definition = standard_of_revision(revision)
    form = standard.form(key)
    if form is None:
        raise Http404
    return render(request, "cases/form_preview.html", {"form": AnswersForm(form)})
