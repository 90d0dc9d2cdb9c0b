"""The bell rings for whoever loses a task, and for whoever is given one (F52, F63)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.domain.working import claim, hand_over, put_back
from procstd.notices.models import Notice
from procstd.organisation.models import User
from tests.cases.journeys import START_AT, Team, open_task, opened
from tests.standards import holder

pytestmark = pytest.mark.django_db
LATER = START_AT + timedelta(hours=2)


def _rung(person: User) -> list[tuple[str, str, str]]:
    rows = Notice.objects.filter(person=person, rule__startswith="task.")
    return [(row.rule, row.title_en, row.body_en) for row in rows.order_by("pk")]


def test_who_loses_a_task_that_is_handed_over_is_told_and_who_gets_it_too() -> None:
    team, other = Team(), holder("service-agent")
    case, agent, lead = opened(), team["service-agent"], team["service-supervisor"]
    claim(open_task(case), by=agent, at=START_AT)

    hand_over(open_task(case), to=other, reason="The customer is called Zhang", by=lead, at=LATER)

    ((rule, title, body),) = _rung(agent)
    assert (rule, title.startswith(f"{case.number}: “"), title.endswith("” is no longer yours")) == (
        "task.lost", True, True
    )  # fmt: skip
    assert body == f"{lead} gave it to {other}."
    assert [row[0] for row in _rung(other)] == ["task.given"]
    assert _rung(lead) == []
    # Reasons stay in the house.
    assert "Zhang" not in f"{title}{body}"
    notice = Notice.objects.get(person=agent, rule="task.lost")
    assert (notice.url, "不再由您办理" in notice.title_zh or "no longer" in notice.title_zh) == (
        case.get_absolute_url(), True
    )  # fmt: skip


def test_what_one_does_oneself_rings_no_bell_for_oneself() -> None:
    team, other = Team(), holder("service-agent")
    case, agent = opened(), team["service-agent"]
    claim(open_task(case), by=agent, at=START_AT)
    hand_over(open_task(case), to=other, reason="Busy", by=agent, at=LATER)
    put_back(open_task(case), by=other, at=LATER)

    assert _rung(agent) == []
    assert [row[0] for row in _rung(other)] == ["task.given"]


def test_who_loses_a_task_to_its_posts_is_told_once() -> None:
    team = Team()
    case, agent, lead = opened(), team["service-agent"], team["service-supervisor"]
    claim(open_task(case), by=agent, at=START_AT)

    put_back(open_task(case), by=lead, at=LATER)
    put_back(open_task(case), by=lead, at=LATER)

    assert [(rule, body) for rule, _title, body in _rung(agent)] == [
        ("task.lost", f"{lead} gave it back: whoever holds its post can take it.")
    ]
