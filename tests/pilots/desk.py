"""A pilot for tests, as far along as asked for; made by the real acts, with cases that took hours known by hand."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from cases.domain.opening import open_case
from cases.domain.satisfaction import answer as rate
from cases.domain.working import complete
from cases.models import Case, Channel, Task
from pilots.domain.beginning import begin_pilot
from pilots.domain.choosing import choose_departments, score_candidate
from pilots.domain.criteria import add_criterion, lock_criteria
from pilots.domain.planning import plan_pilot
from pilots.models import Pilot
from processes.models import Release, Revision
from procstd.organisation.models import Department, User
from procstd.roles import Role
from surveys.domain.diagnosis.baselines import add_baseline, freeze_baseline
from surveys.domain.starting import start_survey
from surveys.models import Baseline
from tests.factories import person_with
from tests.standards import holder, next_version, process_named, released, standard, step

#: Monday 2 March 2026, 9:00 in Shanghai; the pilot begins two weeks later.
BEFORE = datetime(2026, 3, 2, 1, tzinfo=UTC)
STARTS = datetime(2026, 3, 16, 1, tzinfo=UTC)
NOW = datetime(2026, 3, 30, 1, tzinfo=UTC)
DAYS: dict[str, Any] = {
    "period_from": date(2026, 3, 16), "period_until": date(2026, 4, 6), "before_from": date(2026, 3, 2),
    "before_until": date(2026, 3, 16), "cases_least": 10, "cases_most": 15,
}  # fmt: skip
HOUR = timedelta(hours=1)


def place(code: str) -> Department:
    return Department.objects.get(code=code)


def someone(code: str, role: Role = Role.FRONTLINE, department: str = "service") -> User:
    """Return the person *code*, made where missing."""
    known = User.objects.filter(username=code).first()
    return known or person_with(role, place(department), username=code, name_en=code)


def leader() -> User:
    return someone("leader", Role.PROJECT_LEAD)


def specialist() -> User:
    return someone("specialist", Role.PROCESS_SPECIALIST)


def worker() -> User:
    return User.objects.filter(username="worker").first() or holder("service-agent", username="worker")


def two_steps(**more: Any) -> dict[str, Any]:
    """Return a standard of two steps; the second may send back."""
    last = step("s2", None, "s1")
    last["outcomes"][1]["send_back"] = True
    return standard(step("s1", "s2"), last, **more)


def versions() -> tuple[Release, Revision]:
    """Release V1.0 for all, and V1.1 for the production department only: it can be tried elsewhere."""
    first = released(two_steps(), at=BEFORE - HOUR)
    second = next_version(
        first, lambda data: data["purpose"].update(en="Faster"), at=BEFORE - HOUR / 2,
        departments=[place("production")],
    )  # fmt: skip
    return first, second.definition.revision


def case_of(department: str, opened_at: datetime, hours: float | None, *, rating: int | None = None,
            back: bool = False, way: str = "a") -> Case:  # fmt: skip
    """Open a case; close it so many hours later by the clock on the wall, or leave it open.

    Hours up to 3 from nine o'clock are working hours; *back*: it is sent back once on the way.
    """
    case = open_case(
        process_named("complaint"), {"text": "It leaks", "way": way}, by=worker(), at=opened_at, channel=Channel.STAFF,
        department=place(department), request_key=secrets.token_hex(8),
    )  # fmt: skip
    if hours is None:
        return case
    ends = opened_at + hours * HOUR
    if back:
        _do(case, ends - HOUR / 4, "o1")
        _do(case, ends - HOUR / 5, "o2")
    _do(case, ends - HOUR / 6, "o1")
    _do(case, ends, "o1")
    if rating is not None:
        rate(case.satisfaction_requests.get(), rating=rating, at=ends)
    return Case.objects.get(pk=case.pk)


def _do(case: Case, at: datetime, outcome: str) -> None:
    task = Task.objects.open().filter(process=case).select_related("process__definition", "step").get()
    complete(task, outcome=outcome, reason="Because", by=worker(), at=at, answers=case.data["note"])


def weekdays(start: datetime, count: int) -> list[datetime]:
    """Return nine o'clock of so many working days from *start*, around again within two weeks."""
    days = [start + timedelta(days=number) for number in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)]
    return [days[number % len(days)] for number in range(count)]


