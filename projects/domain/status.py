"""The weekly status (F04): written from facts, once for each week, kept, and told to the team on Monday."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from processes.domain.definition import canonical, hash_of
from procstd.bilingual import in_each_language
from procstd.calendars.domain.workdays import Workdays, standard_workdays
from procstd.notices.domain.telling import tell
from projects import notices
from projects.models import Project, WeeklyStatus
from projects.queries.due import due_of
from projects.queries.portfolio import Standing, standings_of
from projects.queries.words import Day


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def lines_of(standing: Standing, days: Workdays, today: date) -> list[str]:
    """Return the status in sentences, in the language in force: health, gate, what is late, what is due."""
    lines = [f"{standing.health.health.label}: {standing.health.sentence}"]
    if standing.present is not None and standing.gate is not None:
        words = {"phase": standing.present.label, "met": standing.gate.met, "all": len(standing.gate.criteria)}
        lines.append(_("Gate of “%(phase)s”: %(met)d of %(all)d criteria.") % words)
        lines += [_("Open: %(title)s. %(why)s") % {"title": row.title, "why": row.sentence}
                  for row in standing.gate.missing]  # fmt: skip
    late = [line for line in standing.plan.open_lines if line.late_by]
    for line in late:
        lines.append(
            ngettext(
                "Overdue: %(what)s, %(n)d working day (%(who)s).",
                "Overdue: %(what)s, %(n)d working days (%(who)s).",
                line.late_by,
            )
            % {"what": line.item, "n": line.late_by, "who": line.item.owner or "–"}
        )
    for line in due_of(standing.plan, days, today):
        if not line.late_by:
            words = {"what": line.item, "day": Day(line.item.end_on), "who": line.item.owner or "–"}
            lines.append(_("Due: %(what)s on %(day)s (%(who)s).") % words)
    if standing.plan.slipped > 0:
        lines.append(
            ngettext(
                "The plan ends %(n)d working day later than agreed.",
                "The plan ends %(n)d working days later than agreed.",
                standing.plan.slipped,
            )
            % {"n": standing.plan.slipped}
        )
    return lines


def make_missing_statuses(*, at: datetime) -> int:
    """Write the status of this week for each running project that has none, and tell its team. May run twice, or late.

    A status and what is told of it are written together.
    """
    days = standard_workdays()
    today = days.today(at)
    week_from = monday_of(today)
    waiting = Project.objects.running().exclude(statuses__week_from=week_from).select_related("lead")
    made = 0
    for standing in standings_of(waiting, at=at):
        made += _make(standing, week_from, days, today, at)
    return made


def _make(standing: Standing, week_from: date, days: Workdays, today: date, at: datetime) -> bool:
    project = standing.project
    lines: dict[str, Any] = _in_each_language(standing, days, today)
    content = canonical({"project": project.code, "week_from": week_from.isoformat(), "lines": lines})
    status = WeeklyStatus(
        project=project, week_from=week_from, content=content, sha256=hash_of(content),
        health=standing.health.health, made_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            status.save(force_insert=True)
            people = project.members.present().values_list("person_id", flat=True)
            tell(notices.status_made(project, status, [project.lead_id, *people], lines), at=at)
    except IntegrityError:
        return False  # another worker was first
    return True


def _in_each_language(standing: Standing, days: Workdays, today: date) -> dict[str, list[str]]:
    texts = in_each_language(lambda: "\n".join(lines_of(standing, days, today)))
    return {language: text.split("\n") for language, text in texts.items()}
