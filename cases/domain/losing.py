"""Tell whoever had a task that it is theirs no longer, and whoever was given one that it is (F63).

Reasons that people wrote stay on the page, as everywhere: they can name the customer (A4).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.models import Case, Task
from cases.notices import GIVEN, LOST, words_of_request
from processes.domain.standard import Step
from procstd.bilingual import filled, in_each_language
from procstd.notices.domain.telling import Note, tell
from procstd.notices.rules import Rule
from procstd.organisation.models import User


def tell_of_hand_over(task: Task, step: Step, *, was: User | None, to: User, by: Any, at: datetime) -> None:
    """Tell who had the task and who has it now, unless it was their own doing."""
    case, notes = task.process, []
    if was is not None and was not in (by, to):
        notes.append(_lost(task, step, was, filled(_("%(who)s gave it to %(to)s."), who=by, to=to), at))
    if to not in (by, was):
        title = filled(_("%(case)s: “%(step)s” is yours now"), case=case.number, step=step.title)
        notes.append(_note(GIVEN, task, to, title, filled(_("%(who)s gave it to you."), who=by), at))
    tell(notes, at=at)


def tell_of_put_back(task: Task, step: Step, *, was: User | None, by: Any, at: datetime) -> None:
    """Tell who had the task that somebody else gave it back to its posts."""
    if was is not None and was != by:
        why = filled(_("%(who)s gave it back: whoever holds its post can take it."), who=by)
        tell([_lost(task, step, was, why, at)], at=at)


def tell_of_move(lost: list[tuple[Task, Any, Any]], *, version: Any, by: Any, at: datetime) -> None:
    """Tell those whose task went to another post when its case moved to *version* (F52)."""
    why = filled(_("The case runs by %(version)s now, where another post does this step."), version=str(version))
    tell([_lost(task, step, was, why, at) for task, step, was in lost if was != by], at=at)


def _lost(task: Task, step: Step, was: User, why: Any, at: datetime) -> Note:
    title = filled(_("%(case)s: “%(step)s” is no longer yours"), case=task.process.number, step=step.title)
    return _note(LOST, task, was, title, why, at)


def _note(rule: Rule, task: Task, person: User, title: Any, why: Any, at: datetime) -> Note:
    case: Case = task.process
    bodies = in_each_language(why)
    return Note(
        person.pk, rule.name, f"task:{task.pk}:{rule.name}:{at.timestamp():.6f}", **words_of_request(title),
        body_zh=bodies["zh"], body_en=bodies["en"], url=case.get_absolute_url(),
    )  # fmt: skip
