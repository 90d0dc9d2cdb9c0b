"""What moved a due time, and who is told when: read from the events of a case (F58, F60)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.domain.clocks.explaining import Account
from cases.models import Clock, Event
from cases.models.clock import ThresholdKind
from cases.models.event import EventKind
from processes.domain.standard import Standard
from procstd.look.templatetags.look import limit_words

_WORDS = {
    "regraded": gettext_lazy("The limit follows another grade"),
    "recalendared": gettext_lazy("Counted by a new version of the calendar"),
    "resumed": gettext_lazy("The case went on after a hold"),
}
_MOVED = gettext_lazy("The limit follows another version of the standard")


@dataclass(frozen=True)
class Move:
    """A change of the due time: from, to, who and why."""

    at: datetime
    what: str
    before: datetime | None
    after: datetime | None
    who: Any
    why: str


@dataclass(frozen=True)
class Told:
    """A threshold in words."""

    what: str
    who: str
    at: datetime | None
    is_reached: bool


def moves_of(clock: Clock) -> list[Move]:
    """Return what moved the due time of *clock*, in order; requests that were refused too. Two statements."""
    events = (
        Event.objects.filter(case=clock.case_id)
        .filter(kind__in=[EventKind.CLOCKS, EventKind.REGRADED, EventKind.MOVED])
        .select_related("by")
        .order_by("position")
    )
    moves: list[Move] = []
    why = ""
    for event in events:
        if event.kind != EventKind.CLOCKS:
            why = event.body.get("reason", "")
            continue
        for change in event.body["changes"]:
            if change["clock"] == clock.key and change["what"] in _WORDS:
                reason = why if change["what"] == "regraded" else ""
                what = str(_MOVED if change.get("why") == "moved" else _WORDS[change["what"]])
                moves.append(_move(event, change, what, reason))
        why = ""
    for row in clock.extensions.select_related("asked_by", "decided_by"):
        words = {"more": limit_words(row)}
        if row.decided_at is None:
            moves.append(Move(row.asked_at, _("%(more)s more asked for, not decided yet") % words,
                              None, None, row.asked_by, row.reason))  # fmt: skip
        elif row.is_allowed:
            what = _("%(more)s more, asked for by %(who)s") % {**words, "who": row.asked_by}
            moves.append(Move(row.decided_at, what, row.due_before, row.due_after, row.decided_by, row.reason))
        else:
            what = _("%(who)s was refused %(more)s more") % {**words, "who": row.asked_by}
            moves.append(Move(row.decided_at, what, None, None, row.decided_by, row.answer))
    return sorted(moves, key=lambda move: move.at)


def _move(event: Event, change: dict[str, Any], what: str, why: str) -> Move:
    return Move(event.at, what, _moment(change.get("before")), _moment(change.get("due")), event.by, why)


def _moment(text: str | None) -> datetime | None:
    return parse_datetime(text) if text else None


def thresholds_told(standard: Standard, account: Account) -> list[Told]:
    """Return at which moments of a clock who is told."""
    rows = []
    for moment in account.moments:
        row = moment.threshold
        match row.kind:
            case "warn":
                what = _("%(percent)d %% of the limit are used up") % {"percent": row.percent}
            case "escalate":
                span = _span(row.minutes)
                what = _("%(span)s after it was due, on the same clock") % {"span": span}
            case _:
                what = str(ThresholdKind.BREACH.label)
        rows.append(Told(what, recipients_in_words(standard, row.recipients), moment.at, moment.is_reached))
    return rows


def _span(minutes: int) -> str:
    """Say minutes in hours and minutes; not in days, which a clock of working time does not have."""
    parts = []
    if minutes >= 60:
        parts.append(_("%(hours)d h") % {"hours": minutes // 60})
    if minutes % 60 or not parts:
        parts.append(_("%(minutes)d min") % {"minutes": minutes % 60})
    return " ".join(parts)


def recipients_in_words(standard: Standard, recipients: Iterable[str]) -> str:
    """Return who is told at a threshold, in words."""
    roles = {
        "handler": _("who has the task"),
        "supervisor": _("the accountable post"),
        "head": _("the head of the department"),
        "lead": _("the project lead"),
    }
    posts = {f"post:{code}": str(name) for code, name in standard.recipient_posts.items()}
    return _(", ").join(roles.get(row) or posts.get(row) or row.removeprefix("post:") for row in recipients)
