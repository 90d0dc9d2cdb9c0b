"""Pilots: their addresses in the permission matrix, and one of each of their rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from procstd.roles import Role
from tests.security.cast import OWNER, SIGNED_IN, WORKING, with_roles
from tests.security.lines import Line, act, form, page, row_of

PILOT = {"code": "pilot"}
PLANNED = {"code": "planned-pilot"}
#: Who plans and watches pilots.
KEEPING = with_roles(Role.PROJECT_LEAD, Role.PROCESS_SPECIALIST)
STEERING = with_roles(Role.PROJECT_LEAD)
#: Who sees the pilot: those who look over all, and everybody with a post in its department, which is "here".
SEEING = with_roles(Role.PROJECT_LEAD, Role.PROCESS_SPECIALIST, Role.AUDITOR) | {
    OWNER, *(f"{role.value} here" for role in Role)
}  # fmt: skip
LEADER = f"{Role.PROJECT_LEAD.value} here"


def _seen(line: Line) -> Line:
    return row_of(line, SEEING)


LINES: dict[str, Line] = {
    "pilots:home": page(WORKING),
    "pilots:pilot-add": form(KEEPING),
    # Panels are empty for whom they are not for.
    "pilots:panel-case": page(SIGNED_IN, number="case"),
    "pilots:panel-step": page(SIGNED_IN, number="case", step="step-key"),
    "pilots:pilot": _seen(page(WORKING, **PILOT)),
    "pilots:pilot-change": form(KEEPING, **PLANNED),
    "pilots:pilot-leader": form(STEERING, **PILOT),
    "pilots:pilot-begin": form(STEERING, **PILOT),
    "pilots:candidates": _seen(page(WORKING, **PILOT)),
    "pilots:candidates-choose": form(KEEPING, **PLANNED),
    "pilots:candidate-score": form(KEEPING, **PLANNED),
    "pilots:candidate-remove": form(KEEPING, **PLANNED, pk="candidate"),
    "pilots:criteria": _seen(page(WORKING, **PILOT)),
    "pilots:criterion-add": form(KEEPING, **PLANNED),
    "pilots:criteria-lock": act(KEEPING, **PLANNED),
    "pilots:criterion-remove": act(KEEPING, **PLANNED, pk="criterion"),
    "pilots:run": _seen(page(WORKING, **PILOT)),
    "pilots:meeting-add": form(KEEPING, **PILOT),
    "pilots:action-add": form(KEEPING, **PILOT, pk="meeting"),
    # Keepers, and whose action it is.
    "pilots:action-done": row_of(act(WORKING, **PILOT, pk="action"), KEEPING | {OWNER}),
    "pilots:check-add": form(KEEPING, **PILOT),
    "pilots:check": _seen(page(WORKING, **PILOT, number="check-number")),
    "pilots:check-end": act(KEEPING, **PILOT, number="check-number"),
    "pilots:check-tick": Line(
        KEEPING, get=(405,), post=(200, 302), words={**PILOT, "number": "check-number", "pk": "rule"}
    ),
    "pilots:issue-add": _seen(form(WORKING, **PILOT)),
    "pilots:issue": _seen(page(WORKING, **PILOT, number="issue")),
    "pilots:issue-propose": form(KEEPING, **PILOT, number="issue"),
    "pilots:issue-change": act(KEEPING, **PILOT, number="issue"),
    "pilots:comparison": _seen(page(WORKING, **PILOT)),
    # The leader decides, and nobody else.
    "pilots:pilot-decide": row_of(form(STEERING, **PILOT), {LEADER}),
    "pilots:report": _seen(page(WORKING, **PILOT)),
    "pilots:report-make": row_of(act(WORKING, data={"kind": "pdf", "language": "en"}, **PILOT), SEEING),
}


def rows(callers: dict[str, Any], words: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    """Make one of each; return the words that stand in their addresses. *words* are those of the rooms below."""
    from pilots.domain.beginning import begin_pilot
    from pilots.domain.checking import begin_check
    from pilots.domain.choosing import choose_departments, score_candidate
    from pilots.domain.criteria import add_criterion, lock_criteria
    from pilots.domain.issues import raise_issue
    from pilots.domain.planning import plan_pilot
    from pilots.domain.running import agree_action, write_minutes
    from procstd.organisation.models import Department
    from tests.standards import process_named

    leader, keeper = callers[LEADER], callers[f"{Role.PROCESS_SPECIALIST.value} here"]
    here, process, today = Department.objects.get(code="here"), process_named("complaint"), at.date()
    scored = dict.fromkeys(("volume", "willingness", "representativeness"), 3)
    scored |= {f"why_{name}": "Test" for name in list(scored)}
    made = []
    for _number in range(2):
        pilot = plan_pilot(
            process, revision=process.revisions.get(major=1, minor=0), leader=leader, period_from=today,
            period_until=today + timedelta(days=21), cases_least=10, cases_most=15, before_until=today,
            before_from=today - timedelta(days=60), by=keeper, at=at, reason="Test",
        )  # fmt: skip
        candidate = score_candidate(pilot, department=here, by=keeper, at=at, **scored)
        choose_departments(pilot, reasons={here.pk: "Test"}, by=keeper)
        criterion = add_criterion(
            pilot, indicator="cycle", threshold=Decimal(20), minimum_effect=Decimal(4), by=keeper, at=at
        )  # fmt: skip
        made.append(pilot)
    running, planned = made
    lock_criteria(running, by=keeper, at=at)
    running = begin_pilot(running, by=leader, at=at, reason="Test")
    meeting = write_minutes(running, held_on=today, people="All", text="Test", by=keeper, at=at)
    action = agree_action(meeting, what="Test", owner=callers[OWNER], due_on=today, by=keeper, at=at)
    check = begin_check(running, department=here, step="s1", by=keeper, at=at)
    issue = raise_issue(running, kind="loophole", text="Test", step="s1", by=callers[OWNER], at=at)
    rule = check.lines.first()
    assert rule is not None
    return {
        "pilot": running.code, "planned-pilot": planned.code, "candidate": candidate.pk, "criterion": criterion.pk,
        "meeting": meeting.pk, "action": action.pk, "check-number": check.number, "rule": rule.pk,
        "issue": issue.number, "step-key": "s1",
    }  # fmt: skip
