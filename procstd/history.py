"""Every change keeps who, when and why (simple-history), and is refused if it comes too late.

simple-history keeps ``_change_reason`` and ``_history_user`` on the instance after a save, and
writes nothing for ``update()`` and ``bulk_create()``. So acts save through :func:`save` and
:func:`save_new_rows` only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from procstd.errors import DomainError

Row = TypeVar("Row", bound=models.Model)

#: While a story of the past is told: the moment it has come to (None: not yet anywhere). Else unset.
_story_clock: ContextVar[datetime | None] = ContextVar("story clock")


@contextmanager
def telling_the_past() -> Iterator[None]:
    """Date what is saved meanwhile by the moment that :func:`come_to` has last named, as a demo tells its story."""
    token = _story_clock.set(None)
    try:
        yield
    finally:
        _story_clock.reset(token)


def come_to(moment: datetime) -> datetime:
    """Go on with the story at *moment*; of no effect where none is told."""
    if _story_clock.get(False) is not False:
        _story_clock.set(moment)
    return moment


def _now() -> datetime:
    return _story_clock.get(None) or timezone.now()


def records(**options: Any) -> HistoricalRecords:
    """Declare the history of a model; the reason is text without a limit."""
    return HistoricalRecords(history_change_reason_field=models.TextField(null=True, blank=True), **options)


def save(row: Row, *, by: Any, reason: str, update_fields: Iterable[str] | None = None) -> Row:
    """Save *row* and note in its history who did it (a user or None for the software) and why."""
    # What the instance carries would be written again at its next save: set it for this one only.
    row._history_user, row._change_reason, row._history_date = by, reason, _now()  # type: ignore[attr-defined]
    try:
        row.save(update_fields=update_fields)
    finally:
        del row._history_user, row._change_reason, row._history_date  # type: ignore[attr-defined]
    return row


def delete(row: models.Model, *, by: Any, reason: str) -> None:
    """Delete *row*; its history stays and says who did it and why."""
    row._history_user, row._change_reason, row._history_date = by, reason, _now()  # type: ignore[attr-defined]
    row.delete()


def save_many(rows: Sequence[Row], *, by: Any, reason: str, fields: Sequence[str] | None = None) -> None:
    """Save *rows* of one model in a constant number of statements, each with its history.

    New rows (*fields* None) are created; otherwise *fields* of existing rows are written.
    """
    if not rows:
        return
    model = type(rows[0])
    common = {"default_user": by, "default_change_reason": reason, "default_date": _now(), "batch_size": 500}
    if fields is None:
        bulk_create_with_history(rows, model, **common)
    else:
        bulk_update_with_history(rows, model, list(fields), **common)


def delete_many(rows: Iterable[models.Model], *, by: Any, reason: str, at: datetime | None = None) -> None:
    """Delete *rows* of one model in two statements, each with its history, all at the same moment.

    Nothing goes with them by itself: the caller deletes what points to them before.
    """
    gone = list(rows)
    if not gone:
        return
    model: Any = type(gone[0])
    entries: Any = model.history.model
    entries.objects.bulk_create(
        entries(
            history_date=at or _now(),
            history_user=by,
            history_change_reason=reason,
            history_type="-",
            **{field.attname: getattr(row, field.attname) for field in entries.tracked_fields},
        )
        for row in gone
    )
    # Not delete(): it would load the rows again, one by one, to tell what is told above.
    found = model._base_manager.filter(pk__in=[row.pk for row in gone])
    found._raw_delete(found.db)


def version_of(row: models.Model) -> int:
    """Return the number of the latest history entry of *row*: what a form has seen."""
    return row.history.values_list("history_id", flat=True).order_by("-history_id").first() or 0  # type: ignore[attr-defined]


def refuse_if_changed_since(row: models.Model, seen: int | None) -> None:
    """Refuse when somebody changed *row* after version *seen* was shown (F20).

    The caller holds a lock on the row. None means that nobody looked at it before.
    """
    if seen is None:
        return
    newest = row.history.select_related("history_user").order_by("-history_id").first()  # type: ignore[attr-defined]
    if newest is None or newest.history_id == seen:
        return
    raise DomainError(
        _(
            "%(who)s changed this while you were typing (reason: “%(why)s”). Your text is kept below: "
            "compare it with the present state, then save again."
        )
        % {"who": newest.history_user or _("The software"), "why": _reason(newest) or "–"}
    )


@dataclass(frozen=True)
class Change:
    """One entry of a history, as people read it."""

    at: datetime
    by: Any
    why: str
    kind: str
    fields: list[tuple[str, Any, Any]]


def story(
    row: models.Model, *, limit: int = 50, but: frozenset[str] = frozenset(),
    words: Mapping[str, Callable[[Any], Any]] | None = None,
) -> list[Change]:  # fmt: skip
    """Tell the latest *limit* changes of *row*, newest first, each with its fields before and after.

    Fields named in *but*, and those that have no name in the reader's language, are nobody's business: what the
    software counts by, or who and when, which the entry tells itself. *words* says the values of fields with codes.
    Costs one query, and one for each kind of row that changed fields point to.
    """
    entries = list(row.history.select_related("history_user").order_by("-history_id")[: limit + 1])  # type: ignore[attr-defined]
    pairs = list(zip(entries[:limit], [*entries[1:], None], strict=False))
    names = names_pointed_to(pairs)
    changes = []
    for entry, before in pairs:
        fields = [
            (str(field.verbose_name), *(_said(field, value, names, words or {}) for value in (old, new)))
            for field, old, new in differences(before, entry)
            if field.name not in but and isinstance(field.verbose_name, Promise)
        ]
        if before is not None and not fields and not entry.history_change_reason:
            continue  # a password or another field outside the history
        changes.append(
            Change(
                at=entry.history_date,
                by=entry.history_user,
                why=_reason(entry),
                kind={"+": "created", "~": "changed", "-": "deleted"}[entry.history_type],
                fields=fields,
            )
        )
    return changes


def differences(before: Any, entry: Any) -> list[tuple[Any, Any, Any]]:
    """Return the tracked fields that differ between two history entries, with both raw values."""
    if before is None:
        return []
    both = ((field, getattr(before, field.attname), getattr(entry, field.attname)) for field in entry.tracked_fields)
    return [(field, old, new) for field, old, new in both if old != new]


def names_pointed_to(pairs: Sequence[tuple[Any, Any]]) -> dict[type[models.Model], dict[Any, Any]]:
    """Load the rows that changed foreign keys point to, and those of rows that came or went, by model and key."""
    keys: dict[Any, set[Any]] = {}
    for entry, before in pairs:
        for field, old, new in differences(before, entry) if before is not None else _pointers(entry):
            if field.is_relation:
                keys.setdefault(field.related_model, set()).update({old, new} - {None})
    return {model: model._base_manager.in_bulk(list(wanted)) for model, wanted in keys.items()}


def _pointers(entry: Any) -> list[tuple[Any, Any, Any]]:
    return [
        (field, None, getattr(entry, field.attname))
        for field in entry.tracked_fields
        if field.is_relation and field.name == "post"
    ]


def _said(field: Any, value: Any, names: Any, words: Mapping[str, Callable[[Any], Any]]) -> Any:
    return words[field.name](value) if value and field.name in words else readable(field, value, names)


def readable(field: Any, value: Any, names: dict[type[models.Model], dict[Any, Any]]) -> Any:
    """Return *value* as people read it: a name for a key, a label for a code, yes or no for a flag."""
    if value is None or value == "":
        return "–"
    if field.is_relation:
        return names[field.related_model].get(value, value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return dict(field.flatchoices).get(value, value)


def _reason(entry: Any) -> str:
    """Return the reason of an entry: those that acts give themselves in the language of the reader."""
    return gettext(entry.history_change_reason) if entry.history_change_reason else ""
