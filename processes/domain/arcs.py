"""What leads on to “the next one” goes on doing so when steps are added, moved or deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from processes.models import Outcome, Step


def _successors(steps: Sequence[Step]) -> dict[str, Step | None]:
    return {step.key: after for step, after in zip(steps, [*steps[1:], None], strict=False)}


def following(steps: Sequence[Step], outcomes_of: Callable[[Step], Iterable[Outcome]]) -> list[Outcome]:
    """Return the outcomes that lead on in the order of *steps*: each to the next step, the last one's to the end.

    Not those that send back, and none within, into or out of steps that run at the same time: there
    the order is not what leads.
    """
    found = []
    for step, after in zip(steps, [*steps[1:], None], strict=False):
        if step.group is not None or (after is not None and after.group is not None):
            continue
        wanted = after.key if after else None
        for outcome in outcomes_of(step):
            if not outcome.is_send_back and (outcome.target.key if outcome.target else None) == wanted:
                found.append(outcome)
    return found


def lead_on(outcomes: Iterable[Outcome], steps: Sequence[Step]) -> list[Outcome]:
    """Let *outcomes* lead to what comes next in *steps*; return those that changed."""
    successors = _successors(steps)
    changed = []
    for outcome in outcomes:
        if outcome.step.key not in successors:
            continue  # its step is deleted
        target = successors[outcome.step.key]
        if (outcome.target.key if outcome.target else None) != (target.key if target else None):
            outcome.target = target
            changed.append(outcome)
    return changed
