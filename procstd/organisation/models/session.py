"""Sessions that know whose they are and from which device, so that a person can end them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone


class Session(AbstractBaseSession):
    """A row of the session store (procstd/organisation/session_store.py)."""

    # Ending a session from a list must not put its secret key into a page: this is a hash of it.
    public_id = models.CharField(max_length=64, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="browser_sessions"
    )
    device = models.CharField(max_length=200, blank=True)
    address = models.GenericIPAddressField(null=True)
    started_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["person", "expire_date"])]

    @classmethod
    def get_session_store_class(cls) -> Any:
        from procstd.organisation.session_store import SessionStore

        return SessionStore
