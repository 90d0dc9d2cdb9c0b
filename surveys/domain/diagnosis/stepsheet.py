"""Steps as they are from an Excel sheet: every error by row and column, nothing saved unless asked (F10)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from procstd.errors import DomainError
from procstd.organisation.models import Department, Post
from procstd.sheet_import import CellError
from procstd.sheets import Column, SheetRow
from surveys.domain.diagnosis.locking import locked
from surveys.domain.diagnosis.spans import Unreadable, read_span, write_span
from surveys.domain.diagnosis.steps import MOST_STEPS, Row, rows_of, write_steps
from surveys.models import AsIsStep, Survey
from surveys.models.diagnosis import BY_HAND, NOTE_MOST

_SPAN = _("Working time: 30 min, 1.5 h, 2 d; a day has 8 hours")
COLUMNS = [
    Column("number", _("Number"), _("From 1; a number that is there already changes that step"), width=9),
    Column("name_zh", _("Name in Chinese"), width=26),
    Column("name_en", _("Name in English"), width=26),
    Column("post", _("Post"), _("The post's code")),
    Column("department", _("Department"), _("The department's code")),
    *(
        column
        for source in BY_HAND
        for column in (
            Column(source.value, source.label, _SPAN, width=12),
            Column(f"{source.value}_n", _("n"), _("From so many cases"), width=9),
        )
    ),
    Column("wait", _("Waits before"), _SPAN, width=12),
    Column("rework_percent", _("Rework, %"), _("0 to 100"), width=12),
    Column("back_to", _("Goes back to"), _("The number of an earlier step, or its own"), width=12),
    Column("core", _("Core node"), _("yes or empty"), width=9),
    Column("note", _("Note"), width=40),
]
_YES = {"yes", "true", "1", "x", "是", "y"}
_NO = {"", "no", "false", "0", "否", "n"}
Fail = Callable[[str, Any], None]


@dataclass
class ExaminedSteps:
    """What an import would do: the rows that can be saved, and every error."""

    rows: list[Row] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)

    @property
    def bad_rows(self) -> int:
        return len({error.row for error in self.errors})


def examine_steps(rows: Sequence[SheetRow]) -> ExaminedSteps:
    """Return what importing *rows* would write, and every error by row and column. Two queries; nothing is saved."""
    posts = {row.code: row for row in Post.objects.filter(is_active=True)}
    departments = {row.code: row for row in Department.objects.without_tree_fields().filter(is_active=True)}
    found = ExaminedSteps()
    seen: dict[Decimal, int] = {}
    if len(rows) > MOST_STEPS:
        raise DomainError(_("A process has at most %(most)d steps here.") % {"most": MOST_STEPS})
    for row in rows:
        before = len(found.errors)

        def fail(column: str, message: str | Promise, row: SheetRow = row) -> None:
            found.errors.append(CellError(row.number, column, row.cells.get(column, ""), message))

        read = _read(row, posts, departments, fail)
        if read.place in seen:
            fail("number", _("The same as row %(row)d; each may stand here once.") % {"row": seen[read.place]})
        seen.setdefault(read.place, row.number)
        if len(found.errors) == before:
            found.rows.append(read)
    _refuse_dangling(found, {row.number: row for row in rows})
    return found


def _refuse_dangling(found: ExaminedSteps, cells_of: dict[int, SheetRow]) -> None:
    """Refuse rows that go back to a row that is not there, or that is refused itself."""
    while True:
        places = {row.place for row in found.rows}
        loose = [row for row in found.rows if row.back_to is not None and row.back_to not in places]
        if not loose:
            break
        for row in loose:
            found.rows.remove(row)
            value = cells_of[row.line].cells["back_to"]
            found.errors.append(CellError(row.line, "back_to", value, _("No sound row of the file has this number.")))
    found.errors.sort(key=lambda error: error.row)


@transaction.atomic
def import_steps(
    survey: Survey, examined: ExaminedSteps, *, valid_rows_only: bool = False, by: Any, at: datetime
) -> int:
    """Save what was examined: rows whose number is there change that step, others are new. Twice is once.

    With errors nothing is saved, unless *valid_rows_only* was asked for.
    """
    if examined.errors and not valid_rows_only:
        raise DomainError(_("Nothing is saved: the file still has errors."))
    locked(survey)
    steps = list(AsIsStep.objects.filter(survey=survey).in_order())
    key = _matched(examined.rows, steps)
    rows = [Row(row.place, row.facts, key.get(row.place), row.back_to, row.line) for row in examined.rows]
    taken = set(key.values())
    place = {pk: row_place for row_place, pk in key.items()}
    # What the file does not name stays, behind the step that had its number.
    place |= {step.pk: Decimal(step.number) + Decimal("0.5") for step in steps if step.pk not in taken}
    for step, row in zip(steps, rows_of(steps), strict=True):
        if step.pk not in taken:
            back = place.get(step.rework_to_id or 0)
            back = back if back is not None and back <= place[step.pk] else None
            rows.append(Row(place[step.pk], row.facts, step.pk, back))
    write_steps(survey, rows, by=by, at=at, reason=gettext_noop("Excel import"))
    return len(examined.rows)


def _matched(rows: Sequence[Row], steps: Sequence[AsIsStep]) -> dict[Decimal, int]:
    """Return which row is which step: by number and names, then by names alone, then by number alone.

    Numbers close up when a row in between was refused, so names have the first say: a file that was mended
    and is imported again finds its steps.
    """
    found: dict[Decimal, int] = {}
    left = list(steps)

    def names(facts: dict[str, Any]) -> tuple[str, str]:
        return facts["name_zh"], facts["name_en"]

    for by_number, by_names in ((True, True), (False, True), (True, False)):
        for row in rows:
            if row.place in found:
                continue
            step = next(
                (
                    step for step in left
                    if (not by_number or step.number == row.place)
                    and (not by_names or (step.name_zh, step.name_en) == names(row.facts))
                ),
                None,
            )  # fmt: skip
            if step is not None:
                found[row.place] = step.pk
                left.remove(step)
    return found


def rows_out(steps: Sequence[AsIsStep]) -> list[list[Any]]:
    """Return steps as rows of the sheet, for an export that can be imported again."""
    number = {step.pk: step.number for step in steps}
    return [
        [
            step.number, step.name_zh, step.name_en, step.post.code if step.post else "",
            step.department.code if step.department else "",
            *(
                value
                for source in BY_HAND
                for value in (
                    write_span(getattr(step, f"{source.value}_minutes")), getattr(step, f"{source.value}_n") or "",
                )
            ),
            write_span(step.wait_minutes), "" if step.rework_percent is None else step.rework_percent,
            number.get(step.rework_to_id or 0, ""), "yes" if step.is_key_node else "", step.note,
        ]
        for step in steps
    ]  # fmt: skip


def _read(row: SheetRow, posts: dict[str, Any], departments: dict[str, Any], fail: Fail) -> Row:
    cells = row.cells
    facts: dict[str, Any] = {"name_zh": cells["name_zh"], "name_en": cells["name_en"], "note": cells["note"]}
    if not (facts["name_zh"] or facts["name_en"]):
        fail("name_zh", _("A step needs a name, in one language at least."))
    for name, most in (("name_zh", 120), ("name_en", 120), ("note", NOTE_MOST)):
        if len(cells[name]) > most:
            fail(name, _("At most %(most)d characters.") % {"most": most})
    facts["post"] = _known(cells, "post", posts, _("No post in use has this code."), fail)
    facts["department"] = _known(cells, "department", departments, _("No department in use has this code."), fail)
    for source in BY_HAND:
        minutes = _span(cells, source.value, fail)
        cases = _whole(cells, f"{source.value}_n", 1, 1_000_000, fail)
        if cases and minutes is None and not cells[source.value]:
            fail(source.value, _("From so many cases, but how long did it take?"))
        facts |= {f"{source.value}_minutes": minutes, f"{source.value}_n": cases}
    facts["wait_minutes"] = _span(cells, "wait", fail)
    facts["rework_percent"] = _whole(cells, "rework_percent", 0, 100, fail)
    core = cells["core"].strip().lower()
    if core not in _YES | _NO:
        fail("core", _("Write yes, or leave it empty."))
    facts["is_key_node"] = core in _YES
    place = _whole(cells, "number", 1, 9_999, fail)
    if place is None and not cells["number"]:
        fail("number", _("A step needs its number."))
    back = _whole(cells, "back_to", 1, 9_999, fail)
    if back is not None and place is not None and back > place:
        fail("back_to", _("Rework goes back to an earlier step or to the same."))
    # A line whose number cannot be read is refused anyway; below zero it is no other line's.
    return Row(
        Decimal(place) if place is not None else Decimal(-row.number), facts,
        back_to=None if back is None else Decimal(back), line=row.number,
    )  # fmt: skip


def _known(cells: dict[str, str], column: str, known: dict[str, Any], message: Any, fail: Fail) -> Any:
    code = cells[column]
    if code and code not in known:
        fail(column, message)
    return known.get(code)


def _span(cells: dict[str, str], column: str, fail: Fail) -> int | None:
    try:
        return read_span(cells[column])
    except Unreadable:
        fail(column, _("Not a span of working time. For example 30 min, 1.5 h, 2 d; a day has 8 hours."))
        return None


def _whole(cells: dict[str, str], column: str, least: int, most: int, fail: Fail) -> int | None:
    text = cells[column].strip().removesuffix("%").strip()
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("0.5")
    if value != value.to_integral_value() or not least <= value <= most:
        fail(column, _("A whole number from %(least)d to %(most)d.") % {"least": least, "most": most})
        return None
    return int(value)
