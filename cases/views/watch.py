"""The page that says whether clocks fire as they should: for administrators."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cases.domain.clocks import watching
from cases.models import Clock
from procstd.access import STAFF, Request, allow
from procstd.health.models import Beat

#: What each counter means, and what to do when it is not 0.
WORDS = {
    "overdue": (
        _("Moments that passed more than a minute ago and did not fire"),
        _("No dispatcher runs, or it cannot keep up: look at the sweeps below and start another worker."),
    ),
    "unarmed": (
        _("Running clocks that would not fire, or too late"),
        _("The repair puts them right within five minutes. If they come back, somebody changes rows by hand."),
    ),
    "without_effect": (
        _("Breached clocks of which nobody would be told"),
        _("The repair puts them right within five minutes."),
    ),
    "unannounced": (
        _("Effects that nobody was told of for ten minutes"),
        _("The sweep of clocks fails after firing: its error stands in the log."),
    ),
    "poisoned": (
        _("Clocks that could not be fired"),
        _("They are tried again later and later. Mostly the standard of their case was altered: see below."),
    ),
    "skewed": (
        _("Seconds between the clock of the database and that of this machine"),
        _("Nothing fires until they agree: set up NTP on both."),
    ),
}


@require_safe
@allow(STAFF)
def clock_watch(request: Request) -> HttpResponse:
    """The counters that must be 0, the clocks that could not be fired, and when each sweep came by."""
    counters = watching.count(at=timezone.now())
    poisoned = Clock.objects.open().filter(tries__gt=0).select_related("case").defer("case__data", "case__flow_class")
    context = {
        "rows": [(name, *WORDS[name], getattr(counters, name)) for name in WORDS],
        "is_right": counters.is_right,
        "poisoned": poisoned.order_by("-tries")[:50],
        "beats": Beat.objects.all(),
    }
    return render(request, "cases/clock_watch.html", context)
