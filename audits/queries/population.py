"""The cases of a month, and the frozen list of them (F69).

A case is of the month in which it was last closed, whenever it was opened; a case that is open when the month
is frozen – never closed, or opened again – is of the month in which it will be closed. The same case can so
be of two months, if it was closed in both. Besides, a case that was closed in the month of the audit before
and is not in its population, because it was still open there when that was frozen, is of this one: it is
*late*. Practice cases are of none.

The list is text: a line ``number,head of its chain,stratum`` for each case, in the order of its number. Its
SHA-256 is that of these bytes in UTF-8.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import ExpressionWrapper, F, IntegerField, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from audits.models import Audit, PopulationPart
from cases.models import Case
from cases.models.case import Status
from processes.models import Definition, Process

#: What stands for a grade where a case has none.
UNGRADED = "-"
_CHUNK = 10_000


class Listed(NamedTuple):
    """A case as the list has it."""

    case: int
    head: str
    stratum: str

    @property
    def number(self) -> str:
        return number_of(self.case)


def number_of(case: int) -> str:
    """Return the number of a case as the list writes it."""
    return f"C-{case:06d}"


def grade_paths(process: Process) -> list[str]:
    """Return in which fields the released standards of *process* keep the grade: what their totals depend on first."""
    paths: dict[str, None] = {}
    for definition in Definition.objects.filter(revision__process=process).order_by("pk").iterator(chunk_size=50):
        data = definition.load()
        whens = [row.get("when") for row in (*data.get("totals", ()), *data.get("responses", ()))]
        found = next((when["field"] for when in whens if when), None)
        if found and "." in found:
            paths[found] = None
    return list(paths)


def closed_between(process: Process, begin: Any, until: Any) -> QuerySet[Any]:
    """Return rows of cases last closed in a half-open stretch: key, head, department, grade, opened before it."""
    rows = Case.objects.in_figures().filter(
        process=process, status=Status.DONE, finished__gte=begin, finished__lt=until
    )
    grades = [KT("data__" + path.replace(".", "__")) for path in grade_paths(process)]
    none = Value(UNGRADED, output_field=TextField())
    grade: Any = Coalesce(*grades, none) if grades else none
    # Told by the database, and taken as it tells it: a million moments would take a second to be read, and so would
    # 0 and 1 to become False and True.
    opened_before = ExpressionWrapper(Q(created__lt=begin), output_field=IntegerField())
    return rows.order_by("pk").values_list("pk", "head", F("department__code"), grade, opened_before)


def stratum_of(department: str, grade: str | None) -> str:
    """Return the name of a stratum: department and grade. Never with what would end a line or a column."""
    shown = "".join(letter for letter in grade or UNGRADED if letter.isalnum() or letter in "-_.")[:40]
    return f"{department}/{shown or UNGRADED}"


def streamed(rows: QuerySet[Any]) -> Iterator[Any]:
    """Yield rows without holding them all."""
    return rows.iterator(chunk_size=_CHUNK)


def audit_before(audit: Audit) -> Audit | None:
    """Return the audit of the same process before this one, if its population was frozen."""
    rows = Audit.objects.filter(process=audit.process_id, month_from__lt=audit.month_from).exclude(population=None)
    return rows.order_by("-month_from").first()


def audit_after(audit: Audit) -> Audit | None:
    """Return the next audit of the same process whose population was frozen."""
    rows = Audit.objects.filter(process=audit.process_id, month_from__gt=audit.month_from).exclude(population=None)
    return rows.order_by("month_from").first()


def missing_from(rows: Iterable[Any], listed: Iterable[Listed]) -> Iterator[Any]:
    """Yield those of *rows* (number first, in order) that a frozen list, in the same order, does not have."""
    known = iter(listed)
    present = next(known, None)
    for row in rows:
        while present is not None and present.case < row[0]:
            present = next(known, None)
        if present is None or present.case != row[0]:
            yield row


def packed(content: bytes) -> bytes:
    """Return a stretch of the list as a part keeps it."""
    return zlib.compress(content, 1)


def parts_of(audit: Audit) -> Iterator[bytes]:
    """Yield the frozen list as it was written, part by part."""
    rows = PopulationPart.objects.filter(audit=audit).order_by("number").values_list("content", flat=True)
    for content in rows.iterator(chunk_size=1):
        yield zlib.decompress(bytes(content))


def lines_in(parts: Iterable[bytes]) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield number, head and stratum of each case as they are written: for who looks at a million of them."""
    for part in parts:
        # A whole part at once: each line by itself would take twice as long.
        *words, _end = part.replace(b"\n", b",").split(b",")
        yield from zip(words[::3], words[1::3], words[2::3], strict=True)


def listed_in(parts: Iterable[bytes]) -> Iterator[Listed]:
    """Yield the cases of a frozen list, in its order."""
    for number, head, stratum in lines_in(parts):
        yield Listed(int(number[2:]), head.decode(), stratum.decode())
