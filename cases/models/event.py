"""What happened to a case: append-only, each entry hashed with the one before (S8, S9)."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case

#: What the first event of a case is chained to.
START = "0" * 64


class EventKind(models.TextChoices):
    OPENED = "opened", _("Opened")
    CLAIMED = "claimed", _("Claimed")
    PUT_BACK = "put_back", _("Put back")
    HANDED_OVER = "handed_over", _("Handed over")
    COMPLETED = "completed", _("Completed")
    SENT_BACK = "sent_back", _("Sent back")
    ASKED = "asked", _("Asked")
    ANSWERED = "answered", _("Answered")
    SIGNATURE_ASKED = "signature_asked", _("Countersignature asked for")
    SIGNED = "signed", _("Countersigned")
    REFUSED = "refused", _("Countersignature refused")
    WITHDRAWN = "withdrawn", _("Request withdrawn")
    REMINDED = "reminded", _("Reminded")
    CUSTOMER_ADDED = "customer_added", _("Information added by the customer")
    RATED = "rated", _("Rated by the customer")
    CLOSED = "closed", _("Closed")
    CLOCKS = "clocks", _("Clocks")
    HOLD_ASKED = "hold_asked", _("Hold asked for")
    HELD = "held", _("Put on hold")
    HOLD_REFUSED = "hold_refused", _("Hold refused")
    RESUMED = "resumed", _("Resumed")
    MORE_TIME_ASKED = "more_time_asked", _("More time asked for")
    EXTENDED = "extended", _("Given more time")
    NOT_EXTENDED = "not_extended", _("More time refused")
    REGRADED = "regraded", _("Graded anew")
    EXCEPTION = "exception", _("Exception reported")
    EXCEPTION_ENDED = "exception_ended", _("Exception dealt with")
    REOPENED = "reopened", _("Reopened")
    MOVE_PLANNED = "move_planned", _("To be moved to another version at the next step")
    MOVED = "moved", _("Moved to another version of the standard")
    MOVE_WITHDRAWN = "move_withdrawn", _("Will not be moved")
    MOVE_PUT_OFF = "move_put_off", _("Could not be moved yet")


class Event(models.Model):
    """An entry of a case's chain. The database refuses to change or delete it (migration 0002).

    ``body`` never holds answers: those stand in the case and can be erased without breaking the chain.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    position = models.PositiveIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=16, choices=EventKind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    step = models.CharField(max_length=8, blank=True)
    body = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["case", "position"]
        constraints = [models.UniqueConstraint(fields=["case", "position"], name="one_event_per_position")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.position} {self.kind}"

    def hash_after(self, before: str) -> str:
        """Return the SHA-256 of this entry chained to the hash *before* it."""
        facts: list[Any] = [
            before, self.case_id, self.position, self.at.astimezone(UTC).isoformat(),
            self.kind, self.by_id, self.step, self.body,
        ]  # fmt: skip
        text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()
