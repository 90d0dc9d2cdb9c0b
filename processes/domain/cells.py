"""The cells of a draft as text: how each is read, and how what a person writes or pastes gets into it.

A cell has one canonical text, in codes, by which two writers are compared (F20), and a text to show.
"""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from processes.domain.names import folded
from processes.domain.options import is_key, read_options, visible_choices, written_options
from processes.domain.sheet import Sheet, unit_names
from processes.models import (
    Duty,
    ExceptionRule,
    Field,
    Form,
    GlossaryTerm,
    Outcome,
    PainPoint,
    Reference,
    Responsibility,
    Revision,
    Step,
    StepPost,
    Unit,
)
from procstd.organisation.models import Department, Post

#: The columns of the steps' grid, in their order; pasting goes by it.
COLUMNS = (
    "title_zh", "title_en", "responsible", "accountable", "limit_amount", "limit_unit", "form", "is_key_node", "next",
)  # fmt: skip
#: Texts of a step that its details show.
TEXTS = tuple(f"{name}_{end}" for name in ("operation", "example", "inputs", "outputs") for end in ("zh", "en"))
ELEMENTS = tuple(f"{name}_{end}" for name in ("purpose", "scope", "rules", "inputs", "outputs") for end in ("zh", "en"))
FIELD_CELLS = (
    "label_zh", "label_en", "help_zh", "help_en", "kind", "key", "is_required", "is_personal", "is_public", "options",
    "visible",
)  # fmt: skip
FORM_CELLS = ("name_zh", "name_en")
#: Texts in both languages of rows that have pages of their own in the editor.
PAIRS: dict[type[models.Model], tuple[str, ...]] = {
    Outcome: ("label",), ExceptionRule: ("trigger", "response"), Responsibility: ("duty",),
    GlossaryTerm: ("term", "meaning"), Reference: ("title", "note"), PainPoint: ("text", "evidence"),
}  # fmt: skip
#: A text of an option, as ``option:urgent:en``.
_OPTION = re.compile(r"option:(?P<key>[a-zA-Z0-9_-]{1,32}):(?P<end>zh|en)")
_OPTION_MOST = 80
#: Which cells the rows of a model have.
CELLS: dict[type[models.Model], frozenset[str]] = {
    Step: frozenset((*COLUMNS, *TEXTS)),
    Revision: frozenset(ELEMENTS),
    Form: frozenset(FORM_CELLS),
    Field: frozenset(FIELD_CELLS),
    **{model: frozenset(f"{name}_{end}" for name in names for end in ("zh", "en")) for model, names in PAIRS.items()},
}
_DUTIES = {"responsible": Duty.RESPONSIBLE, "accountable": Duty.ACCOUNTABLE}
END = "end"
_END_WORDS = frozenset({END, "the end", "结束", "结案", "–"})
_YES = frozenset({"yes", "y", "true", "1", "x", "✓", "√", "是", "对"})
_NO = frozenset({"", "no", "n", "false", "0", "–", "-", "否"})
_AT_ONCE = frozenset({"at once", "immediately", "即时", "立即"})
_SEVERAL = re.compile(r"[,，;；、\n]")
_IN_DEPARTMENT = re.compile(r"^(?P<post>.+?)\s*(?:@\s*(?P<code>.+)|[(（](?P<name>[^()（）]+)[)）])$")
_AMOUNT_AND_UNIT = re.compile(r"^\s*[≤<]?\s*(?P<amount>[0-9]{1,9})\s*(?P<unit>\D.*?)\s*$")


def has_cell(row: Any, field: str) -> bool:
    """Tell whether a row has a cell of this name."""
    return field in CELLS[type(row)] or _option(row, field) is not None


def _option(row: Any, field: str) -> tuple[dict[str, str], str] | None:
    """Return the option of a field of a form that a cell is of, and its language."""
    found = _OPTION.fullmatch(field) if isinstance(row, Field) else None
    option = found and next((option for option in row.options if option["key"] == found["key"]), None)
    return (option, found["end"]) if found and option else None


def read(sheet: Sheet, row: Any, field: str) -> str:
    """Return the canonical text of a cell."""
    if option := _option(row, field):
        return option[0][option[1]]
    if field in _DUTIES:
        return ", ".join(_code_of(place) for place in _places(sheet, row, field))
    if field == "next":
        return _next(sheet, row)
    if field == "form":
        return row.form.key if row.form else ""
    if field == "options":
        return written_options(row.options)
    if field == "visible":
        return f"{row.visible_field}={row.visible_value}" if row.visible_field else ""
    value = getattr(row, field)
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else str(value)


