"""Reasons that people give for an act."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from procstd.errors import DomainError

#: What a reason may hold, in characters.
REASON_MOST = 1_000


def asked_reason(reason: str, *, field: str = "reason") -> str:
    """Return *reason*, tidy. Refuses an empty one."""
    reason = reason.strip()[:REASON_MOST]
    if not reason:
        raise DomainError(_("Say why, for whoever works on it next."), field=field)
    return reason
