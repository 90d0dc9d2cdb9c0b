"""What `manage.py bench audit` measures: a sample of a million cases, conformance, the scores of a year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial

from django.db import connection

from audits.domain.drawing import draw_sample
from audits.domain.examining import examine_cases
from audits.domain.freezing import freeze_population
from audits.domain.opening import open_audit
from audits.domain.scoring import write_scores
from audits.models import Audit, Check, Conclusion, Draw, Item, Population
from audits.queries.figures import by_department, figures_of, strata_of
from audits.queries.ledger import Rule, differences
from audits.queries.sheets import totals_of
from cases.bench_rows import COPIED, copy_cases, copy_rows, settle
from cases.benches import FILED, STEPS
from cases.domain.opening import open_case
from cases.domain.working import complete
from cases.models import Case, Channel, Task
from processes import demo as processes_demo
from processes.demo_complaint import CODE
from processes.models import Process
from procstd.estimates.rates import Stratum
from procstd.measuring import Row, measure_once
from procstd.organisation import demo as organisation_demo
from procstd.organisation.models import Department, Post, PostHolding, User
from procstd.roles import Role

_AT = datetime(2026, 3, 3, 1, tzinfo=UTC)
_MARCH = date(2026, 3, 1)
_LATER = datetime(2026, 4, 2, 1, tzinfo=UTC)
#: So many cases of each department are checked in each audit.
_CHECKED = 10


def audit(n: int | None) -> Iterator[Row]:
    """Freeze and draw over 1,000,000 cases, compare 10,000 with their standard, score 200 departments for a year."""
    organisation_demo.load()
    processes_demo.load()
    process = Process.objects.select_related("department").get(code=CODE)
    people = {person.username: person for person in User.objects.all()}
    driven = [_driven(process, people, grade) for grade in ("normal", "urgent")]
    auditor = _auditor(people)
    each = max(n or 10_000, _CHECKED) // len(driven)
    keys = [key for pattern in driven for key in copy_cases(pattern, each)]
    settle(*COPIED)
    yield measure_once("conformance", len(keys), lambda: list(examine_cases(keys)))
    _many(driven, (n or 1_000_000) - Case.objects.filter(process=process).count())
    size = Case.objects.filter(process=process).count()
    opened = open_audit(process, month=_MARCH, by=auditor, at=_LATER)
    yield measure_once("sample.draw", size, partial(_draw, opened, auditor))
    yield scores(process, auditor, min(200, Case.objects.count() // _CHECKED))


def _auditor(people: dict[str, User]) -> User:
    known = next((person for person in people.values() if Role.AUDITOR in person.roles), None)
    if known is not None:
        return known
    person = people["he.lin"]
    post = Post.objects.create(code="bench-auditor", name_zh="稽核", name_en="Auditor", role=Role.AUDITOR)
    PostHolding.objects.create(person=person, post=post, department=Department.objects.first(), valid_from=_MARCH)
    return User.objects.get(pk=person.pk)


def _driven(process: Process, people: dict[str, User], grade: str) -> int:
    """Open a case and do all its steps; return its key."""
    case = open_case(process, FILED, by=None, at=_AT, channel=Channel.PUBLIC, request_key=f"audit-bench-{grade}")
    at = _AT
    for key, (code, outcome, answers) in STEPS.items():
        at += timedelta(minutes=5)
        task = Task.objects.open().select_related("process__definition", "step").get(process=case)
        given = {"grade": grade, "risk": "Fire"} if key == "s2" and grade == "urgent" else answers
        complete(task, outcome=outcome, answers=given, by=people[code], at=at)
    return case.pk


def _many(driven: list[int], count: int) -> None:
    """Have *count* more closed cases, shared among departments and grades, each with a chain's end of its own."""
    departments = list(Department.objects.without_tree_fields().order_by("pk").values_list("pk", flat=True)[:4])
    is_postgres = connection.vendor == "postgresql"
    head = "md5(n.i::text) || md5((n.i + 1)::text)" if is_postgres else "lower(hex(randomblob(32)))"
    places = [(key, department) for key in driven for department in departments]
    first = Case.objects.order_by("-pk").values_list("pk", flat=True)[0]
    for number, (key, department) in enumerate(places):
        share = max(count, 0) // len(places) + (number < max(count, 0) % len(places))
        if not share:
            continue
        number_of = f"{first} + n.i"
        changed = {
            "id": number_of, "request_key": f"'audited-' || CAST({number_of} AS TEXT)", "head": head,
            "department_id": str(department),
        }  # fmt: skip
        copy_rows(Case, key, share, changed)
        first += share
    settle(Case)


def _draw(opened: Audit, auditor: User) -> None:
    freeze_population(opened, by=auditor, at=_LATER)
    draw_sample(opened, auditors=[auditor], by=auditor, at=_LATER)


def scores(process: Process, auditor: User, count: int) -> Row:
    """Score *count* departments in twelve audits; then compute the whole ledger anew and add it up."""
    made = [Department(code=f"bench-{number}", name_zh=f"部门{number}", name_en=f"Department {number}")
            for number in range(count)]  # fmt: skip
    for department in made:
        department.save()
    keys = list(Case.objects.order_by("pk").values_list("pk", flat=True)[: count * _CHECKED])
    audits = [_concluded(process, auditor, made, month, keys) for month in range(1, 13)]

    def work() -> None:
        for row in audits:
            strata = by_department(strata_of(row))
            found = {code: figures for code, rows in strata.items() if (figures := figures_of(rows))}
            write_scores(row, found, Rule(), at=_LATER)
        if differences():
            raise RuntimeError("The ledger is not what the checks give.")
        totals_of(User(is_staff=True), _LATER.year)

    figures_of([Stratum(2, 1, 1)])  # loads what bounds are computed with, which is no part of the work
    return measure_once("scores", count, work)


def _concluded(process: Process, auditor: User, made: list[Department], month: int, keys: list[int]) -> Audit:
    """Have an audit of an earlier year's month with ten checked cases of each department, as rows."""
    opened = open_audit(process, month=date(2025, month, 1), by=auditor, at=_LATER)
    strata = {f"{row.code}/normal": [100, 10] for row in made}
    Population(
        audit=opened, count=100 * len(made), sha256="0" * 64, strata=strata, size=10 * len(made),
        size_by_percent=10 * len(made), earlier=0, late=0, by=auditor, at=_LATER,
    ).save()  # fmt: skip
    draw = Draw(audit=opened, round=1, commitment=opened.commitments.get(), size=0, by=auditor, at=_LATER)
    draw.save()
    rows = [
        Item(
            audit=opened, draw=draw, case_id=keys[position - 1], position=position, stratum=f"{row.code}/normal",
            department=row, at=_LATER,
        )
        for position, row in enumerate((row for row in made for _number in range(_CHECKED)), 1)
    ]  # fmt: skip
    items = Item.objects.bulk_create(rows, batch_size=500)
    Check.objects.bulk_create(
        Check(item=item, complies=(item.position * 7 + month) % 11 > 0, by=auditor, at=_LATER) for item in items
    )
    Conclusion(audit=opened, facts={"whole": {}}, by=auditor, at=_LATER).save()
    return Audit.objects.select_related("population", "conclusion", "process").get(pk=opened.pk)


SUBJECTS = {"audit": audit}
