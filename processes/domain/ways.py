"""The ways through a standard: what follows what, what can come before a step, what always does.

Entering a parallel group begins all its lanes; what follows the group begins once every lane has left it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from processes.domain.standard import Condition, Outcome, Standard, Step


class Ways:
    """The graph of a standard's steps. A few hundred set operations for the largest; ask as often as you like."""

    def __init__(self, standard: Standard) -> None:
        self.standard = standard

    def entered(self, target: str, *, coming_from: Step | None) -> list[str]:
        """Return the steps that begin when the flow goes to *target*: all lanes, when it enters a group."""
        step = self.standard.step(target)
        if step is None or step.group is None or (coming_from is not None and coming_from.group == step.group):
            return [target]
        return [lane[0].key for lane in self.standard.lanes(step.group).values()]

    def targets(self, step: Step, done: set[str]) -> set[str | None]:
        """Return where a case can really go from *step* when no more than the steps *done* were ever done.

        Not to what other branches always forestall, nor by a branch on a form that nobody has filled in.
        """
        return {target for outcome in step.outcomes for target in self._open_targets(step, outcome, done)}

    def _open_targets(self, step: Step, outcome: Outcome, done: set[str]) -> Iterator[str | None]:
        asked: list[Condition] = []
        for branch in outcome.branches:
            if branch.condition not in asked:
                asked.append(branch.condition)
                if self._can_hold(branch.condition, step, done):
                    yield branch.target
        if not self._covers(step, asked):
            yield outcome.target

    def _covers(self, step: Step, conditions: list[Condition]) -> bool:
        """Tell whether one of *conditions* always holds: every value of a field that is always answered by then."""
        by_field: dict[str, set[str]] = {}
        for condition in conditions:
            by_field.setdefault(condition.field, set()).add(condition.value)
        for path, values in by_field.items():
            field = self.standard.field(path)
            if field is None or not field.is_required or field.visible_if or field.kind not in ("choice", "yes_no"):
                continue
            if values >= set(field.values) and self.surely_filled(Condition(path, "").form, step):
                return True
        return False

    def _can_hold(self, condition: Condition, step: Step, done: set[str]) -> bool:
        form = condition.form
        return step.form == form or any(other.form == form and other.key in done for other in self.standard.steps)

    def surely_filled(self, form: str, step: Step) -> bool:
        """Tell whether *form* is filled in whenever *step* is completed."""
        return step.form == form or any(
            other.form == form and self.always_before(other.key, step.key) for other in self.standard.steps
        )

    def possibly_filled(self, form: str, step: Step) -> bool:
        """Tell whether *form* can be filled in when *step* is completed, in the first round or a later one."""
        return step.form == form or any(
            other.form == form and step.key in self._following(other) for other in self.standard.steps
        )

    def reachable(self, *, without: str = "") -> set[str]:
        """Return the steps that some case can come to, even if the step *without* were closed."""
        first = self.entered(self.standard.first.key, coming_from=None)
        return self._reached({key for key in first if key != without}, without, all_ways=bool(without))

    def _reached(self, found: set[str], without: str, *, all_ways: bool) -> set[str]:
        while True:
            more: set[str] = set()
            for key in found:
                step = self.standard.step(key)
                if step is None:
                    continue
                # Whether a step is always before another is asked of every way drawn: that can only err to “no”.
                drawn = {target for _key, target, _outcome in self.standard.arcs_of(step)}
                for target in drawn if all_ways else self.targets(step, found):
                    if target is not None and self._may_pass(step, target, found):
                        more.update(self.entered(target, coming_from=step))
            more = {key for key in more if key != without} - found
            if not more:
                return found
            found = found | more

    def _may_pass(self, step: Step, target: str | None, found: set[str]) -> bool:
        """Tell whether the flow gets from *step* to *target*: out of a group only when every lane gets out."""
        goal = self.standard.step(target)
        if step.group is None or (goal is not None and goal.group == step.group):
            return True
        lanes = self.standard.lanes(step.group).values()
        return all(any(self.standard.leaves_group(other) for other in lane if other.key in found) for lane in lanes)

    @cached_property
    def leading_to_the_end(self) -> set[str]:
        """The steps from which the end can be reached."""
        reached = self.reachable()
        found: set[str | None] = {None}
        while True:
            more = {step.key for step in self.standard.steps if self.targets(step, reached) & found} - found
            if not more:
                return {key for key in found if key is not None}
            found |= more

    @cached_property
    def mandatory(self) -> list[Step]:
        """The steps that every case goes through, in the standard's order. In doubt a step is not among them."""
        return [step for step in self.standard.steps if not self._ends_without(step.key)]

    def _ends_without(self, key: str) -> bool:
        """Tell whether some case can end though the step *key* were closed."""
        found = self.reachable(without=key)
        return any(
            target is None and self._may_pass(step, None, found)
            for step in self.standard.steps
            if step.key in found
            for _key, target, _outcome in self.standard.arcs_of(step)
        )

    def can_precede(self, earlier: str, later: str) -> bool:
        """Tell whether *earlier* can be completed before *later* begins for the first time, and leads to it.

        Not of a step in another lane of the same group: whether it was done before is a matter of chance.
        """
        step, goal = self.standard.step(earlier), self.standard.step(later)
        if step is None or goal is None or _are_beside(step, goal):
            return False
        return later in self._following(step) and earlier in self.reachable(without=later)

    def _following(self, step: Step) -> set[str]:
        """Return the steps to which ways lead from *step*."""
        found: set[str] = set()
        waiting = [step]
        while waiting:
            current = waiting.pop()
            for _key, target, _outcome in self.standard.arcs_of(current):
                for key in self.entered(target, coming_from=current) if target is not None else ():
                    following = self.standard.step(key)
                    if key not in found and following is not None:
                        found.add(key)
                        waiting.append(following)
        return found

    def always_before(self, earlier: str, later: str) -> bool:
        """Tell whether every case has completed *earlier* when it comes to *later*."""
        return earlier != later and later not in self.reachable(without=earlier)


def _are_beside(one: Step, other: Step) -> bool:
    """Tell whether two steps run at the same time: in different lanes of one group."""
    return one.group is not None and one.group == other.group and one.lane != other.lane
