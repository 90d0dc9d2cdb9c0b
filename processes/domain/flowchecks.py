"""Whether the steps make a sound flow: all reachable, all leading to the end, parallel lanes that meet (F15)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from processes.domain.faults import Fault
from processes.domain.standard import Standard, Step
from processes.domain.ways import Ways

#: The engine's own nodes are begin, end, split1, join1, …: no step may be called so.
_STEP_KEY = re.compile(r"s[1-9]\d*")


def flow_faults(standard: Standard) -> Iterator[Fault]:
    """Yield each fault of the flow."""
    if not standard.steps:
        yield Fault("steps", _("The standard has no steps."))
        return
    for step in standard.steps:
        yield from _outcome_faults(standard, step)
    for group in standard.groups:
        yield from _group_faults(standard, group)
        yield from _form_faults(standard, group)
    ways = Ways(standard)
    for step in standard.steps:
        yield from _reference_faults(standard, ways, step)
    reached, ending = ways.reachable(), ways.leading_to_the_end
    for step in standard.steps:
        named = {"number": step.number, "title": step.title}
        if step.key not in reached:
            yield Fault(_page(step), _("Step %(number)s “%(title)s” is never reached.") % named)
        elif step.key not in ending:
            message = _("From step %(number)s “%(title)s” no way leads to the end.") % named
            yield Fault(_page(step), message, "outcomes")


def _page(step: Step) -> str:
    return f"step:{step.key}"


def _outcome_faults(standard: Standard, step: Step) -> Iterator[Fault]:
    named = {"number": step.number, "key": step.key}
    if not _STEP_KEY.fullmatch(step.key):
        message = _("Step %(number)s has the key “%(key)s”; keys of steps are s1, s2, s3 and so on.") % named
        yield Fault(_page(step), message)
    if not step.outcomes:
        message = _("Step %(number)s has no outcome: nobody could finish it.") % named
        yield Fault(_page(step), message, "outcomes")
    if len({outcome.key for outcome in step.outcomes}) < len(step.outcomes):
        yield Fault(_page(step), _("Step %(number)s has two outcomes with the same key.") % named, "outcomes")
    names = [[outcome.label.zh.strip() for outcome in step.outcomes], [row.label.en.strip() for row in step.outcomes]]
    if any(len(set(labels)) < len(labels) for labels in names):
        yield Fault(_page(step), _("Step %(number)s: two outcomes have the same name.") % named, "outcomes")
    for _key, target, outcome in standard.arcs_of(step):
        if target is not None and standard.step(target) is None:
            words = {"number": step.number, "outcome": outcome.label}
            message = _("Step %(number)s: “%(outcome)s” leads to a step that does not exist.") % words
            yield Fault(_page(step), message, "outcomes")


def _group_faults(standard: Standard, group: int) -> Iterator[Fault]:
    """A group is sound when every lane is entered at its first step and all lanes leave to one place."""
    lanes = standard.lanes(group)
    first, named = _page(next(iter(lanes.values()))[0]), {"group": group}
    if len(lanes) < 2:
        yield Fault(first, _("Parallel group %(group)s needs two or more lanes.") % named, "lane")
    if len(standard.after(group)) > 1:
        message = _("The lanes of parallel group %(group)s do not all lead to the same next step.") % named
        yield Fault(first, message, "outcomes")
    firsts = {steps[0].key for steps in lanes.values()}
    lane_of = {step.key: lane for lane, steps in lanes.items() for step in steps}
    for step in standard.steps:
        for _key, target, outcome in standard.arcs_of(step):
            if target not in lane_of:
                continue
            words = {**named, "number": step.number, "outcome": outcome.label}
            if step.key in lane_of and lane_of[step.key] != lane_of[target]:
                message = _("Step %(number)s: “%(outcome)s” leads into another lane of its parallel group.") % words
                yield Fault(_page(step), message, "outcomes")
            elif step.key not in lane_of and target not in firsts:
                message = _("Step %(number)s: “%(outcome)s” leads into the middle of parallel group %(group)s.") % words
                yield Fault(_page(step), message, "outcomes")
    if standard.first.key in lane_of and standard.first.key not in firsts:
        yield Fault(first, _("The standard begins in the middle of parallel group %(group)s.") % named, "lane")


def _form_faults(standard: Standard, group: int) -> Iterator[Fault]:
    """A form that two lanes fill in would keep the answers of whoever is last."""
    lanes = list(standard.lanes(group).values())
    for index, lane in enumerate(lanes):
        others = {step.form for other in lanes[index + 1 :] for step in other if step.form}
        for step in lane:
            if step.form in others:
                message = _(
                    "Step %(number)s: another lane of its group fills in the same form, and would overwrite it."
                )
                yield Fault(_page(step), message % {"number": step.number}, "form")


def _reference_faults(standard: Standard, ways: Ways, step: Step) -> Iterator[Fault]:
    """A step may refer only to what is done, or filled in, before it."""
    named = {"number": step.number}
    start = step.limit.start if step.limit else ""
    if start and standard.step(start) and not ways.can_precede(start, step.key):
        message = _("Step %(number)s: its limit is counted from a step that does not come before it.") % named
        yield Fault(_page(step), message, "limit_from")
    if step.not_by and standard.step(step.not_by) and not ways.can_precede(step.not_by, step.key):
        message = _("Step %(number)s: “not by whoever did” names a step that does not come before it.") % named
        yield Fault(_page(step), message, "not_by")
    for outcome in step.outcomes:
        for branch in outcome.branches:
            form = standard.form(branch.condition.form)
            if form and not ways.possibly_filled(form.key, step):
                words = {"number": step.number, "form": form.name}
                message = _("Step %(number)s: a branch asks for “%(form)s”, which is filled in later.") % words
                yield Fault(_page(step), message, "branches")
