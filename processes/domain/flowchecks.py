"""Whether the steps make a sound flow: all reachable, all leading to the end, parallel lanes that meet (F15)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from processes.domain.standard import Standard, Step


def flow_faults(standard: Standard) -> Iterator[tuple[str, Any]]:
    """Yield each fault of the flow as ``(place, message)``."""
    if not standard.steps:
        yield "steps", _("The standard has no steps.")
        return
    yield from _outcome_faults(standard)
    for group in standard.groups:
        yield from _group_faults(standard, group)
    reached = reachable(standard)
    ending = leading_to_the_end(standard)
    for step in standard.steps:
        named = {"number": step.number, "title": step.title}
        if step.key not in reached:
            yield f"step:{step.key}", _("Step %(number)s “%(title)s” is never reached.") % named
        elif step.key not in ending:
            yield f"step:{step.key}", _("From step %(number)s “%(title)s” no way leads to the end.") % named


def _outcome_faults(standard: Standard) -> Iterator[tuple[str, Any]]:
    for step in standard.steps:
        place, named = f"step:{step.key}", {"number": step.number}
        if not step.outcomes:
            yield place, _("Step %(number)s has no outcome: nobody could finish it.") % named
        if len({outcome.key for outcome in step.outcomes}) < len(step.outcomes):
            yield place, _("Step %(number)s has two outcomes with the same key.") % named
        for _key, target, outcome in standard.arcs_of(step):
            if target is not None and standard.step(target) is None:
                yield place, _("Step %(number)s: “%(outcome)s” leads to a step that does not exist.") % {
                    **named, "outcome": outcome.label,
                }  # fmt: skip


def _group_faults(standard: Standard, group: int) -> Iterator[tuple[str, Any]]:
    """A group is sound when every lane is entered at its first step and all lanes leave to one place."""
    lanes = standard.lanes(group)
    place, named = f"step:{next(iter(lanes.values()))[0].key}", {"group": group}
    if len(lanes) < 2:
        yield place, _("Parallel group %(group)s needs two or more lanes.") % named
    if len(standard.after(group)) > 1:
        yield place, _("The lanes of parallel group %(group)s do not all lead to the same next step.") % named
    firsts = {steps[0].key for steps in lanes.values()}
    lane_of = {step.key: lane for lane, steps in lanes.items() for step in steps}
    for step in standard.steps:
        for _key, target, outcome in standard.arcs_of(step):
            if target not in lane_of:
                continue
            words = {**named, "number": step.number, "outcome": outcome.label}
            if step.key in lane_of and lane_of[step.key] != lane_of[target]:
                yield (
                    f"step:{step.key}",
                    _("Step %(number)s: “%(outcome)s” leads into another lane of its parallel group.") % words,
                )
            elif step.key not in lane_of and target not in firsts:
                yield (
                    f"step:{step.key}",
                    _("Step %(number)s: “%(outcome)s” leads into the middle of parallel group %(group)s.") % words,
                )
    if standard.first.key in lane_of and standard.first.key not in firsts:
        yield place, _("The standard begins in the middle of parallel group %(group)s.") % named


def entered(standard: Standard, target: str, *, coming_from: Step | None) -> list[str]:
    """Return the steps that begin when the flow goes to *target*: all lanes, when it enters a group."""
    step = standard.step(target)
    if step is None or step.group is None or (coming_from is not None and coming_from.group == step.group):
        return [target]
    return [lane[0].key for lane in standard.lanes(step.group).values()]


def reachable(standard: Standard) -> set[str]:
    """Return the keys of the steps that some case can come to."""
    found: set[str] = set()
    waiting = entered(standard, standard.first.key, coming_from=None)
    while waiting:
        key = waiting.pop()
        step = standard.step(key)
        if key in found or step is None:
            continue
        found.add(key)
        for _key, target, _outcome in standard.arcs_of(step):
            if target is not None:
                waiting += entered(standard, target, coming_from=step)
    return found


def leading_to_the_end(standard: Standard) -> set[str]:
    """Return the keys of the steps from which the end can be reached."""
    found: set[str | None] = {None}
    while True:
        more = {source for source, target, _outcome in standard.arcs() if target in found} - found
        if not more:
            return {key for key in found if key is not None}
        found |= more
