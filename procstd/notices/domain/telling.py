"""Tell people something: the one way in (the outbox)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, TypeVar

from django.db import models, transaction

from procstd.alone import each_alone
from procstd.calendars.domain.current import Snapshot, snapshot
from procstd.notices.domain.timing import after_quiet_hours, digest_moment, in_working_time
from procstd.notices.models import Channel, Delivery, Notice, Preference, Rhythm, Robot
from procstd.notices.models.preference import DIGEST_AT
from procstd.notices.rules import Rule, Timing, rule_named
from procstd.organisation.models import Department, User
from procstd.queueing import wake

#: The Celery task that sends, by name: it stands above this module.
DELIVER = "procstd.notices.sweeps.deliver_now"
_CHUNK = 500
_KEY = re.compile(r"[\x21-\x7e]{1,150}")
_LONGEST_TITLE = 200
Row = TypeVar("Row")


@dataclass(frozen=True)
class Note:
    """What one person is to be told, in both languages. *key* names what happened, for ever; *url* is a local path."""

    person_id: int
    rule: str
    key: str
    title_zh: str
    title_en: str
    body_zh: str = ""
    body_en: str = ""
    url: str = ""


@transaction.atomic
def tell(notes: Sequence[Note], *, at: datetime) -> int:
    """Put *notes* into the lists of those whom they are for, and queue what leaves the house.

    Part of the caller's transaction: rolled back with it, seen with it. What a person was told
    already by the same key is not told again. Returns how many notices are new. A constant number of
    statements for each 500 notes.
    """
    wanted = {(note.person_id, note.key): note for note in notes}
    for note in wanted.values():
        if rule_named(note.rule) is None or not _KEY.fullmatch(note.key):
            raise ValueError(f"No rule is named {note.rule!r}, or the key is not 1 to 150 characters: {note.key!r}.")
        if note.url and not is_local(note.url):
            raise ValueError(f"A notice leads to a page of ours, not to {note.url!r}.")
    chunks = list(wanted.values())
    return sum(_tell(chunks[begin : begin + _CHUNK], at) for begin in range(0, len(chunks), _CHUNK))


def tell_each(rows: Iterable[Row], notes: Callable[[Row], Sequence[Note]], *, at: datetime, event: str) -> int:
    """Tell the *notes* of every row of a sweep; one that cannot be told keeps no other from it, and is logged (W10).

    All of them at once, so that what was told in a round before costs nothing by row; row by row only if that fails.
    """
    due = list(rows)
    try:
        return tell([note for row in due for note in notes(row)], at=at)
    except Exception:  # whatever is wrong is one row's, and logged as such
        return sum(each_alone(due, lambda row: tell(notes(row), at=at), event=event))


def is_local(url: str) -> bool:
    """Tell whether *url* is a path on this site: what starts with two slashes is not."""
    return url.startswith("/") and not url.startswith(("//", "/\\")) and url.isprintable()


def _tell(notes: Sequence[Note], at: datetime) -> int:
    people = {person.pk: person for person in User.objects.active().filter(pk__in={note.person_id for note in notes})}
    mine = models.Q(person__in=list(people), key__in={note.key for note in notes})
    known = set(Notice.objects.filter(mine).values_list("person_id", "key"))
    fresh = [note for note in notes if note.person_id in people and (note.person_id, note.key) not in known]
    if not fresh:
        return 0
    Notice.objects.bulk_create([_notice(note, at) for note in fresh], ignore_conflicts=True)
    ids = {(person, key): pk for person, key, pk in Notice.objects.filter(mine).values_list("person_id", "key", "pk")}
    plan = _Plan(people, {note.rule for note in fresh}, at)
    rows: dict[str, Delivery] = {}
    for note in fresh:
        for row in plan.deliveries(note, ids[note.person_id, note.key]):
            rows.setdefault(row.key, row)
    Delivery.objects.bulk_create(rows.values(), ignore_conflicts=True)
    if any(row.next_at <= at for row in rows.values()):
        wake(DELIVER)
    return len(fresh)


def _notice(note: Note, at: datetime) -> Notice:
    # A title becomes the subject of a mail: one line.
    titles = {name: " ".join(getattr(note, name).split())[:_LONGEST_TITLE] for name in ("title_zh", "title_en")}
    return Notice(
        person_id=note.person_id,
        rule=note.rule,
        key=note.key,
        body_zh=note.body_zh,
        body_en=note.body_en,
        url=note.url,
        created_at=at,
        **titles,
    )


class _Plan:
    """By which ways, and when, the notes of one call leave the house."""

    def __init__(self, people: dict[int, User], rules: Iterable[str], at: datetime) -> None:
        self.people, self.at = people, at
        self.rules: dict[str, Rule] = {name: rule for name in rules if (rule := rule_named(name))}
        chosen = Preference.objects.filter(person__in=list(people), rule__in=list(self.rules))
        self.chosen = {
            (person, rule): timing for person, rule, timing in chosen.values_list("person", "rule", "timing")
        }
        self.rhythms = {rhythm.person_id: rhythm for rhythm in Rhythm.objects.filter(person__in=list(people))}
        self.calendars: Snapshot = snapshot()
        self.robots = [robot for robot in Robot.objects.filter(is_active=True) if set(robot.rules) & set(self.rules)]
        self.scopes = _scopes(self.robots)

    def deliveries(self, note: Note, notice_id: int) -> list[Delivery]:
        rule = self.rules[note.rule]
        if rule.inside_only:
            return []
        return [*self._mails(note, rule, notice_id), *self._to_robots(note, rule, notice_id)]

    def _mails(self, note: Note, rule: Rule, notice_id: int) -> list[Delivery]:
        person = self.people[note.person_id]
        timing = self.chosen.get((person.pk, rule.name), rule.default_timing)
        if timing == Timing.NEVER_MAIL or not person.email:
            return []
        facts: dict[str, Any] = {
            "key": f"{note.key}:{person.pk}:{Channel.MAIL.value}",
            "channel": Channel.MAIL,
            "notice_id": notice_id,
            "person": person,
            "created_at": self.at,
        }
        if timing == Timing.DIGEST:
            digest = digest_for(person, self.rhythms.get(person.pk), self.calendars, self.at)
            return [digest, Delivery(**facts, digest_key=digest.key, next_at=digest.next_at)]
        return [Delivery(**facts, next_at=self._moment(person, timing))]

    def _moment(self, person: User, timing: str) -> datetime:
        quiet = quiet_hours(self.rhythms.get(person.pk))
        if timing == Timing.WORKING:
            calendar = self.calendars.for_department(person.department_id).time
            return in_working_time(self.at, calendar, person.zone, *quiet)
        return after_quiet_hours(self.at, person.zone, *quiet)

    def _to_robots(self, note: Note, rule: Rule, notice_id: int) -> list[Delivery]:
        department = self.people[note.person_id].department_id
        return [
            Delivery(
                # Without the person: a group is told once, however many people are.
                key=f"{note.key}:robot:{robot.pk}",
                channel=Channel.ROBOT,
                notice_id=notice_id,
                robot=robot,
                next_at=self._moment_of(robot, rule),
                created_at=self.at,
            )
            for robot in self.robots
            if rule.name in robot.rules and (robot.department_id is None or department in self.scopes[robot.pk])
        ]

    def _moment_of(self, robot: Robot, rule: Rule) -> datetime:
        if rule.default_timing in (Timing.AT_ONCE, Timing.NEVER_MAIL):
            return self.at
        calendar = self.calendars.for_department(robot.department_id).time
        return max(calendar.add(self.at, 0), self.at)


def quiet_hours(rhythm: Rhythm | None) -> tuple[time | None, time | None]:
    """Return from when until when nothing may be sent to a person."""
    return (rhythm.quiet_from, rhythm.quiet_until) if rhythm else (None, None)


def digest_for(person: User, rhythm: Rhythm | None, calendars: Snapshot, at: datetime) -> Delivery:
    """Return the person's next digest after *at*: one for each person and day."""
    calendar = calendars.for_department(person.department_id).time
    digest_at = rhythm.digest_at if rhythm else DIGEST_AT
    day, moment = digest_moment(at, calendar, person.zone, digest_at, *quiet_hours(rhythm))
    return Delivery(
        key=f"digest:{person.pk}:{day.isoformat()}",
        channel=Channel.DIGEST,
        person=person,
        next_at=moment,
        created_at=at,
    )


def _scopes(robots: Sequence[Robot]) -> dict[int, set[int]]:
    """Return the departments that each robot with a department listens to: its own and those below. One read."""
    limited = [robot for robot in robots if robot.department_id is not None]
    if not limited:
        return {}
    parents = dict(Department.objects.without_tree_fields().order_by().values_list("pk", "parent_id"))
    scopes: dict[int, set[int]] = {}
    for robot in limited:
        scopes[robot.pk] = {pk for pk in parents if robot.department_id in _upwards(pk, parents)}
    return scopes


def _upwards(pk: int | None, parents: dict[int, int | None]) -> list[int]:
    """Return a department and those above it."""
    way: list[int] = []
    while pk is not None and pk not in way:
        way.append(pk)
        pk = parents.get(pk)
    return way
