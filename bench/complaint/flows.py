"""Eight steps in a row, and the answer of the customer that leads back."""

from __future__ import annotations

from typing import Any

from viewflow import this
from viewflow.workflow import flow, lock
from viewflow.workflow.flow.views import CreateProcessView, UpdateProcessView

from bench.complaint.models import Complaint

#: What each step asks, and what it is answered.
STEPS: dict[str, dict[str, Any]] = {
    "grade": {"grade": "normal"},
    "assign": {},
    "solve": {"cause": "Wear", "responsible": "production", "kind": "repair", "plan": "A new seal"},
    "approve": {"opinion": "Agreed"},
    "confirm": {"confirmed": True},
    "perform": {"done_on": "2026-03-05", "result": "It is tight"},
    "follow": {"satisfaction": 5},
}
FILED = {"customer": "A", "contact": "a", "product": "HY-200", "problem": "It leaks"}


def _step(name: str, following: Any) -> Any:
    view = UpdateProcessView.as_view(fields=list(STEPS[name]))
    # Offered to a post, as with us: Viewflow has it taken before it can be done.
    return flow.View(view).Permission(f"complaint.{name}").Next(following)


class ComplaintFlow(flow.Flow):
    """Filed by a page."""

    process_class = Complaint
    lock_impl = lock.SelectForUpdateLock(nowait=False, attempts=1)

    start = flow.Start(CreateProcessView.as_view(fields=list(FILED))).Available(lambda user: True).Next(this.grade)
    grade = _step("grade", this.assign)
    assign = _step("assign", this.solve)
    solve = _step("solve", this.approve)
    approve = _step("approve", this.confirm)
    confirm = _step("confirm", this.agreed)
    agreed = flow.If(lambda activation: activation.process.confirmed).Then(this.perform).Else(this.solve)
    perform = _step("perform", this.follow)
    follow = _step("follow", this.end)
    end = flow.End()
