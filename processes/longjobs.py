"""Kinds of job: make the file of a manual that somebody asked for before it was there."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from processes.manuals.drawing import read
from processes.manuals.making import MAKE_MANUAL
from processes.manuals.store import make
from processes.models import Revision
from processes.models.release import DefinitionBroken
from procstd.errors import DomainError
from procstd.jobs.domain.running import Run
from procstd.jobs.kinds import kind


@kind(MAKE_MANUAL, title=_("Manual as a file"), result_template="processes/job_manual.html")
def make_manual(run: Run) -> dict[str, Any]:
    """Draw a manual, as its owner may read it now, and keep it for everybody who may."""
    rows = Revision.objects.visible_to(run.job.owner).select_related(
        "process__department", "process__owner", "definition"
    )
    revision = rows.filter(pk=run.facts["revision"]).first()
    if revision is None:
        raise DomainError(_("This version is not there any more."))
    run.advance(0, total=3)
    try:
        found = read(revision, at=timezone.now())
    except DefinitionBroken:
        raise DomainError(_("The stored text of this standard is not the one that was released.")) from None
    make(found, run.facts["choice"], run.facts["format"], told=run.advance)
    name = {"pdf": "processes:manual-pdf", "docx": "processes:manual-word"}[run.facts["format"]]
    words = [revision.process.code, revision.number]
    address = f"{reverse(name, args=words)}?language={run.facts['choice']}"
    return {"address": address, "manual": reverse("processes:manual", args=words)}