def shown(sheet: Sheet, row: Any, field: str) -> str:
    """Return a cell as people read it, in the language in force; it can be written back."""
    if field in _DUTIES:
        return ", ".join(
            f"{place.post} ({place.department})" if place.department else str(place.post)
            for place in _places(sheet, row, field)
        )
    if field == "limit_unit":
        return str(Unit(row.limit_unit).label) if row.limit_amount is not None else ""
    if field == "form":
        return str(row.form or "")
    if field == "next":
        ways = sheet.outcomes[row.key]
        if len(ways) == 1 and not _is_several(sheet, row):
            return _target_words(ways[0].target)
        return " · ".join(f"{way.label} → {_target_words(way.target, short=True)}" for way in ways)
    return read(sheet, row, field)


def write(sheet: Sheet, row: Any, field: str, text: str) -> None:
    """Write *text* into a cell. Raises ValidationError, in words for beside the cell, and changes nothing then."""
    _refuse_what_no_database_takes(text)
    if _option(row, field):
        _write_option(sheet, row, field, text)
    elif field in _DUTIES:
        _write_places(sheet, row, field, text)
    elif field == "next":
        _write_next(sheet, row, text)
    elif field == "form":
        _put(sheet, row, form=sheet.form_names.find(text) if text.strip() else None)
    elif field == "limit_unit":
        if not text.strip():
            return  # a unit is always there; without an amount it says nothing
        _put(sheet, row, limit_unit=unit_names().find(text))
    elif field == "limit_amount":
        _write_amount(sheet, row, text)
    elif field == "options":
        _put(sheet, row, options=read_options(text))
    elif field == "visible":
        _write_visible(sheet, row, text)
    elif field == "key":
        _write_key(sheet, row, text.strip())
    else:
        _write_plain(sheet, row, field, text)


