"""Why a case does not fit another version of its standard as it stands, in words (F52).

Steps are the same step by their stable key, answers by the keys of form and field.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.models import Clock
from cases.models.clock import Target
from processes.domain.standard import Field, Standard, Step
from procstd.bilingual import filled

#: Kinds of field whose answers are of one sort: an answer of the one can be read as the other.
_SORTS = {"long_text": "text", "photo": "file"}
#: What an open step is now, and what it is then; None: the version does not have it.
Pair = tuple[Step, Step | None]

_GONE = _("Step %(number)d “%(step)s” is not in %(version)s.")
_JOINED = _("Step %(number)d “%(step)s” has others beside it in %(version)s, which would never begin.")
_PARTED = _("Step %(number)d “%(step)s” has no others beside it in %(version)s; theirs would be lost.")
_SCATTERED = _("Steps that are open side by side do not stand side by side in %(version)s.")
_NEVER = _("Step %(number)d “%(step)s” stands beside the open ones in %(version)s, and would never begin.")
_RULE_GONE = _("The exception “%(rule)s” is not in %(version)s; deal with it first.")
_UNREADABLE = _("The answer to “%(field)s” cannot be read in %(version)s: the field is of another kind.")


def refused_steps(pairs: Sequence[Pair], ended_lanes: Iterable[str], new: Standard, version: Any) -> list[Any]:
    """Say which open steps have no place in *new*, or one that leaves something beside them undone.

    A lane that has ended already (its last step in *ended_lanes*) need not be there any more; but every lane that is
    there must be one that is open or has ended, and no two open ones may be the same.
    """
    refusals = []
    for now, then in pairs:
        if then is None:
            refusals.append(_of(_GONE, now, version))
        elif now.group is None and then.group is not None:
            refusals.append(_of(_JOINED, now, version))
        elif now.group is not None and then.group is None:
            refusals.append(_of(_PARTED, now, version))
    together = [then for _now, then in pairs if then is not None and then.group is not None]
    if refusals or not together:
        return refusals
    group, lanes = together[0].group or 0, [step.lane for step in together]
    if {step.group for step in together} != {group} or len(set(lanes)) < len(lanes):
        return [filled(_SCATTERED, version=version)]
    ends = [new.step(key) for key in ended_lanes]
    reached = {*lanes, *(step.lane for step in ends if step is not None and step.group == group)}
    return [_of(_NEVER, steps[0], version) for lane, steps in new.lanes(group).items() if lane not in reached]


def refused_exceptions(clocks: Iterable[Clock], old: Standard, new: Standard, version: Any) -> list[Any]:
    """Say which exceptions in work *new* does not know at their step: they are dealt with first."""
    refusals = []
    for clock in clocks:
        if clock.target == Target.EXCEPTION:
            rule, other = old.exception(clock.rule), new.exception(clock.rule)
            if other is None or other.step != clock.step:
                refusals.append(filled(_RULE_GONE, rule=rule.trigger if rule else clock.rule, version=version))
    return refusals


def refused_answers(data: dict[str, dict[str, Any]], old: Standard, new: Standard, version: Any) -> list[Any]:
    """Say which answers *new* could not read: their field is of another sort there. All others are kept by their keys.

    What an option was called, or that a field is gone, keeps nobody from moving: the answer stays as it was given.
    """
    refusals = []
    for form in old.forms:
        for row in form.fields:
            other = new.field(f"{form.key}.{row.key}")
            is_answered = data.get(form.key, {}).get(row.key) not in (None, "", [])
            if other is not None and is_answered and _sort(other) != _sort(row):
                refusals.append(filled(_UNREADABLE, field=row.label, version=version))
    return refusals


def _sort(row: Field) -> str:
    return _SORTS.get(row.kind, row.kind)


def _of(text: Promise, step: Step, version: Any) -> Any:
    return filled(text, number=step.number, step=step.title, version=version)
