"""The demo's cases: sixty complaints of the last three months, each driven through the real acts at past times."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from cases import demo_clocks, demo_reports
from cases.demo_texts import CUSTOMERS, PROBLEMS, Problem
from cases.domain.acting import may_work, standard_of
from cases.domain.consulting import answer, ask, remind
from cases.domain.following import add_information, rate
from cases.domain.opening import open_case
from cases.domain.working import claim, complete, hand_over
from cases.models import Case, Channel, Task
from processes.demo_complaint import CODE
from processes.models import Process
from procstd.organisation.models import User

COUNT = 60
#: The first ones are months old and long closed; the latest of this week wait at every step.
_DAYS, _LATEST, _LATEST_DAYS = 90, 22, 6
_HOME = ZoneInfo("Asia/Shanghai")
#: The latest cases wait at these steps, so that every inbox of the demo has something in it.
_WAITING_AT = {50: "s6", 51: "s5", 52: "s5", 53: "s4", 54: "s3", 55: "s2", 56: "s2", 57: "s1", 58: "s2", 59: "s2"}
_HURRY = (0.1, 0.8)
#: How long each step takes in the demo, in hours: from, to.
_HOURS = {"s1": (0.1, 1), "s2": (0.2, 3), "s3": (0.1, 1), "s4": (3, 40), "s5": (0.5, 9), "s6": (2, 20), "s7": (8, 60)}


def load(now: datetime | None = None) -> int:
    """Drive the cases as far as they had come by *now*; tell how many there are. Only into a house without them."""
    if Case.objects.filter(request_key=_key(0)).exists():
        return 0
    now = now or timezone.now()
    process = Process.objects.select_related("department").get(code=CODE)
    people = {person.username: person for person in User.objects.active()}
    for index in range(COUNT):
        _Story(index, process, people, now).run()
    demo_reports.load(now)
    return COUNT


def _key(index: int) -> str:
    return hashlib.sha256(f"demo-case-{index}".encode()).hexdigest()


class _Story:
    """What happens to one case. The same number always draws the same lots."""

    def __init__(self, index: int, process: Process, people: dict[str, User], now: datetime) -> None:
        self.index, self.process, self.people, self.now = index, process, people, now
        self.lots = Random(index)  # noqa: S311  (nothing here is secret)
        self.at = now - timedelta(days=self._age())
        self.problem: Problem = PROBLEMS[index % len(PROBLEMS)]
        self.customer, self.contact = CUSTOMERS[index % len(CUSTOMERS)]
        self.is_urgent = index % 4 == 1
        self.detours = self._detours()

    def _age(self) -> float:
        """Return how many days ago the case was opened."""
        left = COUNT - self.index
        if left <= _LATEST:
            return left * _LATEST_DAYS / _LATEST
        return _LATEST_DAYS + (left - _LATEST) * (_DAYS - _LATEST_DAYS) / (COUNT - _LATEST)

    def _detours(self) -> dict[str, list[str]]:
        """Return how often a step ends otherwise than it should, before it ends well."""
        detours: dict[str, list[str]] = {}
        if self.index % 9 == 4:
            detours["s2"] = ["incomplete"]
        if self.index % 11 == 5:
            detours["s4"] = ["unclear"]
        if self.index % 6 == 2:
            detours["s5"] = ["rejected"] * (2 if self.index % 12 == 2 else 1)
        if self.index % 13 == 6:
            detours["s6"] = ["refused"]
        if self.index == 20:
            detours["s8"] = ["unsolved"]
        return detours

    @transaction.atomic
    def run(self) -> None:
        opened_at = self.at
        self._pass(0, 0)
        if self.at >= self.now:
            self.at = opened_at  # last night's
        case = self._open()
        for task in self._open_tasks(case):
            before = self.at
            self._pass(*_HURRY if self.index in _WAITING_AT else _HOURS.get(task.key, (2, 24)))
            if self.at >= self.now or task.key == _WAITING_AT.get(self.index):
                self._leave(task, before)
                return
            demo_clocks.during(task, self.index, self.people, self._worker(task), self._between(before, self.at))
            self._complete(task)
        self._after_the_close(case)

    def _pass(self, least: float, most: float) -> None:
        """Let time pass; nobody works at night or on Sundays."""
        self.at += timedelta(hours=self.lots.uniform(least, most))
        while (local := self.at.astimezone(_HOME)).hour not in range(8, 18) or local.isoweekday() == 7:
            self.at += timedelta(hours=1)

    def _between(self, since: datetime, until: datetime) -> Callable[[float], datetime]:
        return lambda part: since + (until - since) * part

    def _open(self) -> Case:
        answers: dict[str, Any] = {
            "customer": self.customer,
            "contact": self.contact,
            "product": self.problem.product,
            "problem": self.problem.text,
        }
        channel = Channel.PUBLIC if self.index % 3 == 0 else Channel.IMPORT if self.index % 10 == 7 else Channel.STAFF
        agent = self.people["chen.jing" if self.index % 2 else "zhou.tao"]
        if channel != Channel.PUBLIC:
            answers["channel"] = "phone" if self.index % 2 else "email"
        return open_case(
            self.process,
            answers,
            by=None if channel == Channel.PUBLIC else agent,
            at=self.at,
            channel=channel,
            request_key=_key(self.index),
            outcome="received" if channel == Channel.STAFF else "",
        )

    def _open_tasks(self, case: Case) -> Iterator[Task]:
        rows = Task.objects.open().filter(process=case).select_related("process__definition", "step")
        while (task := rows.first()) is not None:
            yield task

    def _worker(self, task: Task) -> User:
        able = self._able(task)
        return able[self.index % len(able)]

    def _able(self, task: Task) -> list[User]:
        step = standard_of(task.process.definition).step(task.key)
        return [person for _code, person in sorted(self.people.items()) if step and may_work(person, step)]

    def _complete(self, task: Task) -> None:
        outcome, reason = self._outcome(task.key)
        refused = outcome == "refused"  # the customer answered, but with no: the standard's branch leads back
        answers = self._answers(task, refused=refused)
        outcome = "answered" if refused else outcome
        complete(task, outcome=outcome, answers=answers, by=self._worker(task), at=self.at, reason=reason)

    def _outcome(self, key: str) -> tuple[str, str]:
        if self.detours.get(key):
            outcome = self.detours[key].pop()
            return outcome, {"rejected": "原因依据不足，请补充检测数据。"}.get(
                outcome, "信息不足，请补充现场照片和时间。"
            )
        good = {
            "s1": "received", "s2": "graded", "s3": "assigned", "s4": "drafted", "s5": "approved", "s6": "answered",
            "s7": "done", "s8": "closed",
        }  # fmt: skip
        return good[key], ""

    def _answers(self, task: Task, *, refused: bool) -> dict[str, Any]:
        if task.key == "s1":
            return dict(task.process.data["register"])
        grading = (
            {"grade": "urgent", "risk": "同批次多家客户反馈，存在安全风险。"} if self.is_urgent else {"grade": "normal"}
        )
        solution = {
            "cause": self.problem.cause, "department": self.problem.department, "kind": self.problem.kind,
            "plan": self.problem.plan,
        }  # fmt: skip
        if self.problem.kind == "compensate":
            solution["amount"] = "1850.00"
        by_step: dict[str, dict[str, Any]] = {
            "s2": grading,
            "s4": solution,
            "s5": {"opinion": "同意。" if self.index % 2 else "依据充分，方案可行，同意。"},
            "s6": {"confirmed": not refused, "said": "希望缩短时间。" if refused else "同意方案。"},
            "s7": {"done_on": self.at.astimezone(_HOME).date().isoformat(), "result": self.problem.result},
            "s8": {"satisfaction": self._rating(), "remarks": "客户对响应速度满意。" if self.index % 3 else ""},
        }
        return by_step.get(task.key, {})

    def _rating(self) -> int:
        return self.lots.choice([3, 4, 4, 5, 5, 5])

    def _leave(self, task: Task, since: datetime) -> None:
        """Leave the case where it is by now: claimed or not, reminded, asked about, handed over."""
        if since >= self.now:
            return
        moment = since + (self.now - since) * 0.5
        worker = self._worker(task)
        what = self.index % 6
        if what in (1, 2, 3):
            claim(task, by=worker, at=moment)
        if what == 2:
            ask(task, person=self.people["tang.wei"], question="同类问题以前怎样处理？", by=worker, at=moment)
        elif what == 3:
            boss = self.people["ma.jun" if worker.username != "ma.jun" else "guo.peng"]
            asked = ask(task, person=boss, question="请会签此处理意见。", countersign=True, by=worker, at=moment)
            if self.index % 12 == 3:
                answer(asked, text="", agrees=True, by=boss, at=moment + (self.now - moment) * 0.25)
        elif what == 4:
            remind(task, by=self.people["zhao.min"], at=moment)
        elif what == 5 and len(able := self._able(task)) > 1:
            other = next(person for person in able if person != worker)
            hand_over(task, to=other, reason="我明天休假，请代为办理。", by=worker, at=moment)
        case = task.process
        if case.channel == Channel.PUBLIC:
            add_information(case, text="补充：停机后仍有渗漏，请尽快处理。", at=moment + (self.now - moment) * 0.5)
        demo_clocks.at_the_end(task, self.index, self.people, worker, self._between(since, self.now))

    def _after_the_close(self, case: Case) -> None:
        self._pass(3, 48)
        if case.channel == Channel.PUBLIC and self.at < self.now:
            rate(case, rating=self._rating(), at=self.at)
