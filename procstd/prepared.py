"""Statements that are asked at every request: Django writes them once, then only their values change.

Writing a statement costs Django about ten times what a database takes to answer it
(docs/decisions/0010). The queryset stays the one place that says what is asked:

    _OF_PERSON = Prepared(lambda person: Post.objects.filter(holder=person), person=int)
    _OF_PERSON.rows(person=7)
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import DateField, DateTimeField, Model, QuerySet
from django.db.models.query import ModelIterable
from django.db.transaction import TransactionManagementError

Row = TypeVar("Row", bound=Model)

#: Values that stand for the real ones while the statement is written: no statement has them otherwise.
_SAMPLES: dict[type, Callable[[int], Any]] = {
    int: lambda number: -1_000_000_007 - number,
    str: lambda number: f"\x01prepared {number}",
    date: lambda number: date(1, 1, 1) + timedelta(days=number),
    datetime: lambda number: datetime(1901, 1, 1, tzinfo=UTC) + timedelta(days=number),
}


class Prepared(Generic[Row]):
    """A queryset whose statement is written once for each kind of database.

    *build* makes the queryset from its values, which are of the *kinds* named (int, str, date,
    datetime). Not for querysets with prefetch_related, nor for lists of values.
    """

    def __init__(self, build: Callable[..., QuerySet[Row]], **kinds: type) -> None:
        self._build, self._kinds = build, kinds
        self._written: dict[str, tuple[QuerySet[Row], Any, str, list[Any]]] = {}

    def rows(self, **values: Any) -> list[Row]:
        """Return the rows for *values*. One statement."""
        connection = connections[DEFAULT_DB_ALIAS]
        queryset, compiler, sql, places = self._written.get(connection.vendor) or self._write(connection)
        if queryset.query.select_for_update and not connection.in_atomic_block:
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        ready = {name: _for_database(values[name], connection) for name in self._kinds}
        mine = copy.copy(compiler)
        mine.connection = connection
        params = tuple(ready[place.name] if isinstance(place, _Place) else place for place in places)
        mine.as_sql = lambda *args, **kwargs: (sql, params)
        asked: Any = QuerySet(model=queryset.model, query=_Written(mine), using=DEFAULT_DB_ALIAS)  # type: ignore[arg-type]
        return list(ModelIterable(asked))

    def one(self, **values: Any) -> Row | None:
        """Return the first row for *values*, or None."""
        return next(iter(self.rows(**values)), None)

    def _write(self, connection: Any) -> tuple[QuerySet[Row], Any, str, list[Any]]:
        samples = {name: _SAMPLES[kind](number) for number, (name, kind) in enumerate(self._kinds.items())}
        queryset = self._build(**samples)
        if queryset._prefetch_related_lookups:  # type: ignore[attr-defined]
            raise TypeError("A prepared statement fetches no related lists.")
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        names = {_for_database(sample, connection): name for name, sample in samples.items()}
        places = [_Place(names[param]) if _is_hashable(param) and param in names else param for param in params]
        missing = set(names.values()) - {place.name for place in places if isinstance(place, _Place)}
        if missing:
            raise TypeError(f"The statement does not take {sorted(missing)} as they are given.")
        written = self._written[connection.vendor] = (queryset, compiler, sql, places)
        return written


class _Place:
    """Where in a statement a value goes."""

    def __init__(self, name: str) -> None:
        self.name = name


class _Written:
    """What a queryset asks for its compiler: this one has it."""

    def __init__(self, compiler: Any) -> None:
        self.compiler = compiler

    def get_compiler(self, *args: Any, **kwargs: Any) -> Any:
        return self.compiler


def _for_database(value: Any, connection: Any) -> Any:
    if isinstance(value, datetime):
        return DateTimeField().get_db_prep_value(value, connection)
    return DateField().get_db_prep_value(value, connection) if isinstance(value, date) else value


def _is_hashable(value: Any) -> bool:
    return isinstance(value, (int, str, date)) and not isinstance(value, bool)
