"""What waits for me: tasks I have, tasks of my posts, questions to me."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases.apps import READERS
from cases.models import Consultation, Task
from cases.queries.deciding import extensions_to_decide, holds_in_force, holds_to_decide
from procstd.access import SIGNED_IN, Request, allow
from procstd.acts import fragment
from procstd.look.paging import long_page_of

#: So many lines stand on the home page.
PANEL_LINES = 6


@require_safe
@allow(*READERS)
def inbox(request: Request) -> HttpResponse:
    """One inbox for each person, most urgent first."""
    whole = Task.objects.with_case().annotate(is_held=holds_in_force())
    tasks = Task.objects.most_urgent_first()
    asked = Consultation.objects.open_for(request.user).with_case()
    context = {
        "mine": long_page_of(request, tasks.mine(request.user), key="mine", whole=whole),
        "posts": long_page_of(request, tasks.for_posts_of(request.user), key="posts", whole=whole),
        "asked": long_page_of(request, asked, key="asked"),
        "holds": long_page_of(request, holds_to_decide(request.user), key="holds"),
        "extensions": long_page_of(request, extensions_to_decide(request.user), key="more_time"),
        "now": timezone.now(),
    }
    return render(request, fragment(request, "cases/inbox.html", "lists"), context)


@require_safe
@allow(SIGNED_IN)
def panel_inbox(request: Request) -> HttpResponse:
    """Home panel: the first lines of the inbox."""
    tasks = Task.objects.with_case().annotate(is_held=holds_in_force()).most_urgent_first()
    context = {
        "now": timezone.now(),
        "mine": tasks.mine(request.user)[:PANEL_LINES],
        "posts": tasks.for_posts_of(request.user)[:PANEL_LINES],
    }
    return render(request, "cases/panel_inbox.html", context)
