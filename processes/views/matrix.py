"""The RACI matrix of a revision, to read; of a draft also to write (F03)."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from processes.apps import READERS, WRITERS
from processes.domain.matrix import matrix_of, spot_of, write_matrix
from processes.domain.reading import standard_of_revision
from processes.domain.standard import Place, Words
from processes.forms.matrix import ColumnForm, MatrixForm
from processes.models import Duty
from processes.views.catalogue import GET_OR_POST
from processes.views.revisions import revision_or_404
from procstd.access import Request, allow, may_call


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def raci(request: Request, code: str, number: str) -> HttpResponse:
    """Who does, answers for, is asked and is told at each step; ``?post=&department=`` is one more column."""
    revision = revision_or_404(request, code, number)
    may_write = revision.is_draft and not revision.is_variant and may_call(request.user, frozenset(WRITERS))
    if request.method == "POST" and not may_write:
        raise PermissionDenied
    standard, _definition = standard_of_revision(revision)
    matrix = matrix_of(standard)
    column = ColumnForm(request.GET if "post" in request.GET else None)
    places = [*matrix.places, *_asked_for(column, {spot_of(place) for place in matrix.places})]
    form = MatrixForm(
        request.POST if request.method == "POST" else None,
        matrix=matrix,
        places=places,
        initial={"seen": revision.edition, "reason": _("Drafting")},
    )
    if form.is_bound and form.carry_out(write_matrix, revision, by=request.user):
        messages.success(request, _("The matrix is saved."))
        return redirect("processes:raci", code, number)
    context = {
        "revision": revision, "process": revision.process, "matrix": matrix, "places": places, "form": form,
        "column": column, "may_write": may_write, "duties": [(duty.value, duty.label) for duty in Duty],
    }  # fmt: skip
    return render(request, "processes/raci.html", context)


def _asked_for(column: ColumnForm, known: set[tuple[str, str]]) -> list[Place]:
    """Return the column that the address asks for, unless it is there."""
    if not column.is_bound or not column.is_valid():
        return []
    post, department = column.cleaned_data["post"], column.cleaned_data["department"]
    place = Place(
        post.code,
        Words(post.name_zh, post.name_en),
        department.code if department else None,
        Words(department.name_zh, department.name_en) if department else None,
    )
    return [] if spot_of(place) in known else [place]
