"""Where the cases of a report belong and what things are called: by what was released, and by how it was named then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from cases.models import Case, Event
from cases.models.event import EventKind
from processes.domain.parsing import parse
from processes.domain.standard import Standard, Step
from processes.models import Definition
from processes.models.release import DefinitionBroken
from procstd.logs import log
from procstd.organisation.models import Department

_CHUNK = 500


def in_chunks(keys: Iterable[int]) -> Iterator[list[int]]:
    """Yield *keys* in order, so many at a time as a statement may name."""
    rows = sorted(keys)
    for start in range(0, len(rows), _CHUNK):
        yield rows[start : start + _CHUNK]


class House:
    """The cases of a week: the department of each, given for good, and the standard that it ran by at its end."""

    def __init__(self, until: datetime) -> None:
        self._until = until
        self._bound: dict[int, tuple[int, int]] = {}
        self._standards: dict[int, tuple[Standard, dict[str, set[str]]]] = {}
        self._departments = _departments(until)

    def learn(self, cases: Iterable[int]) -> None:
        """Read what is not known yet of *cases*."""
        for chunk in in_chunks(set(cases) - self._bound.keys()):
            rows = list(Case.objects.filter(pk__in=chunk).values_list("pk", "department_id", "definition_id", "moves"))
            then = _definitions_then([key for key, *_rest, moves in rows if moves], self._until)
            self._bound |= {key: (department, then.get(key, bound)) for key, department, bound, _moves in rows}
        wanted = {definition for _department, definition in self._bound.values()} - self._standards.keys()
        self._standards |= _standards(wanted)

    def standard(self, case: int) -> Standard | None:
        """Return the standard of a case; None if its definition was altered."""
        found = self._standards.get(self._bound[case][1])
        return found[0] if found else None

    def steps(self, case: int) -> tuple[Step, ...]:
        standard = self.standard(case)
        return standard.steps if standard else ()

    def home(self, case: int) -> str:
        """Return the code of a case's department."""
        return self._departments[self._bound[case][0]][0]

    def process(self, case: int) -> str:
        standard = self.standard(case)
        return standard.code if standard else ""

    def department(self, case: int, key: str) -> str:
        """Return the code of the department that answers for a step of a case."""
        step = next((step for step in self.steps(case) if step.key == key), None)
        if step is None:
            return self.home(case)
        named = {place.department for place in step.responsible}
        if len(named) == 1 and (code := next(iter(named))) is not None:
            return code
        homes = self._standards[self._bound[case][1]][1]
        answering = {department for place in step.responsible for department in homes.get(place.post, ())}
        return answering.pop() if len(answering) == 1 else self.home(case)

    def by_home(self, cases: Iterable[int]) -> list[list[Any]]:
        """Return how many of *cases* each department and process has: rows of both and a number."""
        counted = Counter((self.home(case), self.process(case)) for case in cases)
        return [[*where, number] for where, number in sorted(counted.items())]

    def departments(self, codes: set[str]) -> dict[str, dict[str, str]]:
        """Return the names of departments."""
        names = {code: {"zh": zh, "en": en} for code, zh, en in self._departments.values()}
        return {code: names.get(code, {"zh": code, "en": code}) for code in sorted(codes)}

    def processes(self) -> dict[str, Any]:
        """Return names, steps and ways of sending back of each process, by the latest definition of these cases."""
        named: dict[str, Any] = {}
        for _key, (standard, _homes) in sorted(self._standards.items()):
            steps = named.get(standard.code, {}).get("steps", {})
            steps |= {step.key: _step_named(step) for step in standard.steps}
            named[standard.code] = {"zh": standard.name.zh, "en": standard.name.en, "steps": steps}
        return named


def _definitions_then(moved: list[int], until: datetime) -> dict[int, int]:
    """Return the definitions by which cases that were *moved* ran at a moment (F52). No statement if none was."""
    if not moved:
        return {}
    hashes: dict[int, str] = {}
    events = Event.objects.filter(case__in=moved, kind=EventKind.MOVED).order_by("position")
    for case, at, body in events.values_list("case_id", "at", "body"):
        hashes.setdefault(case, body["was"])
        if at < until:
            hashes[case] = body["definition"]
    keys = dict(Definition.objects.filter(sha256__in=set(hashes.values())).values_list("sha256", "pk"))
    return {case: keys[sha] for case, sha in hashes.items() if sha in keys}


def _step_named(step: Step) -> dict[str, Any]:
    back = {row.key: {"zh": row.label.zh, "en": row.label.en} for row in step.outcomes if row.is_send_back}
    return {"number": step.number, "zh": step.title.zh, "en": step.title.en, "outcomes": back}


def _standards(keys: set[int]) -> dict[int, tuple[Standard, dict[str, set[str]]]]:
    """Return the standard of each definition, and in which departments it says that a post answers for it."""
    found = {}
    for key, definition in Definition.objects.in_bulk(sorted(keys)).items():
        try:
            data = definition.load()
        except DefinitionBroken:
            log.error("definition_broken", definition=key)
            continue
        homes: dict[str, set[str]] = {}
        for row in data["responsibilities"]:
            if row["post"] and row["department"]:
                homes.setdefault(row["post"]["code"], set()).add(row["department"]["code"])
        found[key] = (parse(data), homes)
    return found


def _departments(until: datetime) -> dict[int, tuple[str, str, str]]:
    """Return code and names of each department as they were at the end of the week, or at first."""
    rows = Department.history.order_by("history_date", "history_id")
    found: dict[int, tuple[str, str, str]] = {}
    for key, code, zh, en, at in rows.values_list("id", "code", "name_zh", "name_en", "history_date"):
        if key not in found or at < until:
            found[key] = (code, zh, en)
    return found
