"""For administrators: deliveries, and the mails of an installation without a mail server."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from procstd.access import STAFF, Request, allow
from procstd.acts import fragment
from procstd.errors import DomainError
from procstd.look.paging import long_page_of
from procstd.notices.domain.retrying import is_stuck, try_again
from procstd.notices.models import Delivery
from procstd.notices.queries.counters import delivery_counters
from procstd.notices.queries.mails import mail_named, newest_mails, sink
from procstd.notices.tables import DeliveryFilter


@require_safe
@allow(STAFF)
def delivery_list(request: Request) -> HttpResponse:
    """What has to leave the house, and how far it came."""
    rows = Delivery.objects.select_related("person", "robot", "notice").order_by("-pk")
    filters = DeliveryFilter(request.GET, queryset=rows, request=request)
    page = long_page_of(request, filters.qs)
    for row in page:
        row.is_stuck = is_stuck(row)
    context = {
        "page": page,
        "filters": filters,
        "is_filtered": filters.is_filtered,
        "counters": delivery_counters(timezone.now()),
    }
    return render(request, fragment(request, "notices/delivery_list.html", "deliveries"), context)


@require_POST
@allow(STAFF)
def delivery_again(request: Request, pk: int) -> HttpResponse:
    """Send a delivery anew."""
    try:
        try_again(get_object_or_404(Delivery, pk=pk), by=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("It is being sent again; load the page again in a few seconds."))
    return redirect("notices:delivery-list")


@require_safe
@allow(STAFF)
def mail_list(request: Request) -> HttpResponse:
    """The mails that are files; in a served installation, where they go."""
    folder = sink()
    mails = newest_mails(folder) if folder else []
    return render(request, "notices/mail_list.html", {"mails": mails, "are_files": folder is not None})


@require_safe
@allow(STAFF)
def mail_detail(request: Request, name: str) -> HttpResponse:
    """One mail: headers, text, and the source of its HTML."""
    folder = sink()
    mail = mail_named(folder, name) if folder else None
    if mail is None:
        raise Http404
    return render(request, "notices/mail_detail.html", {"mail": mail})
