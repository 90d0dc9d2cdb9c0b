"""What the people of the demo do with the clocks: hold, more time, exceptions, another grade."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from cases.domain.acting import may_direct, may_work, standard_of, step_of
from cases.domain.clocks.exceptions import end_exception, report_exception
from cases.domain.clocks.extending import ask_extension, decide_extension
from cases.domain.clocks.holding import ask_hold, decide_hold, resume_case, wait_for_customer
from cases.domain.clocks.regrading import regrade
from cases.models import Clock, Task
from cases.models.clock import Target
from procstd.organisation.models import User

People = dict[str, User]
#: A moment of the time that a task took: 0 is its begin, 1 its end.
When = Callable[[float], datetime]


def during(task: Task, index: int, people: People, worker: User, when: When) -> None:
    """Do what happens to the clocks while a task is worked on, in cases that go on."""
    match task.key, index:
        case "s1", _ if index % 12 == 0:
            _exception(task, worker, when, is_ended=True)
        case "s3", _ if index % 20 == 9:
            _regrade(task, people, when(0.5))
        case "s4", _ if index % 8 == 3:
            _hold(task, people, worker, when, is_allowed=True)
            resume_case(task.process, by=worker, at=when(0.95))
        case "s4", _ if index % 16 == 14:
            _hold(task, people, worker, when, is_allowed=False)
        case "s7", _ if index % 8 == 5:
            _more_time(task, people, worker, when, is_allowed=True)
        case "s7", _ if index % 16 == 6:
            _more_time(task, people, worker, when, is_allowed=False)


def at_the_end(task: Task, index: int, people: People, worker: User, when: When) -> None:
    """Do what is still open today, in cases that wait."""
    step = step_of(task)
    if index == 50 and step.customer_days:
        wait_for_customer(task, reason="请客户确认更换方案并回签确认书。", by=worker, at=when(0.85))
    elif index == 50:
        _more_time(task, people, worker, when, is_allowed=None, target=Target.TOTAL)
    elif index == 53:
        _more_time(task, people, worker, when, is_allowed=True, target=Target.TOTAL)
        _hold(task, people, worker, lambda part: when(0.9 + part / 10), is_allowed=None)
    elif index == 54:
        _hold(task, people, worker, when, is_allowed=True)
    elif index == 56:
        _more_time(task, people, worker, when, is_allowed=None, target=Target.TOTAL)
    elif index == 57:
        _exception(task, worker, when, is_ended=False)


def _accountable(task: Task, people: People, *, but: User) -> User | None:
    step = step_of(task)
    able = [person for _code, person in sorted(people.items()) if may_direct(person, step) and not person.is_staff]
    return next((person for person in able if person != but), None)


def _asker(task: Task, people: People, worker: User) -> User:
    """Return who asks: whoever has the task, unless that is the only one who could decide."""
    step = step_of(task)
    boss = _accountable(task, people, but=worker)
    if boss is not None and not may_direct(worker, step):
        return worker
    able = [person for _code, person in sorted(people.items()) if may_work(person, step)]
    return next((person for person in able if not may_direct(person, step)), worker)


def _hold(task: Task, people: People, worker: User, when: When, *, is_allowed: bool | None) -> None:
    asker = _asker(task, people, worker)
    hold = ask_hold(task, reason="等待第三方检测报告，预计三天内收到。", days=5, by=asker, at=when(0.8))
    boss = _accountable(task, people, but=asker)
    if is_allowed is None or hold.decided_at is not None or boss is None:
        return
    decide_hold(
        hold, is_allowed=is_allowed, answer="" if is_allowed else "请先用库存样品复测，不必等报告。", by=boss,
        at=when(0.9),
    )  # fmt: skip


def _more_time(
    task: Task, people: People, worker: User, when: When, *, is_allowed: bool | None, target: Target = Target.STEP
) -> None:
    clocks = Clock.objects.open().select_related("case").filter(case=task.process, target=target)
    clock = clocks.filter(task=task).first() if target == Target.STEP else clocks.first()
    if clock is None or clock.due_at is None or clock.due_at <= when(0.8):
        return
    asker = _asker(task, people, worker)
    asked = ask_extension(
        clock, amount=1, unit="working_days", reason="备件需从外地调拨，明天才能到货。", by=asker, at=when(0.8)
    )
    boss = _accountable(task, people, but=asker)
    if is_allowed is None or boss is None:
        return
    decide_extension(
        asked, is_allowed=is_allowed, answer="" if is_allowed else "本地仓库有货，请今天领用。", by=boss, at=when(0.9)
    )


def _exception(task: Task, worker: User, when: When, *, is_ended: bool) -> None:
    rules = [row for row in standard_of(task.process.definition).exceptions if row.step == task.key]
    open_rules = set(Clock.objects.open().filter(task=task).exclude(rule="").values_list("rule", flat=True))
    rule = next((row for row in rules if row.key not in open_rules), None)
    if rule is None:
        return
    report_exception(task, rule=rule.key, reason="客户未提供序列号和现场照片。", by=worker, at=when(0.8))
    if is_ended:
        clock = Clock.objects.select_related("case", "task__process").get(task=task, rule=rule.key, ended_at=None)
        end_exception(clock, reason="已电话联系客户，序列号和照片已补齐。", by=worker, at=when(0.95))


def _regrade(task: Task, people: People, at: datetime) -> None:
    grade = task.process.data["grading"]["grade"]
    regrade(
        task.process, field="grading.grade", value="normal" if grade == "urgent" else "urgent",
        reason="客户补充说明后重新评估风险。", by=people["zhao.min"], at=at,
    )  # fmt: skip
