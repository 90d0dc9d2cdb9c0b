"""What an administrator does about a delivery that did not come through."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from procstd.errors import DomainError
from procstd.logs import log
from procstd.notices.domain.telling import DELIVER
from procstd.notices.models import Delivery, DeliveryState
from procstd.organisation.models import User
from procstd.queueing import wake


@transaction.atomic
def try_again(delivery: Delivery, *, by: User, at: datetime) -> Delivery:
    """Send a delivery that was given up, or that rests after a failure, at once and with the key it always had."""
    delivery = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if not is_stuck(delivery):
        raise DomainError(_("There is nothing to try again: the delivery is on its way, or has ended."))
    delivery.state, delivery.next_at, delivery.attempts, delivery.ended_at = DeliveryState.WAITING, at, 0, None
    delivery.save(update_fields=["state", "next_at", "attempts", "ended_at"])
    log.info("delivery_tried_again", delivery=delivery.pk, by=by.pk)
    wake(DELIVER)
    return delivery


def is_stuck(delivery: Delivery) -> bool:
    """Tell whether a delivery is parked, or waits after a failure while nobody sends it."""
    failing = delivery.state == DeliveryState.WAITING and bool(delivery.error_en) and not delivery.lease
    return delivery.state == DeliveryState.PARKED or failing
