"""Mark a process, or a place of its standard, to find it again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from processes.models import Favourite, Process
from procstd.errors import DomainError

#: More than this is no list of favourites.
MOST = 200


def mark_favourite(person: Any, process: Process, *, place: str, wanted: bool, at: datetime) -> bool:
    """Mark a place, or take the mark off; tell whether it is marked now. May be asked twice.

    Refuses more than 200 marks.
    """
    rows = Favourite.objects.filter(person=person, process=process, place=place)
    if not wanted:
        rows.delete()
        return False
    if rows.exists():
        return True
    if Favourite.objects.filter(person=person).count() >= MOST:
        raise DomainError(_("You have marked %(most)d places. Take some marks off first.") % {"most": MOST})
    try:
        with transaction.atomic():
            Favourite.objects.create(person=person, process=process, place=place, created_at=at)
    except IntegrityError:
        return True  # the other window was quicker
    return True
