"""The demo's observations: two cycles watched, what was odd in them (H2.2.1)."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from surveys.domain.laps import LapNote, keep_lap
from surveys.domain.measuring import take_over
from surveys.domain.observing import begin_observation, end_observation
from surveys.models import AsIsStep, Observation, Survey

_SEARCHED = "型号要在旧系统里查，找了 11 分钟"


def load_observations(survey: Survey, at: datetime) -> int:
    """Load one observation that is over and one that runs; tell how many. Their median is what the steps say already."""
    if survey.observations.exists():
        return 0
    first = survey.steps.earliest("number")
    service = first.department
    # fmt: off
    over, runs = (
        begin_observation(
            survey,
            observer=survey.owner,
            subject=subject,
            place="客户服务中心 2 楼",
            department=service,
            by=survey.owner,
            at=at + timedelta(days=day),
        )
        for day, subject in enumerate(("投诉 C-000012，第一轮", "投诉 C-000031，第二轮"))
    )
    # fmt: on
    _lap(over, first, 0, 55)
    _lap(over, None, 55, 66, what="在旧系统里查型号", anomaly=_SEARCHED)
    _lap(runs, first, 0, 65)
    end_observation(over, by=survey.owner, at=over.began_at + timedelta(minutes=70))
    take_over(survey, by=survey.owner, at=runs.began_at + timedelta(minutes=70))
    return 2


def _lap(row: Observation, step: AsIsStep | None, begin: int, end: int, *, what: str = "", anomaly: str = "") -> None:
    began, until = (row.began_at + timedelta(minutes=minutes) for minutes in (begin, end))
    note = LapNote(uuid.uuid4(), 1, step, what or (step.name_zh if step else ""), began, until, anomaly)
    keep_lap(row, note, by=row.observer, at=until)
