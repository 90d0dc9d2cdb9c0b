"""Grade a case anew: another answer to a field that limits hang on, with who and why (R10)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.domain.acting import clocks_of_case, lock_case, may_direct, may_work, refuse_if_closed, standard_of
from cases.domain.chain import Chain
from cases.domain.clocks.running import Conditional
from cases.domain.reasons import asked_reason
from cases.models import Case
from cases.models.event import EventKind
from processes.domain.standard import Field, Standard, Step
from procstd.errors import DomainError


def grades(standard: Standard, case: Case) -> list[tuple[str, Field]]:
    """Return the fields that limits hang on and that were answered: path and field, each once."""
    rows: list[Conditional] = [*standard.responses, *standard.totals]
    paths = dict.fromkeys(row.condition.field for row in rows if row.condition is not None)
    found = [(path, standard.field(path)) for path in paths]
    return [(path, field) for path, field in found if field is not None and answer_at(case, path) is not None]


def may_regrade(user: Any, standard: Standard) -> bool:
    """Tell whether *user* holds a post that gives grades, or is accountable for that."""
    steps = _grading_steps(standard)
    return any(may_work(user, step) or may_direct(user, step) for step in steps)


@transaction.atomic
def regrade(case: Case, *, field: str, value: str, reason: str, by: Any, at: datetime) -> None:
    """Give another answer to *field*, as ``grading.grade``: the limits of response and total follow it."""
    case = lock_case(case, at)
    at = case.at
    refuse_if_closed(case)
    standard = standard_of(case.definition)
    if not may_regrade(by, standard):
        raise DomainError(_("Only the posts that grade may grade anew."))
    known = dict(grades(standard, case))
    if field not in known:
        raise DomainError(_("No limit hangs on this field, or it was not answered yet."), field="field")
    if value not in known[field].values:
        raise DomainError(_("Choose one of the options."), field="value")
    before = answer_at(case, field)
    answer: Any = (value == "yes") if known[field].kind == "yes_no" else value
    if known[field].kind == "choices":
        answer = [value]
    if answer == before:
        raise DomainError(_("That is its grade already."), field="value")
    form, _dot, name = field.partition(".")
    case.data = {**case.data, form: {**case.data[form], name: answer}}
    chain = Chain(case, by=by, at=at)
    # Grades are of the standard's own list, no personal data: the chain may name them.
    chain.add(EventKind.REGRADED, field=field, before=before, after=answer, reason=asked_reason(reason))
    clocks = clocks_of_case(case, at)
    clocks.answers_changed(why="regraded")
    clocks.tell(chain)
    chain.write("data")
    clocks.write()


def answer_at(case: Case, path: str) -> Any:
    form, _dot, name = path.partition(".")
    return case.data.get(form, {}).get(name)


def _grading_steps(standard: Standard) -> list[Step]:
    rows: list[Conditional] = [*standard.responses, *standard.totals]
    forms = {row.condition.form for row in rows if row.condition is not None}
    return [step for step in standard.steps if step.form in forms]
