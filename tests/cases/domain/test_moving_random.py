"""Any case, at any point of any story, moved to any version: it is sound after it, and runs to its end (F52, T12)."""

from __future__ import annotations

import copy
import random
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.domain.acting import standard_of, step_of
from cases.domain.chain import broken_chains
from cases.domain.clocks.firing import fire_due
from cases.domain.clocks.holding import ask_hold, resume_case
from cases.domain.clocks.replaying import facts_of, replay
from cases.domain.moving import choose
from cases.models import Case, Task
from procstd.errors import DomainError
from procstd.roles import Role
from tests.cases.journeys import START_AT, Team, do, opened, sign
from tests.factories import person_with
from tests.random_limits import random_limits
from tests.random_standards import random_standards
from tests.standards import next_version, released

pytestmark = pytest.mark.django_db

UNITS = ["hours", "days", "working_hours", "working_days", "working_minutes"]


def _other_limits(data: dict[str, Any], chance: random.Random, limits: dict[str, Any]) -> None:
    """Change limits, chains and posts of a standard; now and then what stands side by side."""
    data.update({key: copy.deepcopy(value) for key, value in limits.items() if chance.random() < 0.5})
    for row in data["steps"]:
        if chance.random() < 0.5:
            row["limit"] = {"amount": chance.randint(0, 60), "unit": chance.choice(UNITS), "from": ""}
        if chance.random() < 0.2:
            row["posts"]["R"] = [{"post": {"code": "repair-technician"}, "department": None}]


def _accountable(team: Team, task: Task) -> Any:
    place = step_of(task).posts["A"][0]
    return team[f"{place.post}@{place.department}" if place.department else place.post]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=random_standards(), seed=st.integers(0, 10_000), draw=st.data())
def test_a_random_case_moves_between_random_versions_and_its_events_tell_its_clocks(
    data: dict[str, Any], seed: int, draw: Any
) -> None:
    chance, team, lead = random.Random(seed), Team(), person_with(Role.PROJECT_LEAD)  # noqa: S311
    limits = draw.draw(random_limits(data["steps"]))
    release = released(data, code=f"moved-{seed}-{Case.objects.count()}-{len(data['steps'])}")
    case = opened(release.process, answers={"text": "x"}, channel="staff", by=team["service-agent"])
    when, latest = START_AT, release

    for round_number in range(120):
        when += timedelta(seconds=chance.randint(1, 90_000))
        tasks = list(Task.objects.open().filter(process=case).select_related("process__definition", "step"))
        if not tasks:
            break
        act = chance.choice(["step"] * 6 + ["now", "next", "keep", "hold", "resume", "fire"])
        try:
            if act in ("now", "next", "keep"):
                if round_number < 30 and chance.random() < 0.7:
                    latest = next_version(latest, lambda rows: _other_limits(rows, chance, limits), at=when)
                    when += timedelta(seconds=1)
                choose(Case.objects.get(pk=case.pk), act, to=latest.definition, reason="x", by=lead, at=when)
            elif act == "hold":
                ask_hold(tasks[0], reason="x", days=2, by=_accountable(team, tasks[0]), at=when)
            elif act == "resume":
                resume_case(Case.objects.get(pk=case.pk), by=_accountable(team, tasks[0]), at=when)
            elif act == "fire":
                fire_due(at=when)
            else:
                task = chance.choice(tasks)
                step = standard_of(task.process.definition).step(task.key)
                outcome = step.outcomes[0] if round_number > 20 else chance.choice(step.outcomes)
                answers = {"text": "x", "way": chance.choice("ab")} if step.form else {}
                sign(case, team, task.key, when)
                do(case, team, when, key=task.key, outcome=outcome.key, answers=answers)
        except DomainError:
            continue
    case = Case.objects.get(pk=case.pk)

    assert case.status == "DONE"
    assert list(broken_chains([case])) == []
    assert replay(case) == facts_of(case)