def planned(revision: Revision | None = None, **facts: Any) -> Pilot:
    """Plan a pilot of V1.1."""
    chosen = revision or versions()[1]
    given = {"leader": leader(), "by": specialist(), "at": BEFORE, "reason": "Test", **DAYS, **facts}
    return plan_pilot(process_named("complaint"), revision=chosen, **given)


def scores(volume: int = 3, willingness: int = 5, representativeness: int = 4) -> dict[str, Any]:
    given = {"volume": volume, "willingness": willingness, "representativeness": representativeness}
    return {**given, **{f"why_{name}": f"Because of {name}" for name in given}}


def chosen(pilot: Pilot, *codes: str) -> Pilot:
    """Score departments and choose them."""
    places = [place(code) for code in codes or ("service", "quality")]
    for row in places:
        score_candidate(pilot, department=row, by=specialist(), at=BEFORE, **scores())
    choose_departments(pilot, reasons={row.pk: "Willing" for row in places}, by=specialist())
    return pilot


def with_criteria(pilot: Pilot, *names: str) -> Pilot:
    """Add criteria: half an hour, or five points of 100, matter."""
    wanted = {"cycle": ("2", "0.5"), "satisfaction": ("90", "5"), "first_time_right": ("80", "5")}
    for name in names or ("cycle",):
        threshold, effect = wanted[name]
        add_criterion(
            pilot, indicator=name, threshold=Decimal(threshold), minimum_effect=Decimal(effect), by=specialist(),
            at=BEFORE,
        )  # fmt: skip
    return pilot


def frozen(unit: str, value: str, values: str = "") -> Baseline:
    """Return a frozen figure of a survey: of 40 cases, or of those whose single values are typed."""
    survey = start_survey(
        process_named("complaint"), title_zh="调研", title_en="Survey", owner=specialist(), departments=[],
        by=specialist(), at=BEFORE,
    )  # fmt: skip
    row = add_baseline(
        survey, name_zh="数", name_en="Figure", unit_zh=unit, unit_en=unit, value=Decimal(value),
        n=None if values else 40, values=values,
        period_from=date(2026, 1, 1), period_until=date(2026, 2, 1), source="read", note="", by=specialist(), at=BEFORE,
    )  # fmt: skip
    freeze_baseline(survey, by=specialist(), at=BEFORE)
    return Baseline.objects.get(pk=row.pk)


def judged(
    pilot: Pilot, indicator: str, point: str, unit: str, *, threshold: str = "2", effect: str = "1", value: str = "",
    values: str = "",
) -> Pilot:  # fmt: skip
    """Add a criterion that is compared with a figure of a survey."""
    add_criterion(
        pilot, indicator=indicator, threshold=Decimal(threshold), minimum_effect=Decimal(effect),
        baseline=frozen(unit, value or point, values), point=Decimal(point), by=specialist(), at=BEFORE,
    )  # fmt: skip
    return pilot


def locked(*names: str, **facts: Any) -> Pilot:
    """Return a pilot whose criteria are fixed."""
    pilot = with_criteria(chosen(planned(**facts)), *names)
    lock_criteria(pilot, by=specialist(), at=BEFORE)
    return Pilot.objects.get(pk=pilot.pk)


def running(*names: str, **facts: Any) -> Pilot:
    """Return a pilot that has begun."""
    return begin_pilot(locked(*names, **facts), by=leader(), at=STARTS, reason="Nobody is trained in a test")


def worked(*names: str, before: int = 12, after: int = 12, slow: float = 3.0, fast: float = 1.0) -> Pilot:
    """Return a running pilot with cases of before and after, each with a few minutes of its own."""
    facts = versions()
    for number, at in enumerate(weekdays(BEFORE, before)):
        case_of("service", at, slow - number * 0.05, rating=3 if number % 2 else 5, back=number % 3 == 0)
    pilot = running(*names, revision=facts[1])
    for number, at in enumerate(weekdays(STARTS + HOUR / 60, after)):
        case_of("service", at, fast + number * 0.05, rating=5)
    return pilot
