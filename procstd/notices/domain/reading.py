"""Read notices."""

from __future__ import annotations

from datetime import datetime

from procstd.notices.models import Notice
from procstd.organisation.models import User


def mark_read(notice: Notice, *, at: datetime) -> Notice:
    """Note that a notice was read; the first time counts."""
    if notice.read_at is None and Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=at):
        notice.read_at = at
    return notice


def mark_all_read(person: User, *, at: datetime) -> int:
    """Note that a person has read everything; tell how much that was."""
    return Notice.objects.visible_to(person).unread().filter(created_at__lte=at).update(read_at=at)
