"""The session store: Django's database store over our own Session rows."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils.dateparse import parse_datetime


class SessionStore(DatabaseStore):
    """Copies whose session it is, and where it was started, into columns of the row."""

    @classmethod
    def get_model_class(cls) -> Any:
        from procstd.organisation.models.session import Session

        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        row.public_id = hashlib.sha256((row.session_key or "").encode()).hexdigest()
        row.person_id = data.get("_auth_user_id")
        row.device = str(data.get("device", ""))[:200]
        row.address = data.get("address") or None
        if "started_at" in data:
            row.started_at = parse_datetime(data["started_at"])
        return row
