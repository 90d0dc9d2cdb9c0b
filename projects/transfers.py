"""What goes with a project of this room (F05)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from procstd.transfer.declared import Carried, carry, is_texts, stays
from projects.models import (
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

carry(
    Carried(Project, _("projects"), of=lambda scope: Project.objects.filter(pk=scope.project)),
    Carried(Member, _("members of the team"), via="project"),
    Carried(Candidate, _("candidates"), via="project"),
    Carried(Ranking, _("rankings that are kept"), via="project"),
    Carried(Choice, _("signed choices"), via="project", shapes={"processes": is_texts}),
    Carried(PlanItem, _("lines of the plan"), via="project"),
    Carried(Closing, _("closed phases"), via="project"),
    Carried(GateOverride, _("criteria answered for"), via="project"),
    Carried(Risk, _("risks"), via="project"),
    Carried(Entry, _("decisions and minutes"), via="project"),
    Carried(WeeklyStatus, _("weekly statuses"), via="project"),
)

stays("says how this copy came here; the next one says it of itself", Arrival)
stays("says who took a copy out of this house", Export)
