"""The session store: Django's database store over our own Session rows."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from procstd.prepared import Prepared


@cache
def _valid() -> Prepared[Any]:
    from procstd.organisation.models.session import Session

    return Prepared(
        lambda key, now: Session.objects.select_related("person").filter(session_key=key, expire_date__gt=now),
        key=str, now=datetime,
    )  # fmt: skip


class SessionStore(DatabaseStore):
    """Copies whose session it is, and where it was started, into columns of the row."""

    @classmethod
    def get_model_class(cls) -> Any:
        from procstd.organisation.models.session import Session

        return Session

    def _get_session_from_db(self) -> Any:
        """Load the row and, in the same statement, the person it belongs to: every request asks for both."""
        row = _valid().one(key=self.session_key or "", now=timezone.now())
        if row is None:
            self._session_key = None
        else:
            self.person = row.person
        return row

    #: Whose session it is, as it was read with it.
    person: Any = None

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        row.public_id = hashlib.sha256((row.session_key or "").encode()).hexdigest()
        row.person_id = data.get("_auth_user_id")
        row.device = str(data.get("device", ""))[:200]
        row.address = data.get("address") or None
        if "started_at" in data:
            row.started_at = parse_datetime(data["started_at"])
        return row
