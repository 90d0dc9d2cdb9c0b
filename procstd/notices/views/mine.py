"""My notices: list, bell, how I want to be told."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procstd.access import PUBLIC, SIGNED_IN, Request, allow
from procstd.acts import fragment
from procstd.look.paging import long_page_of
from procstd.notices.domain.preferring import choose
from procstd.notices.domain.reading import mark_all_read, mark_read
from procstd.notices.domain.telling import is_local
from procstd.notices.forms.mine import PreferencesForm
from procstd.notices.models import Notice
from procstd.notices.queries.counters import MOST_COUNTED, unread_count


@require_safe
@allow(SIGNED_IN)
def notice_list(request: Request) -> HttpResponse:
    """What I was told, newest first; only what I have not read unless all is asked for."""
    show = "all" if request.GET.get("show") == "all" else "unread"
    notices = Notice.objects.visible_to(request.user)
    page = long_page_of(request, notices if show == "all" else notices.unread())
    context = {"page": page, "show": show, "has_unread": any(notice.read_at is None for notice in page)}
    return render(request, fragment(request, "notices/notice_list.html", "notices"), context)


@require_safe
@allow(PUBLIC)
def bell(request: Request) -> HttpResponse:
    """The bell in the frame, asked for by htmx: one query. Nothing changes when *seen* is still right.

    Open to everybody because it must not lead a page that is open after signing out to the sign-in page.
    """
    if not request.user.is_authenticated:
        return HttpResponse(status=204)
    count = unread_count(request.user)
    seen = request.GET.get("seen", "")
    if seen == str(count):
        return HttpResponse(status=204)
    rang = seen.isdecimal() and len(seen) < 4 and count > int(seen)
    # Without the request: the frame's context would ask for the roles of the person.
    return HttpResponse(render_to_string("notices/bell.html", {"count": count, "most": MOST_COUNTED, "rang": rang}))


@require_POST
@allow(SIGNED_IN)
def notice_open(request: Request, pk: int) -> HttpResponse:
    """Mark a notice as read and go where it leads."""
    notice = mark_read(get_object_or_404(Notice.objects.visible_to(request.user), pk=pk), at=timezone.now())
    return HttpResponseRedirect(notice.url) if is_local(notice.url) else _back(request)


@require_POST
@allow(SIGNED_IN)
def notice_read(request: Request, pk: int) -> HttpResponse:
    """Mark a notice as read and stay."""
    mark_read(get_object_or_404(Notice.objects.visible_to(request.user), pk=pk), at=timezone.now())
    return _back(request)


@require_POST
@allow(SIGNED_IN)
def notice_read_all(request: Request) -> HttpResponse:
    """Mark everything as read."""
    mark_all_read(request.user, at=timezone.now())
    messages.success(request, _("All notices are marked as read."))
    return _back(request)


def _back(request: Request) -> HttpResponse:
    """Return to the list that had the button."""
    asked = {name: request.POST[name] for name in ("show", "page") if request.POST.get(name)}
    return HttpResponseRedirect(reverse("notices:notice-list") + (f"?{urlencode(asked)}" if asked else ""))


@require_http_methods(["GET", "HEAD", "POST"])
@allow(SIGNED_IN)
def preferences(request: Request) -> HttpResponse:
    """How I want to be told: for each rule, the quiet hours, the hour of the digest."""
    form = PreferencesForm.of(request.user, request.POST or None)
    if request.method == "POST" and form.carry_out(choose, request.user):
        messages.success(request, _("Kept. It holds for what you are told from now on."))
        return redirect("notices:preferences")
    return render(request, "notices/preferences.html", {"form": form})
