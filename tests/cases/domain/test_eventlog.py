"""The event log opens in a mining tool, and says what the cases say (F88)."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from lxml import etree

from cases.domain.clocks.holding import ask_hold, decide_hold, resume_case
from cases.domain.eventlog.choosing import cases_of_log
from cases.domain.eventlog.traces import MOST_CASES, People, traces_of
from cases.domain.eventlog.writing import write_csv, write_xes
from cases.longjobs_log import write_log
from cases.models import Case, Channel, Task
from procstd.errors import DomainError
from procstd.files.models import StoredFile
from procstd.jobs.domain.running import Run, claim
from procstd.jobs.models import Job
from procstd.organisation.models import User
from procstd.roles import Role
from tests.cases.journeys import START_AT, Team, do, finish, open_task, opened
from tests.factories import PersonFactory, PostFactory, PostHoldingFactory
from tests.standards import complaint, next_version, released

pytestmark = pytest.mark.django_db
LATE = START_AT + timedelta(days=30)


def at(hours: float) -> Any:
    return START_AT + timedelta(hours=hours)


@pytest.fixture
def cases() -> list[Case]:
    """One closed case, one that was sent back and on hold and is open, one that somebody practises on."""
    team, process = Team(), released(complaint()).process
    closed = finish(opened(process), team)
    back = opened(process)
    for hours in (1, 2, 3, 4):
        do(back, team, at(hours))
    do(back, team, at(5), outcome="rejected")
    task = open_task(back)
    hold = ask_hold(task, reason="Parts", days=2, by=team.worker_of(task), at=at(6))
    if hold.decided_at is None:
        decide_hold(hold, is_allowed=True, answer="", by=team["department-head@quality"], at=at(6))
    resume_case(Case.objects.get(pk=back.pk), by=team.worker_of(task), at=at(8))
    practised = opened(process)
    Case.objects.filter(pk=practised.pk).update(channel=Channel.PRACTICE)
    return [closed, Case.objects.get(pk=back.pk)]


def overseer() -> User:
    person = PersonFactory(username="overseer")
    PostHoldingFactory(person=person, post=PostFactory(role=Role.AUDITOR))
    return User.objects.get(pk=person.pk)


def traces(*, by_name: bool = False) -> list[Any]:
    return list(traces_of(Case.objects.all(), People(by_name=by_name), at=LATE))


def miner() -> Any:
    """Return pm4py; it takes seconds to load, so not every test process does."""
    import pm4py

    return pm4py


def read_xes(content: bytes, tmp_path: Path) -> Any:
    file = tmp_path / "log.xes.gz"
    file.write_bytes(content)
    return miner().read_xes(str(file))


def test_a_mining_tool_reads_as_many_cases_and_entries_as_we_say(cases: list[Case], tmp_path: Path) -> None:
    with translation.override("zh-hans"):
        content, written = write_xes(traces_of(Case.objects.all(), People(by_name=True), at=LATE), print, name="投诉")

    log = read_xes(content, tmp_path)

    ended = Task.objects.filter(process__in=cases, finished__isnull=False).exclude(step=None).count()
    started = Task.objects.filter(process__in=cases).exclude(step=None).count()
    assert (written.cases, written.events) == (2, started + ended + 2)
    assert log["case:concept:name"].nunique() == written.cases
    assert len(log) == written.events
    assert "投诉分级" in set(log["concept:name"])
    done = log[log["lifecycle:transition"] == "complete"]
    assert len(done) == ended
    assert set(done["org:role"]) >= {"service-agent", "quality-engineer"}
    assert done["org:resource"].notna().all()
    variants = miner().get_variants(done)
    assert sorted(map(len, variants)) == [5, 8]


def test_the_table_reads_the_same_in_a_mining_tool(cases: list[Case], tmp_path: Path) -> None:
    content, written = write_csv(traces_of(Case.objects.all(), People(by_name=False), at=LATE), print)

    import pandas

    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    frame = miner().format_dataframe(
        pandas.read_csv(io.BytesIO(content)), case_id="case:concept:name", activity_key="concept:name",
        timestamp_key="time:timestamp",
    )  # fmt: skip

    assert len(rows) == len(frame) == written.events
    assert frame["case:concept:name"].nunique() == 2
    counted = Counter((row["procstd:step"], row["lifecycle:transition"]) for row in rows)
    assert counted["s4", "complete"] == 2
    assert counted["s4", "start"] == 3  # of them one that is at work
    assert [row["procstd:paused_s"] for row in rows if row["lifecycle:transition"] == "resume"] == ["7200"]
    assert {row["procstd:version"] for row in rows} == {"V1.0", ""}  # a pause is of no version
    assert all(row["procstd:due"] for row in rows if row["lifecycle:transition"] == "start")


def test_a_pause_is_told_in_working_time() -> None:
    team, case = Team(), opened()
    do(case, team, at(8))
    task = open_task(case)
    asker = team.worker_of(task)
    hold = ask_hold(task, reason="Parts", days=5, by=asker, at=at(8.5))  # 17:30 on Tuesday
    if hold.decided_at is None:
        decide_hold(hold, is_allowed=True, answer="", by=team["service-supervisor"], at=at(8.5))
    resume_case(Case.objects.get(pk=case.pk), by=asker, at=at(25))  # 10:00 on Wednesday

    (trace,) = traces()

    assert [event.paused_s for event in trace.events if event.transition == "resume"] == [1.5 * 3600]
    assert trace.facts.held_s == 1.5 * 3600


def test_steps_are_told_in_the_words_of_the_version_they_were_done_by() -> None:
    team, release = Team(), released(complaint())
    case = opened(release.process)
    do(case, team, at(1))
    later = next_version(release, at=at(2))
    Case.objects.filter(pk=case.pk).update(definition=later.definition)

    (trace,) = traces()

    assert {event.version for event in trace.events} == {"V1.0"}
    assert trace.facts.version != "V1.0"


def test_colleagues_are_numbers_unless_names_are_asked_for(cases: list[Case]) -> None:
    people = {event.resource for trace in traces() for event in trace.events if event.resource}
    named = {event.resource for trace in traces(by_name=True) for event in trace.events if event.resource}

    assert people == {f"R{number:03d}" for number in range(1, len(people) + 1)}
    assert named <= set(User.objects.values_list("username", flat=True))
    assert len(named) == len(people) > 3


def test_nothing_of_the_customer_is_in_the_log(cases: list[Case]) -> None:
    assert Case.objects.filter(data__register__customer="Lihua Trading").count() == 3

    for content, _written in (
        write_csv(traces(), print), write_xes(traces(), print, name="Log"),
    ):  # fmt: skip
        text = (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content).decode()
        assert "s8" in text
        assert "Lihua" not in text
        assert "leaks" not in text


def test_the_file_is_what_its_schema_wants(cases: list[Case]) -> None:
    """IEEE 1849 wants extensions first, then globals, classifiers, attributes, traces."""
    content, _written = write_xes(traces(), print, name="Log")
    log = etree.fromstring(gzip.decompress(content))

    names = [etree.QName(child).localname for child in log]
    assert names == ["extension"] * 4 + ["global"] * 2 + ["classifier", "string", "trace", "trace"]
    times = [node.get("value") for node in log.iter("{*}date") if node.get("key") == "time:timestamp"]
    assert all(value.endswith("+00:00") for value in times)
    for trace in log.iter("{*}trace"):
        moments = [node.get("value") for node in trace.iter("{*}date") if node.get("key") == "time:timestamp"]
        assert moments == sorted(moments)


def test_many_cases_ask_no_more_than_one(cases: list[Case]) -> None:
    counts = []
    for more in (0, 28):
        for _number in range(more):
            opened(cases[0].process)
        traces()
        with CaptureQueriesContext(connection) as captured:
            assert len(traces()) == 2 + more
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_days_without_cases_are_refused(cases: list[Case]) -> None:
    auditor, process = overseer(), cases[0].process

    with pytest.raises(DomainError, match="No case"):
        cases_of_log(process, auditor, opened_from=date(2025, 1, 1), opened_until=date(2025, 1, 31))
    with pytest.raises(DomainError, match="before"):
        cases_of_log(process, auditor, opened_from=date(2026, 3, 4), opened_until=date(2026, 3, 3))
    chosen = cases_of_log(process, auditor, opened_from=date(2026, 3, 3), opened_until=date(2026, 3, 3))
    assert [case.pk for case in chosen.order_by("pk")] == [case.pk for case in cases]
    assert MOST_CASES >= 10_000


def test_a_log_is_asked_for_on_the_page_and_made_by_the_worker(
    cases: list[Case], signed_in: Any, tmp_path: Path
) -> None:
    auditor = overseer()
    asked = {
        "process": cases[0].process.code, "opened_from": "2026-03-01", "opened_until": "2026-03-09", "format": "xes",
        "language": "en",
    }  # fmt: skip

    answer = signed_in(auditor).post(reverse("cases:case-log"), asked)
    job = Job.objects.get(kind="case-log")
    assert answer.url == job.get_absolute_url()
    result = write_log(Run(claim(job.pk, at=timezone.now())))

    file = StoredFile.objects.get(key=result["file"])
    assert (file.name, result["cases"]) == ("complaint-2026-03-01-2026-03-09.xes.gz", 2)
    assert len(read_xes(file.content.read(), tmp_path)) == result["events"]


def test_days_that_cannot_be_are_told_beside_the_field(cases: list[Case], signed_in: Any) -> None:
    asked = {
        "process": cases[0].process.code, "opened_from": "2026-03-09", "opened_until": "2026-03-01", "format": "csv",
        "language": "en",
    }  # fmt: skip

    answer = signed_in(overseer()).post(reverse("cases:case-log"), asked)

    assert answer.context["form"].errors == {"opened_until": ["The last day is before the first one."]}
    assert not Job.objects.exists()
