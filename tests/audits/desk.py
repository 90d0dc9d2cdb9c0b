"""Audits for tests: a month of closed cases of the complaint standard, auditors, a sample; made by the real acts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection

from audits.domain.checking import finish_check, judge_flag
from audits.domain.concluding import conclude_audit
from audits.domain.drawing import draw_sample
from audits.domain.examining import examine_sample
from audits.domain.freezing import freeze_population
from audits.domain.opening import open_audit
from audits.models import Audit, Deviation, Item, Source
from cases.models import Case
from processes.models import Process
from procstd.organisation.models import User
from procstd.roles import Role
from tests.cases.journeys import Team, finish, opened
from tests.factories import DepartmentFactory, person_with
from tests.standards import released

#: A Tuesday morning in Shanghai; March 2026 is audited in April.
MARCH = date(2026, 3, 1)
IN_MARCH = datetime(2026, 3, 3, 1, tzinfo=UTC)
IN_APRIL = datetime(2026, 4, 2, 1, tzinfo=UTC)


def person(code: str, role: Role, department: str = "office") -> User:
    """Return the person *code*, made where missing."""
    known = User.objects.filter(username=code).first()
    return known or person_with(role, DepartmentFactory(code=department), username=code, name_en=code.title())


def auditor(code: str = "auditor") -> User:
    return person(code, Role.AUDITOR, "internal-audit")


def moments(start: datetime) -> Iterator[datetime]:
    while True:
        yield start
        start += timedelta(minutes=5)


def closed(process: Process, team: Team, at: datetime = IN_MARCH, **facts: Any) -> Case:
    """Return a case that was opened and closed by the standard, all steps within the hour."""
    return finish(opened(process, at=at, **facts), team, moments(at + timedelta(minutes=1)))


def month_of_cases(count: int = 12, *, at: datetime = IN_MARCH) -> tuple[Process, Team, list[Case]]:
    """Return closed cases of the complaint process."""
    process = Process.objects.filter(code="complaint").first() or released().process
    team = Team()
    return process, team, [closed(process, team, at + timedelta(minutes=number)) for number in range(count)]


def opened_audit(process: Process, *, by: User | None = None, month: date = MARCH, at: datetime = IN_APRIL,
                 **settings: Any) -> Audit:  # fmt: skip
    return open_audit(process, month=month, by=by or auditor(), at=at, **settings)


def drawn(process: Process, *auditors: User, at: datetime = IN_APRIL, **settings: Any) -> Audit:
    """Open, freeze and draw."""
    people = auditors or (auditor(),)
    audit = opened_audit(process, by=people[0], at=at, **settings)
    freeze_population(audit, by=people[0], at=at)
    draw_sample(audit, auditors=people, by=people[0], at=at)
    examine_sample(audit, at=at)
    return audit


def checked(audit: Audit, *, at: datetime = IN_APRIL, confirm: bool = True) -> Audit:
    """Check every case that stands, by whom it was given to; confirm every flag, or reject it."""
    for item in Item.objects.standing().filter(audit=audit, check_done=None):
        by = item.assignments.latest("pk").auditor
        for flag in Deviation.objects.filter(item=item, source=Source.SOFTWARE, verdict=None):
            judge_flag(flag, is_confirmed=confirm, reason="Looked at", by=by, at=at)
        finish_check(item, by=by, at=at)
    return audit


def concluded(process: Process, *auditors: User, at: datetime = IN_APRIL, **settings: Any) -> Audit:
    """Draw, check and conclude."""
    audit = checked(drawn(process, *auditors, at=at, **settings), at=at)
    conclude_audit(audit, by=auditors[0] if auditors else auditor(), at=at)
    return Audit.objects.get(pk=audit.pk)


@contextmanager
def unguarded(model: Any) -> Iterator[None]:
    """Take the guards of a table away, as somebody with the database in hands could."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # What is left to be checked at the end of the transaction would keep the table from being altered.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            yield
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        yield
        for _name, sql in triggers:
            cursor.execute(sql)
