"""Whether the steps make a sound flow: all reachable, all leading to the end, parallel lanes that meet (F15)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from processes.domain.standard import Standard
from processes.domain.ways import Ways

#: The engine's own nodes are begin, end, split1, join1, …: no step may be called so.
_STEP_KEY = re.compile(r"s[1-9]\d*")


def flow_faults(standard: Standard) -> Iterator[tuple[str, Any]]:
    """Yield each fault of the flow as ``(place, message)``."""
    if not standard.steps:
        yield "steps", _("The standard has no steps.")
        return
    yield from _outcome_faults(standard)
    for group in standard.groups:
        yield from _group_faults(standard, group)
    ways = Ways(standard)
    yield from _reference_faults(standard, ways)
    reached, ending = ways.reachable(), ways.leading_to_the_end
    for step in standard.steps:
        named = {"number": step.number, "title": step.title}
        if step.key not in reached:
            yield f"step:{step.key}", _("Step %(number)s “%(title)s” is never reached.") % named
        elif step.key not in ending:
            yield f"step:{step.key}", _("From step %(number)s “%(title)s” no way leads to the end.") % named


def _outcome_faults(standard: Standard) -> Iterator[tuple[str, Any]]:
    for step in standard.steps:
        place, named = f"step:{step.key}", {"number": step.number}
        if not _STEP_KEY.fullmatch(step.key):
            yield place, _("Step %(number)s has the key “%(key)s”; keys of steps are s1, s2, s3 and so on.") % {
                **named, "key": step.key,
            }  # fmt: skip
        if not step.outcomes:
            yield place, _("Step %(number)s has no outcome: nobody could finish it.") % named
        if len({outcome.key for outcome in step.outcomes}) < len(step.outcomes):
            yield place, _("Step %(number)s has two outcomes with the same key.") % named
        for end in ("zh", "en"):
            labels = [getattr(outcome.label, end).strip() for outcome in step.outcomes]
            if len(set(labels)) < len(labels):
                yield (
                    place,
                    _("Step %(number)s: two outcomes have the same name.") % named,
                )
                break
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


def _reference_faults(standard: Standard, ways: Ways) -> Iterator[tuple[str, Any]]:
    """A step may refer only to what is done, or filled in, before it."""
    for step in standard.steps:
        place, named = f"step:{step.key}", {"number": step.number}
        start = step.limit.start if step.limit else ""
        if start and standard.step(start) and not ways.can_precede(start, step.key):
            yield place, _("Step %(number)s: its limit is counted from a step that does not come before it.") % named
        if step.not_by and standard.step(step.not_by) and not ways.can_precede(step.not_by, step.key):
            yield place, _("Step %(number)s: “not by whoever did” names a step that does not come before it.") % named
        for outcome in step.outcomes:
            for branch in outcome.branches:
                form = branch.condition.form
                if standard.form(form) and not ways.possibly_filled(form, step):
                    yield place, _("Step %(number)s: a branch asks for “%(form)s”, which is filled in later.") % {
                        **named, "form": getattr(standard.form(form), "name", form),
                    }  # fmt: skip
    for group in standard.groups:
        lanes = standard.lanes(group).values()
        for index, lane in enumerate(lanes):
            others = {step.form for other in list(lanes)[index + 1 :] for step in other if step.form}
            for step in lane:
                if step.form in others:
                    yield (
                        f"step:{step.key}",
                        _("Step %(number)s: another lane of its group fills in the same form, and would overwrite it.")
                        % {"number": step.number},
                    )