def _refuse_what_no_database_takes(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValidationError(_("This text has a character that is none.")) from error
    if "\x00" in text:
        raise ValidationError(_("This text has a character that is none."))


def _write_plain(sheet: Sheet, row: Any, field: str, text: str) -> None:
    """Write a column of the model itself, by the model's own rules."""
    column: Any = row._meta.get_field(field)
    if isinstance(column, models.BooleanField):
        word = folded(text)
        if word not in _YES | _NO:
            raise ValidationError(_("Write yes, or nothing."))
        value: Any = word in _YES
    else:
        if not isinstance(column, models.TextField):
            text = " ".join(text.split())  # of several lines of a spreadsheet's cell one is made
        value = column.formfield(required=column.name == "kind").clean(text.replace("\r\n", "\n"))
        if value is not None:
            column.run_validators(value)
    _put(sheet, row, **{field: value})


def _put(sheet: Sheet, row: Any, **values: Any) -> None:
    """Set columns of a row; what is as it was is no change."""
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            sheet.change(row, name)


def _write_amount(sheet: Sheet, row: Step, text: str) -> None:
    """Write the amount of a limit; “24 h” and “3 个工作日” bring the unit along."""
    if folded(text) in _AT_ONCE:
        text = "0"
    found = _AMOUNT_AND_UNIT.match(text)
    unit = unit_names().find(found["unit"]) if found else None
    _write_plain(sheet, row, "limit_amount", found["amount"] if found else text)
    if unit:
        _put(sheet, row, limit_unit=unit)


# --- posts ---------------------------------------------------------------------------------------


def _places(sheet: Sheet, step: Step, field: str) -> list[StepPost]:
    return [place for place in sheet.places[step.key] if place.duty == _DUTIES[field]]


def _code_of(place: StepPost) -> str:
    return f"{place.post.code}@{place.department.code}" if place.department else place.post.code


def _write_places(sheet: Sheet, step: Step, field: str, text: str) -> None:
    wanted: dict[tuple[int, int | None], tuple[Post, Department | None]] = {}
    for post, department in _read_places(sheet, text):
        wanted[post.pk, department.pk if department else None] = (post, department)
    present = {(place.post_id, place.department_id): place for place in _places(sheet, step, field)}
    for key, place in present.items():
        if key not in wanted:
            sheet.places[step.key].remove(place)
            sheet.remove(place)
    for key, (post, department) in wanted.items():
        if key not in present:
            place = StepPost(step=step, post=post, department=department, duty=_DUTIES[field])
            sheet.places[step.key].append(place)
            sheet.add(place)


def _read_places(sheet: Sheet, text: str) -> list[tuple[Post, Department | None]]:
    if not text.strip():
        return []
    if text in sheet.posts:
        return [(sheet.posts.find(text), None)]
    return [_read_place(sheet, word) for word in _SEVERAL.split(text) if word.strip()]


def _read_place(sheet: Sheet, word: str) -> tuple[Post, Department | None]:
    found = _IN_DEPARTMENT.match(word.strip())
    if word in sheet.posts or found is None:
        return sheet.posts.find(word), None
    return sheet.posts.find(found["post"]), sheet.departments.find(found["code"] or found["name"])


# --- what comes next -----------------------------------------------------------------------------


def _is_several(sheet: Sheet, step: Step) -> bool:
    """Tell whether a step has more ways to end than one cell can say."""
    ways = sheet.outcomes[step.key]
    return len(ways) > 1 or any(way.is_send_back or sheet.branches.get(way.pk) for way in ways)


def _next(sheet: Sheet, step: Step) -> str:
    ways = sheet.outcomes[step.key]
    if _is_several(sheet, step):
        return " ".join(f"{way.key}→{way.target.key if way.target else END}" for way in ways)
    return (ways[0].target.key if ways[0].target else END) if ways else ""


def _target_words(target: Step | None, *, short: bool = False) -> str:
    if target is None:
        return str(_("End"))
    return str(target.number) if short else str(target)


def _write_next(sheet: Sheet, step: Step, text: str) -> None:
    ways = sheet.outcomes[step.key]
    word = folded(text)
    if _is_several(sheet, step):
        if word in (folded(_next(sheet, step)), folded(shown(sheet, step, "next"))):
            return
        raise ValidationError(_("This step can end in several ways: change them in its details."))
    if not word:
        for way in list(ways):
            ways.remove(way)
            sheet.remove(way)
        return
    target = None if word in _END_WORDS or word == folded(str(_("End"))) else _step_called(sheet, word)
    if target is step:
        raise ValidationError(_("A step does not lead to itself."))
    if ways:
        _put(sheet, ways[0], target=target)
    else:
        way = done(step, target)
        ways.append(way)
        sheet.add(way)


def done(step: Step, target: Step | None) -> Outcome:
    """Return the usual outcome of a step that just leads on."""
    return Outcome(step=step, key="o1", label_zh="完成", label_en="Done", target=target)


def _step_called(sheet: Sheet, word: str) -> Step:
    for step in sheet.steps:
        names = (str(step.number), step.key, step.title_zh, step.title_en, f"{step.number} {step.title_zh}",
                 f"{step.number} {step.title_en}")  # fmt: skip
        if word in {folded(name) for name in names if name}:
            return step
    raise ValidationError(_("There is no step “%(name)s”.") % {"name": word[:60]})


# --- fields of a form ----------------------------------------------------------------------------


def _write_option(sheet: Sheet, row: Field, field: str, text: str) -> None:
    text = " ".join(text.split())
    if not text:
        raise ValidationError(_("An option needs its text in both languages."))
    if len(text) > _OPTION_MOST:
        raise ValidationError(_("At most %(most)d characters.") % {"most": _OPTION_MOST})
    option, end = _option(row, field) or ({}, "")
    changed = [{**one, end: text} if one is option else one for one in row.options]
    _put(sheet, row, options=changed)


def _write_visible(sheet: Sheet, row: Field, text: str) -> None:
    name, _mark, value = text.strip().partition("=")
    offered = dict(visible_choices(sheet.fields[row.form.key], row))
    if text.strip() and text.strip() not in offered:
        raise ValidationError(_("Choose a field of this form and a value that it can have."))
    _put(sheet, row, visible_field=name, visible_value=value)


def _write_key(sheet: Sheet, row: Field, key: str) -> None:
    if not is_key(key):
        raise ValidationError(_("A key has up to 32 letters, digits, - and _."))
    siblings = sheet.fields[row.form.key]
    if any(other is not row and other.key == key for other in siblings):
        raise ValidationError(_("This stands here twice."))
    for other in siblings:
        if other.visible_field == row.key:  # what it decides goes on being decided by it
            _put(sheet, other, visible_field=key)
    _put(sheet, row, key=key)


# --- all at once ---------------------------------------------------------------------------------


def cell(sheet: Sheet, row: Any, field: str) -> list[str]:
    """Return a cell's canonical text and, where people read another, what they read."""
    text, words = read(sheet, row, field), shown(sheet, row, field)
    return [text] if text == words else [text, words]


def grid(sheet: Sheet) -> dict[str, Any]:
    """Return what an open editor shows, to bring it up to date: the steps' cells in order, and the elements' texts."""
    return {
        "edition": sheet.revision.edition,
        "rows": [
            {"row": step.key, "cells": {column: cell(sheet, step, column) for column in COLUMNS},
             "several": _is_several(sheet, step)}
            for step in sheet.steps
        ],
        "elements": {column: read(sheet, sheet.revision, column) for column in ELEMENTS},
    }  # fmt: skip
