"""Deliveries 投递: what has to leave the house, and how far it came. The outbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import Bilingual
from procstd.notices.letters import letter_named


class Channel(models.TextChoices):
    """The way out."""

    MAIL = "mail", _("Mail")
    DIGEST = "digest", _("Daily digest")
    ROBOT = "robot", _("Robot")
    LETTER = "letter", _("Mail to a customer")


class DeliveryState(models.TextChoices):
    """How far a delivery came."""

    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    PARKED = "parked", _("Given up")
    DROPPED = "dropped", _("No longer needed")


_OPEN = {"state": DeliveryState.WAITING, "digest_key": ""}


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, at: datetime) -> DeliveryQuerySet:
        """What may be sent now and nobody holds; what is gathered for a digest goes with the digest."""
        return self.filter(Q(leased_until=None) | Q(leased_until__lte=at), **_OPEN, next_at__lte=at).order_by(
            "next_at", "pk"
        )


class Delivery(models.Model):
    """One thing to be sent, at least once. Its key is the same at every attempt: the other side can tell repeats.

    A row with a ``digest_key`` is not sent by itself: the digest of that key takes it along.
    """

    key = models.CharField(max_length=255, unique=True)
    channel = models.CharField(max_length=10, choices=Channel)
    notice = models.ForeignKey("notices.Notice", on_delete=models.CASCADE, null=True, related_name="deliveries")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    robot = models.ForeignKey("notices.Robot", on_delete=models.CASCADE, null=True, related_name="deliveries")
    digest_key = models.CharField(max_length=255, blank=True)
    # A letter to somebody outside: its kind, and what it is about. Its address and words are found when it is sent.
    letter = models.CharField(max_length=60, blank=True)
    about = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    next_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    error_zh = models.CharField(max_length=300, blank=True)
    error_en = models.CharField(max_length=300, blank=True)
    # Who sends it: a random word per batch. A worker whose word is no longer here has lost it.
    lease = models.CharField(max_length=32, blank=True)
    leased_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    error = Bilingual("error")
    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["next_at", "id"], name="deliveries_due", condition=Q(**_OPEN)),
            models.Index(
                fields=["digest_key"],
                name="deliveries_gathered",
                condition=Q(state=DeliveryState.WAITING) & ~Q(digest_key=""),
            ),
            models.Index(fields=["state", "-id"], name="deliveries_by_state"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def letter_title(self) -> Any:
        """What people call the letter; nothing of whom it is for."""
        found = letter_named(self.letter)
        return found.title if found else self.letter
