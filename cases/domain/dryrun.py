"""The dry run: what a move to the version in force would change for each case, and what can be chosen (F52)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.domain.planning import Plan, plan_move
from cases.engine.compiler import NotCompiled, standard_by
from cases.models import Case
from cases.queries.moving import Targets, facts_of
from processes.models import Release
from procstd.calendars.domain.current import snapshot

KEEP, NEXT, NOW = "keep", "next", "now"
#: What can be done with a case that runs by an earlier version.
CHOICES = {
    KEEP: _("Keep its version"),
    NEXT: _("Move at the next step"),
    NOW: _("Move now"),
}  # fmt: skip


@dataclass
class Line:
    """A case in a dry run: what a move to the version in force for it would change."""

    case: Case
    release: Release
    plan: Plan
    chosen: str

    @property
    def can_move(self) -> bool:
        return not self.plan.refusals

    @property
    def choices(self) -> list[tuple[str, Any]]:
        """What can be chosen for it; moving now only if it fits as it stands."""
        return [(key, words) for key, words in CHOICES.items() if key != NOW or self.can_move]


def dry_run(cases: list[Case], targets: Targets, *, at: datetime) -> list[Line]:
    """Return what a move of each of *cases* would change now. The same statements for one and for many."""
    calendars, facts = snapshot(), facts_of(cases)
    lines = []
    for case in cases:
        release = targets.for_department(case.department_id)
        if release is None:
            continue
        chosen = KEEP if case.moves_to_id is None else NEXT
        try:
            old = standard_by(case.definition.sha256, case.definition_id)
            new = standard_by(release.definition.sha256, release.definition_id)
        except NotCompiled:
            altered = _("The standard of this case was altered after its release.")
            plan = Plan(facts[case.pk], refusals=[altered])
        else:
            version = release.definition.revision
            plan = plan_move(facts[case.pk], old, new, version=version, at=at, edition=calendars.edition)
        lines.append(Line(case, release, plan, chosen))
    return lines
