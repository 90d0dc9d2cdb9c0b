"""Audits: their addresses in the permission matrix, and one of each of their rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from audits.domain.appealing import appeal
from audits.domain.checking import note_deviation
from audits.domain.drawing import draw_sample
from audits.domain.findings import add_why, raise_finding
from audits.domain.freezing import freeze_population
from audits.domain.measures import decide_measure
from audits.domain.opening import open_audit
from audits.models import EntryKind, ScoreEntry
from audits.queries.figures import figures_of
from audits.queries.ledger import Rule, score_of
from audits.queries.months import month_at, month_before
from cases.domain.opening import open_case
from cases.models import Case, Channel
from procstd import history
from procstd.estimates.rates import Stratum
from procstd.organisation.models import Department, User
from procstd.roles import Role
from tests.security.cast import OWNER, SIGNED_IN, STAFF, WORKING, with_roles
from tests.security.lines import HEAD_HERE, LEADING, REPORTED, WRITING, Line, act, form, page, row_of
from tests.standards import released, standard, step

_AUDITORS = with_roles(Role.AUDITOR) - STAFF
_OVERSEERS = with_roles(Role.AUDITOR, Role.PROJECT_LEAD, Role.PROCESS_SPECIALIST)
#: Heads see what drew cases of their departments.
_SEEING = _OVERSEERS | {HEAD_HERE}
#: Who owns the audited process, and holds no post that would show it otherwise.
_PROCESS_OWNER = f"{Role.FRONTLINE.value} elsewhere"
#: The owner has the corrective action.
_FINDING = _SEEING | {OWNER, _PROCESS_OWNER}
AUDIT = {"number": "audit"}
ITEM = {**AUDIT, "position": ("literal", 1)}
FINDING = {"number": "finding"}
MEASURE = {**FINDING, "pk": "measure"}
DEPARTMENT = {"code": ("code", "department")}


def _seen(line: Line) -> Line:
    return row_of(line, _SEEING)


def _of_finding(line: Line) -> Line:
    return row_of(line, _FINDING)


LINES: dict[str, Line] = {
    "audits:home": page(REPORTED),
    "audits:panel-mine": page(SIGNED_IN),
    "audits:audit-add": form(_AUDITORS),
    "audits:audit-detail": _seen(page(REPORTED, **AUDIT)),
    "audits:audit-freeze": act(_AUDITORS, **AUDIT),
    "audits:audit-draw": form(_AUDITORS, **AUDIT),
    "audits:audit-extend": form(_AUDITORS, **AUDIT),
    "audits:audit-verify": act(_OVERSEERS, **AUDIT),
    "audits:audit-conclude": form(_AUDITORS, **AUDIT),
    "audits:population": page(_OVERSEERS, **AUDIT),
    "audits:script": page(_OVERSEERS, **AUDIT),
    "audits:audit-excel": _seen(page(REPORTED, **AUDIT)),
    "audits:audit-report": _seen(page(REPORTED, **AUDIT)),
    "audits:audit-report-make": _seen(act(REPORTED, **AUDIT)),
    "audits:finding-add": Line(_AUDITORS, get=(404,), post=(404,), words=AUDIT),
    "audits:item-detail": _seen(page(REPORTED, **ITEM)),
    "audits:item-finish": Line(_AUDITORS, get=(405,), post=(200, 302), words=ITEM),
    "audits:flag-judge": form(_AUDITORS, **ITEM, pk="deviation"),
    "audits:deviation-add": form(_AUDITORS, **ITEM),
    "audits:evidence-add": form(_AUDITORS, **ITEM),
    "audits:item-assign": form(_AUDITORS, **ITEM),
    "audits:item-replace": form(_AUDITORS, **ITEM),
    "audits:finding-list": page(WORKING),
    "audits:finding-detail": _of_finding(page(WORKING, **FINDING)),
    "audits:finding-answer": _of_finding(form(WORKING, **FINDING)),
    "audits:why-add": _of_finding(form(WORKING, **FINDING)),
    "audits:why-drop": _of_finding(act(WORKING, **FINDING)),
    "audits:measure-add": _of_finding(form(WORKING, **FINDING)),
    "audits:measure-due": _of_finding(form(WORKING, **MEASURE)),
    "audits:measure-hand-over": _of_finding(form(WORKING, **MEASURE)),
    "audits:measure-done": _of_finding(form(WORKING, **MEASURE)),
    "audits:measure-effect": _of_finding(form(WORKING, **MEASURE)),
    "audits:finding-close": _of_finding(form(WORKING, **FINDING)),
    "audits:finding-change": row_of(form(WORKING, **FINDING), WRITING | {_PROCESS_OWNER}),
    "audits:score-list": page(REPORTED),
    "audits:score-verify": act(_OVERSEERS),
    "audits:rule-add": form(with_roles(Role.PROJECT_LEAD)),
    "audits:score-sheet": _seen(page(REPORTED, **DEPARTMENT)),
    "audits:score-excel": _seen(page(REPORTED, **DEPARTMENT)),
    "audits:score-document": _seen(page(REPORTED, **DEPARTMENT)),
    "audits:score-document-make": _seen(act(REPORTED, **DEPARTMENT)),
    "audits:score-appeal": _seen(form(REPORTED, pk="score-entry")),
    "audits:appeal-decide": form(_AUDITORS, pk="appeal"),
}
assert LEADING < REPORTED


def rows(callers: dict[str, Any], words: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    """Make an audit that drew a case of the department "here", a finding of it whose action is the owner's, a score.

    The process belongs to somebody elsewhere.
    """
    here = Department.objects.get(code="here")
    auditor: User = User.objects.get(pk=callers["auditor here"].pk)
    month = month_before(month_at(at))
    then = month.begin + timedelta(days=3)
    data = standard(step("s1", None, post="subject"))
    data["forms"][0]["fields"][0]["public"] = True
    process = released(data, code="audited", at=at).process
    process.owner = callers[_PROCESS_OWNER]
    history.save(process, by=None, reason="Test", update_fields=["owner"])
    case = open_case(
        process, {"text": "It leaks"}, by=None, at=at, channel=Channel.PUBLIC, department=here,
        request_key="audited",
    )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(status="DONE", created=then, finished=then + timedelta(hours=1), closes=1)
    audit = open_audit(process, month=month.first, by=auditor, at=at)
    freeze_population(audit, by=auditor, at=at)
    draw_sample(audit, auditors=[auditor], by=auditor, at=at)
    item = audit.items.get()
    deviation = note_deviation(item, kind="other", text="No label on the part", by=auditor, at=at)
    finding = raise_finding(audit, department=here.pk, kind="other", text="Parts are not labelled", by=auditor, at=at)
    add_why(finding, text="Nobody has a printer", is_actionable=True, by=auditor, at=at)
    measure = decide_measure(
        finding, text="Buy a printer", owner=callers["owner"], due_on=at.date() + timedelta(days=9), checker=auditor,
        by=auditor, at=at,
    )  # fmt: skip
    found = figures_of([Stratum(40, 20, 10)])
    points, facts = score_of(found, Rule())  # type: ignore[arg-type]
    entries = [
        ScoreEntry.objects.create(department=department, audit=audit, kind=EntryKind.SCORE, points=points, facts=facts,
                                  at=at, appeal_until=at + timedelta(days=9))
        for department in (here, Department.objects.get(code="service"))
    ]  # fmt: skip
    head = User.objects.get(pk=callers[HEAD_HERE].pk)
    other = ScoreEntry.objects.create(
        department=here, audit=audit, kind=EntryKind.REVERSAL, points=-points, facts={"verdict": "reversed"},
        reverses=entries[1], at=at,
    )  # fmt: skip
    appealed = appeal(entries[0], text="The list was old", by=head, at=at)
    return {
        "audit": audit.number, "deviation": deviation.pk, "finding": finding.number, "measure": measure.pk,
        "score-entry": other.pk, "appeal": appealed.pk,
    }  # fmt: skip
