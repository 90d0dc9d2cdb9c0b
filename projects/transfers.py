"""What goes with a project of this room (F05)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from procstd.transfer.declared import Carried, carry, is_facts, is_texts, is_words, stays
from projects.models import (
    DIMENSIONS,
    Arrival,
    Candidate,
    Choice,
    Closing,
    Entry,
    Export,
    GateOverride,
    Member,
    PlanItem,
    Project,
    Ranking,
    Risk,
    WeeklyStatus,
)
from projects.queries.health import Health


def is_ranking(data: Any) -> bool:
    """Tell whether a ranking that was kept can be shown."""
    return is_facts(data) and isinstance(data.get("rows"), list) and _for_each(data.get("weights")) and all(
        is_facts(row) and is_words(row.get("name")) and _for_each(row.get("scores")) and _for_each(row.get("reasons"))
        for row in data["rows"]
    )  # fmt: skip


def _for_each(value: Any) -> bool:
    return is_facts(value) and set(DIMENSIONS) <= set(value)


def is_closing(data: Any) -> bool:
    """Tell whether the criteria of a closed phase can be shown."""
    rows = data.get("criteria") if is_facts(data) else None
    return isinstance(rows, list) and all(
        is_facts(row) and is_words(row.get("title")) and is_words(row.get("sentence")) for row in rows
    )


def is_status(data: Any) -> bool:
    """Tell whether a weekly status can be shown."""
    lines: Any = data.get("lines") if is_facts(data) else None
    return is_facts(lines) and is_texts(lines.get("zh")) and is_texts(lines.get("en"))


carry(
    Carried(Project, _("projects"), of=lambda scope: Project.objects.filter(pk=scope.project)),
    Carried(Member, _("members of the team"), via="project"),
    Carried(Candidate, _("candidates"), via="project"),
    Carried(Ranking, _("rankings that are kept"), via="project", shapes={"content": is_ranking}),
    Carried(Choice, _("signed choices"), via="project", shapes={"processes": is_texts}),
    Carried(PlanItem, _("lines of the plan"), via="project"),
    Carried(Closing, _("closed phases"), via="project", shapes={"content": is_closing}),
    Carried(GateOverride, _("criteria answered for"), via="project"),
    Carried(Risk, _("risks"), via="project"),
    Carried(Entry, _("decisions and minutes"), via="project"),
    Carried(
        WeeklyStatus, _("weekly statuses"), via="project",
        shapes={"content": is_status, "health": Health.values.__contains__},
    ),
)  # fmt: skip

stays("says how this copy came here; the next one says it of itself", Arrival)
stays("says who took a copy out of this house", Export)
