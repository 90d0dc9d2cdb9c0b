"""Write to people outside of the house, through the same outbox as everything else."""

from __future__ import annotations

from datetime import datetime

from procstd.notices.domain.telling import DELIVER
from procstd.notices.letters import LetterKind
from procstd.notices.models import Channel, Delivery
from procstd.queueing import wake


def write_to_outsider(kind: LetterKind, about: int | str, *, at: datetime) -> None:
    """Queue the letter of a *kind* about something, once for ever: its key names both. One statement.

    Part of the caller's transaction: rolled back with it. Where it goes is asked when it is sent.
    """
    row = Delivery(
        key=f"{kind.name}:{about}:{Channel.LETTER.value}",
        channel=Channel.LETTER,
        letter=kind.name,
        about=str(about),
        next_at=at,
        created_at=at,
    )
    Delivery.objects.bulk_create([row], ignore_conflicts=True)
    wake(DELIVER)
