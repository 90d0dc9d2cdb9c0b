"""Clear what nobody needs any more: notices that were read, deliveries that are settled."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from procstd.logs import log
from procstd.notices.models import Delivery, DeliveryState, Notice

#: Rows a statement deletes: so many are gone in well under a second.
BATCH = 1_000


def clear_old(*, at: datetime) -> tuple[int, int]:
    """Delete notices read and deliveries settled before PROCSTD_KEEP_NOTICES_DAYS; return how many of each.

    What is unread, waits or was given up stays, however old, and so does the notice that a delivery tells of.
    Two at once share the work.
    """
    if not settings.KEEP_NOTICES:
        return 0, 0
    before = at - settings.KEEP_NOTICES
    # What came too late for a digest is found by the digest that has gone (delivering.gather_late).
    left_behind = Delivery.objects.filter(digest_key=OuterRef("key"), state=DeliveryState.WAITING)
    settled = Delivery.objects.filter(
        ~Exists(left_behind), state__in=[DeliveryState.SENT, DeliveryState.DROPPED], ended_at__lt=before
    )
    deliveries = _delete(settled)
    notices = _delete(
        Notice.objects.filter(~Exists(Delivery.objects.filter(notice=OuterRef("pk"))), read_at__lt=before)
    )
    if notices or deliveries:
        log.info("notices_cleared", notices=notices, deliveries=deliveries)
    return notices, deliveries


def _delete(rows: QuerySet[Any]) -> int:
    """Delete rows by batches, each for itself: nobody who tells something waits for them."""
    deleted = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        # The condition again: a delivery may be tried again meanwhile.
        gone, _kinds = rows.order_by().filter(pk__in=keys).delete()
        deleted += gone
        if not gone:
            break
    return deleted
