"""What the events of a case say of its clocks, one by one: was what fired still to be fired then?"""

from __future__ import annotations

from collections import Counter
from typing import Any

_FIRED = ("warned", "breached", "escalated")


def what_events_say(case: Any) -> Counter[str]:
    """Count what fired; what fired of a clock that stood, had ended, or had another limit by then; what fired twice."""
    said = Counter[str]()
    known: dict[str, dict[str, Any]] = {}
    keys: set[tuple[Any, ...]] = set()
    for body in case.events.filter(kind="clocks").order_by("position").values_list("body", flat=True):
        for change in body["changes"]:
            clock = known.setdefault(change["clock"], {"sequence": 1, "runs": True, "due": None})
            match change["what"]:
                case "started":
                    clock["due"] = change["due"]
                case "paused":
                    clock["runs"] = False
                case "resumed":
                    clock.update(runs=True, due=change["due"])
                case "regraded" | "extended":
                    clock.update(sequence=clock["sequence"] + 1, due=change["due"])
                case "recalendared":
                    clock["due"] = change["due"]
                case "met" | "cancelled":
                    clock["runs"] = False
                case what if what in _FIRED:
                    key = (change["clock"], change["sequence"], what, change["rank"])
                    said["fired"] += 1
                    said["fired_twice"] += key in keys
                    keys.add(key)
                    is_now = clock["runs"] and (change["sequence"], change["due"]) == (clock["sequence"], clock["due"])
                    said["old_epoch"] += not is_now
    return said
