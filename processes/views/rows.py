"""Pages on which the rows of a draft are written. A variant has none: it inherits them, and has a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from processes.views.places import address_of
from processes.views.revisions import draft_or_404
from procstd.access import Request

View = Callable[..., HttpResponse]


def of_rows(view: View) -> View:
    """Let *view* be called for drafts with rows of their own; of a variant it leads to where that is written (F19)."""

    @wraps(view)
    def answer(request: Request, code: str, number: str, **words: Any) -> HttpResponse:
        # Only the numbers of variants have a department behind a hyphen.
        if "-" not in number:
            return view(request, code, number, **words)
        revision = draft_or_404(request, code, number)
        said = _("%(number)s is a variant: only what may differ is written, on its own page.") % {"number": revision}
        if request.content_type == "application/json":
            return JsonResponse({"message": said}, status=409)
        messages.info(request, said)
        place = f"step:{words['key']}" if "steps/" in request.path and "key" in words else words.get("part", "")
        return redirect(address_of(revision, place))

    return answer
