"""What the code on a printed sheet opens: whether that version is in force now. For everybody, so it says little."""

from __future__ import annotations

import re

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from processes.domain.validity import standing_of
from processes.manuals.stamp import SHORT
from processes.models import Definition
from procstd.access import PUBLIC, Request, allow
from procstd.headers import client_network
from procstd.logs import security_log
from procstd.ratelimits import RateLimit

#: Sheets that one address asks for: a class in training does so all at once, behind one address.
LOOKS = RateLimit("manual-state", 600, 600)
#: Sheets from one address that nobody printed.
UNKNOWN = RateLimit("manual-state-unknown", 30, 600)
_SHORT = re.compile(rf"[0-9a-f]{{{SHORT}}}")


@require_safe
@allow(PUBLIC)
def manual_state(request: Request, short: str) -> HttpResponse:
    """Say code, version and state of the released text whose hash begins so; nothing else is public (F33)."""
    network = client_network(request)
    if UNKNOWN.is_spent(network) or not LOOKS.hit(network):
        security_log.warning("public_rate_limited", view="processes:manual-state")
        response = render(request, "processes/state_too_many.html", status=429)
        response["Retry-After"] = "600"
        return response
    found = _definition_of(short)
    if found is None:
        UNKNOWN.hit(network)
        return render(request, "processes/state.html", {"status": "unknown"}, status=404)
    context = {
        "code": found.revision.process.code,
        "number": found.revision.number,
        "status": standing_of(list(found.releases.all()), timezone.now()),
    }
    return render(request, "processes/state.html", context)


def _definition_of(short: str) -> Definition | None:
    """Return the released text, if there is one and it is the text that was released."""
    if not _SHORT.fullmatch(short):
        return None
    rows = Definition.objects.filter(sha256__startswith=short).select_related("revision__process")[:2]
    found = list(rows.prefetch_related("releases"))
    return found[0] if len(found) == 1 and found[0].is_intact else None
