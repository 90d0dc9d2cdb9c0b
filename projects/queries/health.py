"""How a project is, by a rule over facts: nobody sets a colour by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from procstd.bilingual import filled
from procstd.gates import Phase
from projects.models import Project, State
from projects.queries.plan import Plan
from projects.queries.words import Day


class Health(models.TextChoices):
    """The worst that is true, from the first on."""

    GATE = "gate", _("Gate open past its date")
    LATE = "late", _("Late")
    SLIPPING = "slipping", _("Slipping")
    UNPLANNED = "unplanned", _("No plan yet")
    ON_PLAN = "on_plan", _("On plan")
    DONE = "done", _("Completed")
    STOPPED = "stopped", _("Stopped")


#: How each looks (components/badge.html).
LOOKS = {
    Health.GATE: "failed",
    Health.LATE: "failed",
    Health.SLIPPING: "warning",
    Health.UNPLANNED: "waiting",
    Health.ON_PLAN: "running",
    Health.DONE: "done",
    Health.STOPPED: "draft",
}


@dataclass(frozen=True)
class Reading:
    """The health of a project and the fact that decided."""

    health: Health
    sentence: Any

    @property
    def look(self) -> str:
        return LOOKS[self.health]


def health_of(project: Project, plan: Plan, present: Phase | None, *, today: date) -> Reading:
    """Tell how a project is.

    1. Stopped or completed, if it is.  2. No plan: *no plan yet*.  3. The present phase should be over, but
    its gate is not passed: *gate open past its date*.  4. A line that is not done should be: *late*.
    5. A phase that is not done ends later than agreed: *slipping*.  6. Else: *on plan*.
    """
    if project.state == State.STOPPED:
        return Reading(Health.STOPPED, _("Somebody has stopped it."))
    if project.state == State.DONE or present is None:
        return Reading(Health.DONE, _("All six phases are closed."))
    if not plan:
        return Reading(Health.UNPLANNED, _("Make a plan from the template."))
    now = plan.phase(present)
    if now is not None and today > now.item.end_on:
        sentence = _("The gate of “%(phase)s” should have been passed on %(day)s.")
        return Reading(Health.GATE, filled(sentence, phase=present.label, day=Day(now.item.end_on)))
    late = [line for line in plan.open_lines if line.late_by]
    if late:
        worst = max(late, key=lambda line: line.late_by)
        sentence = ngettext_lazy(
            "“%(what)s” is %(n)d working day late.", "“%(what)s” is %(n)d working days late.", worst.late_by
        )
        return Reading(Health.LATE, filled(sentence, what=worst.item, n=worst.late_by))
    slipped = [line for line in plan.phases if not line.is_done and line.slipped > 0]
    if slipped:
        last = slipped[-1]
        sentence = ngettext_lazy(
            "“%(what)s” ends %(n)d working day later than agreed.",
            "“%(what)s” ends %(n)d working days later than agreed.",
            last.slipped,
        )
        return Reading(Health.SLIPPING, filled(sentence, what=last.item, n=last.slipped))
    return Reading(Health.ON_PLAN, _("Nothing is late, nothing has slipped."))
