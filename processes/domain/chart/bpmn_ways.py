"""The outcomes of a step as the drawing has them: ways of ours with their keys, others by their words (F18)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from processes.domain.chart.bpmn_graph import Drop, Goal
from processes.domain.chart.stepdata import Data

_LABEL_MOST = 60
#: The words of the only way on.
_DONE = {"zh": "完成", "en": "Done"}


def outcomes_of(
    row: Data, goals: list[Goal], keys: Mapping[str, str], numbers: Mapping[str, int],
    groups: Mapping[str, int | None], rows: Mapping[str, Data], drops: list[Drop],
) -> list[Data]:  # fmt: skip
    """Return the outcomes of the step *row* for the ways that a walk from it found."""
    reached: dict[tuple[str, int | None], list[str | None]] = {}
    others: list[Goal] = []
    known = {outcome["key"] for outcome in row["outcomes"]}
    for goal in goals:
        ways = [way for way in goal.ways if way[0] in known]
        for way in ways:
            reached.setdefault(way, []).append(keys[goal.target] if goal.target else None)
        if not ways:
            others.append(goal)
    kept = [_kept(outcome, reached, row, groups, drops) for outcome in row["outcomes"]]
    outcomes = [outcome for outcome in kept if outcome is not None]
    number_of = {keys[name]: number for name, number in numbers.items()}
    title_of = {keys[name]: data["title"] for name, data in rows.items()}
    for target, labels in _by_target(others, keys).items():
        label = _label(labels, target, title_of, is_only=not outcomes and len(_by_target(others, keys)) == 1)
        back = target is not None and number_of[target] <= int(row["number"])
        taken = {outcome["key"] for outcome in outcomes}
        key = next(f"o{number}" for number in range(1, 999) if f"o{number}" not in taken)
        outcomes.append({"key": key, "label": label, "target": target, "send_back": back, "branches": []})
    return outcomes


def _by_target(goals: list[Goal], keys: Mapping[str, str]) -> dict[str | None, list[str]]:
    found: dict[str | None, list[str]] = {}
    for goal in goals:
        labels = found.setdefault(keys[goal.target] if goal.target else None, [])
        labels += [label for label in [", ".join(goal.labels)] if label and label not in labels]
    return found


def _label(labels: list[str], target: str | None, title_of: Mapping[str, Data], *, is_only: bool) -> Data:
    if labels:
        text = " / ".join(labels)[:_LABEL_MOST]
        wide = any(letter >= "\u2e80" for letter in text)
        return {"zh": text if wide else "", "en": "" if wide else text}
    if is_only:
        return dict(_DONE)
    if target is None:
        return {"zh": "结束", "en": "End"}
    title = title_of[target]
    zh, en = title["zh"] or title["en"], title["en"] or title["zh"]
    return {"zh": f"转“{zh}”"[:_LABEL_MOST], "en": f"To “{en}”"[:_LABEL_MOST]}


def _kept(
    outcome: Data, reached: Mapping[tuple[str, int | None], list[str | None]], row: Data,
    groups: Mapping[str, int | None], drops: list[Drop],
) -> Data | None:  # fmt: skip
    """Return an outcome of ours with the targets that it has now; None where no way of it is left."""

    def now(number: int | None, was: str | None) -> tuple[bool, str | None]:
        targets = reached.get((outcome["key"], number))
        if not targets:
            return False, None
        return True, was if any(_alike(was, target, row, groups) for target in targets) else targets[0]

    branches = []
    for number, branch in enumerate(outcome["branches"]):
        stands, target = now(number, branch["target"])
        if stands:
            branches.append({**branch, "target": target})
    stands, target = now(None, outcome["target"])
    if len(branches) < len(outcome["branches"]) and (stands or branches):
        _note(row, outcome, _("A branch of this outcome has no way any more and is left out."), drops)
    if not stands and branches:
        target = branches.pop()["target"]
        _note(row, outcome, _("The way without a condition is gone; the last branch takes its place."), drops)
    elif not stands:
        _note(row, outcome, _("This outcome has no way any more and is left out."), drops)
        return None
    return {**outcome, "target": target, "branches": branches}


def _alike(was: str | None, now: str | None, row: Data, groups: Mapping[str, int | None]) -> bool:
    """Tell whether two targets are the same: from outside, every step of a group stands for the whole group."""
    if was == now:
        return True
    group = groups.get(was or "")
    return group is not None and group == groups.get(now or "") and group != row["group"]


def _note(row: Data, outcome: Data, why: Any, drops: list[Drop]) -> None:
    name = f"{row['title']['en'] or row['title']['zh']}: {outcome['label']['en'] or outcome['label']['zh']}"
    drops.append(Drop(row["key"], "outcome", name, why))
