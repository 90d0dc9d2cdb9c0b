"""Improvements: their addresses in the permission matrix, and one of each of their rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from procstd.roles import Role
from tests.security.cast import EVERYBODY, OWNER, WORKING, with_roles
from tests.security.lines import PROCESS, REPORTED, Line, act, form, page, row_of

SUGGESTION, EVALUATION, YEAR = {"number": "suggestion"}, {"number": "evaluation"}, {"year": "improvement-year"}
DECIDING = with_roles(Role.PROCESS_SPECIALIST, Role.PROJECT_LEAD)
OVERSEEING = DECIDING | with_roles(Role.AUDITOR)

LINES: dict[str, Line] = {
    "improvements:home": page(WORKING),
    "improvements:suggestion-add": form(WORKING),
    # What is like the text being written, by htmx.
    "improvements:suggestion-similar": Line(WORKING, get=(405,), post=(200,)),
    # Whoever has a code follows by it; wrong ones are limited.
    "improvements:suggestion-by-code": form(EVERYBODY),
    # The suggestion is the owner's; colleagues may want the same without seeing what becomes of it before they do.
    "improvements:suggestion": row_of(page(WORKING, **SUGGESTION), OVERSEEING | {OWNER}),
    "improvements:suggestion-follow": act(WORKING, **SUGGESTION),
    "improvements:suggestion-take-up": row_of(act(WORKING, **SUGGESTION), DECIDING),
    "improvements:suggestion-decline": row_of(form(WORKING, **SUGGESTION), DECIDING),
    "improvements:suggestion-merge": row_of(form(WORKING, **SUGGESTION), DECIDING),
    "improvements:suggestion-adopt": row_of(form(WORKING, **SUGGESTION), DECIDING),
    "improvements:panel-waiting": page(WORKING),
    "improvements:evaluation-list": page(WORKING),
    "improvements:evaluation-plan": form(DECIDING),
    "improvements:evaluation": row_of(page(WORKING, **EVALUATION), OVERSEEING),
    "improvements:evaluation-gather": row_of(act(WORKING, **EVALUATION), DECIDING),
    # Its process has no owner, so the project leads decide.
    "improvements:evaluation-decide": row_of(form(WORKING, **EVALUATION), with_roles(Role.PROJECT_LEAD)),
    # Of another one, whose evidence is gathered.
    "improvements:evaluation-report": row_of(page(WORKING, number="evaluation-told"), OVERSEEING),
    "improvements:evaluation-report-make": row_of(act(WORKING, number="evaluation-told"), OVERSEEING),
    "improvements:trace": page(WORKING, **PROCESS),
    "improvements:annual-list": page(REPORTED),
    "improvements:annual": page(REPORTED, **YEAR),
    "improvements:annual-make": act(REPORTED, **YEAR),
}


def rows(callers: dict[str, Any], words: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    """Make one of each; return the words that stand in their addresses. *words* are those of the rooms below."""
    from improvements.domain.evaluating import gather_evidence
    from improvements.domain.planning import plan_special
    from improvements.domain.suggesting import new_code, suggest
    from improvements.queries.places import Place
    from tests.standards import process_named

    process = process_named(words["code"]["process"])
    suggestion = suggest(
        process, code=new_code(), place=Place("V1.0"), kind="tool", problem="By hand", proposal="By machine",
        effect="Faster", difficulty="medium", notes="", department=None, by=callers[OWNER], at=at,
    )  # fmt: skip
    evaluation = plan_special(
        process, occasion="product", occasion_on=None, why_zh="新产品", why_en="New product", by=callers[OWNER], at=at
    )
    told = plan_special(
        process, occasion="product", occasion_on=None, why_zh="新产品", why_en="New product", by=callers[OWNER], at=at
    )
    gather_evidence(told, by=callers[OWNER], at=at)
    return {
        "evaluation-told": told.number,
        "suggestion": suggestion.number,
        "evaluation": evaluation.number,
        "improvement-year": at.year,
    }
