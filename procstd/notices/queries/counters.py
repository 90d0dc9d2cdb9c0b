"""Numbers about deliveries: for the alert page, and for the bell."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Q

from procstd.notices.models import Delivery, DeliveryState, Notice
from procstd.organisation.models import User

#: An outbox row that has been due for so long says that nobody sends.
OVERDUE_AFTER = timedelta(minutes=10)
#: The bell counts no further.
MOST_COUNTED = 99


def delivery_counters(at: datetime) -> dict[str, int]:
    """Return how many deliveries are overdue by more than ten minutes, parked, and failing. One query.

    Each should be 0. *failing* are those that rest after a failed attempt. What is gathered counts
    with its digest; what the digest of a late one has left behind is overdue like any other.
    """
    waiting = Q(state=DeliveryState.WAITING)
    return Delivery.objects.filter(state__in=[DeliveryState.WAITING, DeliveryState.PARKED]).aggregate(
        overdue=Count("pk", filter=waiting & Q(error_en="", next_at__lt=at - OVERDUE_AFTER)),
        parked=Count("pk", filter=Q(state=DeliveryState.PARKED)),
        failing=Count("pk", filter=waiting & ~Q(error_en="")),
    )


def unread_count(person: User) -> int:
    """Return how many notices a person has not read, at most one more than the bell shows. One query by index."""
    return Notice.objects.visible_to(person).unread().order_by()[: MOST_COUNTED + 1].count()
