"""Open cases from an Excel list: examined first, all or the valid ones, twice is once (I10)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.domain.acting import standard_of
from cases.domain.answers import AnswersRefused, settle
from cases.domain.documents import KnownCodes, known_codes, refuse_unknown_codes
from cases.domain.opening import first_form, open_case, release_for
from cases.models import Case, Channel
from processes.domain.standard import Field, Form
from processes.models import Process
from procstd.errors import DomainError
from procstd.sheet_import import CellError
from procstd.sheets import Column, SheetRow

#: Progress is told after so many rows.
STEP = 20
#: Tells rows of the same words apart, so that each opens a case of its own.
REFERENCE = "reference"


@dataclass
class ExaminedCases:
    """What an import of cases would do."""

    codes: KnownCodes
    new: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    known: int = 0
    errors: list[CellError] = field(default_factory=list)

    @property
    def bad_rows(self) -> int:
        return len({error.row for error in self.errors})


def form_for_import(process: Process, at: datetime) -> Form:
    """Return the form whose fields are the columns: the first step's, without files. Refuses where there is none."""
    standard = standard_of(release_for(process, department=process.department, at=at).definition)
    form = first_form(standard, Channel.IMPORT)
    if form is None or not form.fields:
        raise DomainError(_("The first step of this standard has no form, so there is nothing to import."))
    return form


def columns_of(form: Form) -> list[Column]:
    """Return the columns of an import: a reference of the file's own, then the form's fields."""
    reference = Column(
        REFERENCE, _("Reference"), _("Your own number of the case, each once. The same one is never opened twice.")
    )
    return [reference, *(Column(row.key, str(row.label), _help(row), width=24) for row in form.fields)]


def _help(row: Field) -> str:
    if row.options:
        return "; ".join(f"{key} = {words}" for key, words in row.options)
    return {"yes_no": "yes / no", "date": "2026-03-31"}.get(row.kind, str(row.help))


def examine_cases(
    process: Process, form: Form, rows: Sequence[SheetRow], *, told: Callable[[int], None] = lambda done: None
) -> ExaminedCases:
    """Return what importing *rows* would open, and every error by row and column. Nothing is saved."""
    read = [{one.key: _read(one, row.cells[one.key]) for one in form.fields} for row in rows]
    codes = known_codes(form, read)
    outcome = ExaminedCases(codes=codes)
    seen: dict[str, int] = {}
    for done, (row, answers) in enumerate(zip(rows, read, strict=True), 1):
        reference = row.cells[REFERENCE]
        errors: dict[str, Any] = {}
        if not reference or len(reference) > 80:
            errors[REFERENCE] = _("Every case needs a reference of at most 80 characters.")
        elif reference in seen:
            errors[REFERENCE] = _("The same as row %(row)d; each may stand here once.") % {"row": seen[reference]}
        seen.setdefault(reference, row.number)
        try:
            refuse_unknown_codes(form, settle(form, answers), codes)
        except AnswersRefused as refusal:
            errors |= refusal.errors
        outcome.errors += [CellError(row.number, key, row.cells.get(key, ""), text) for key, text in errors.items()]
        if not errors:
            outcome.new.append((_request_key(process, reference), answers))
        if done % STEP == 0:
            told(done)
    known: set[str] = set()
    for start in range(0, len(outcome.new), 500):
        keys = [key for key, _answers in outcome.new[start : start + 500]]
        known.update(Case.objects.filter(request_key__in=keys).values_list("request_key", flat=True))
    outcome.known = len(known)
    outcome.new = [(key, answers) for key, answers in outcome.new if key not in known]
    return outcome


def _request_key(process: Process, reference: str) -> str:
    # With a mark that no form's own key can have (forms/opening.py): nobody opens an imported case by guessing.
    facts = json.dumps(["import", process.code, reference]).encode()
    return f"import:{hashlib.sha256(facts).hexdigest()[:56]}"


def _read(row: Field, cell: str) -> Any:
    """Return a cell as the answer it stands for; what cannot be read is left for :func:`settle` to refuse."""
    if not cell:
        return None
    match row.kind:
        case "yes_no":
            return {"yes": True, "true": True, "是": True, "no": False, "false": False, "否": False}.get(
                cell.lower(), cell
            )
        case "choices":
            return [part.strip() for part in cell.replace("，", ",").split(",") if part.strip()]
        case "number" | "money":
            try:
                return str(Decimal(cell))
            except InvalidOperation:
                return cell
        case _:
            return cell


def open_examined(
    process: Process,
    examined: ExaminedCases,
    *,
    valid_rows_only: bool,
    by: Any,
    at: datetime,
    told: Callable[[int], None] = lambda done: None,
) -> int:
    """Open the cases that were examined; tell how many. With errors only if asked for.

    Each is a transaction of its own, so that nobody waits for a long list. An import that is
    interrupted and begun again goes on where it stopped: the same reference is never opened twice.
    """
    if examined.errors and not valid_rows_only:
        raise DomainError(_("Nothing is saved: the file still has errors."))
    for done, (key, answers) in enumerate(examined.new, 1):
        open_case(process, answers, by=by, at=at, channel=Channel.IMPORT, request_key=key, known=examined.codes)
        if done % STEP == 0:
            told(done)
    return len(examined.new)
