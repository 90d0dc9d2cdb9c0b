"""What happened in a project lately, from the histories of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from procstd.bilingual import filled
from projects.models import Candidate, Closing, Entry, Export, GateOverride, Member, PlanItem, Project, Ranking, Risk


@dataclass(frozen=True)
class Event:
    """One thing that happened, for components/timeline.html."""

    at: datetime
    who: Any
    what: Any
    why: str
    icon: str


_KINDS = {"+": _("added"), "~": _("changed"), "-": _("removed")}


def activity(project: Project, *, limit: int = 12) -> list[Event]:
    """Return the latest events, newest first. One query for each kind of row."""
    found: list[Event] = []
    tracked: tuple[tuple[Any, Any, str], ...] = (
        (Member, _("a member of the team"), "users"),
        (Candidate, _("a candidate"), "list-check"),
        (PlanItem, _("a line of the plan"), "calendar"),
        (Risk, _("a risk"), "alert-triangle"),
    )
    histories = [(Project, project.history.all(), _("the project"), "edit")]
    histories += [(model, model.history.filter(project=project), noun, icon) for model, noun, icon in tracked]
    for _model, rows, noun, icon in histories:
        # A plan from the template is one act of many rows: one line is enough.
        seen: set[tuple[Any, str, str]] = set()
        for row in rows.select_related("history_user").order_by("-history_id")[: limit * 3]:
            why = row.history_change_reason or ""
            minute = row.history_date.replace(second=0, microsecond=0)
            if (minute, row.history_type, why) in seen:
                continue
            seen.add((minute, row.history_type, why))
            what = filled(_("%(act)s %(what)s"), act=_KINDS[row.history_type], what=noun)
            found.append(Event(row.history_date, row.history_user or _("The software"), what, why, icon))
    for ranking in Ranking.objects.filter(project=project).select_related("by").defer("content")[:limit]:
        found.append(Event(ranking.at, ranking.by or _("The software"), _("kept the ranking"), ranking.reason, "star"))
    for closing in Closing.objects.filter(project=project).defer("content"):
        what = filled(_("closed the phase “%(phase)s”"), phase=closing.get_phase_display())
        found.append(Event(closing.at, closing.name, what, "", "flag"))
    for override in GateOverride.objects.filter(project=project):
        what = filled(_("answered for “%(what)s”"), what=override.title)
        found.append(Event(override.at, override.name, what, override.reason, "shield-lock"))
    for entry in Entry.objects.filter(project=project).select_related("by").defer("text")[:limit]:
        what = filled(_("wrote down: %(what)s"), what=entry.title)
        found.append(Event(entry.at, entry.by or _("The software"), what, "", "writing"))
    for export in Export.objects.filter(project=project).select_related("by")[:limit]:
        found.append(Event(export.at, export.by, _("exported the whole project in one file"), "", "download"))
    return sorted(found, key=lambda event: event.at, reverse=True)[:limit]
