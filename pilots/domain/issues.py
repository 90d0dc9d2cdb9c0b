"""Raise issues from a case, a step or a field; propose; make a proposal a change of the next version (H2.4.4, F81)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from cases.domain.acting import may_see
from cases.models import Case
from pilots import notices
from pilots.domain.rights import CLICKED_TWICE, lock_pilot, may_keep
from pilots.models import Issue, IssueKind, Pilot, SpotLine, State
from processes.domain.changing import note_change
from processes.domain.reading import standard_of_revision
from processes.domain.revising import next_revision
from processes.models import Change, Origin
from procstd import history
from procstd.errors import DomainError
from procstd.logs import log
from procstd.notices.domain.telling import tell


@transaction.atomic
def raise_issue(
    pilot: Pilot, *, kind: str, text: str, step: str = "", field: str = "", case: Case | None = None,
    spot_line: SpotLine | None = None, by: Any, at: datetime,
) -> Issue:  # fmt: skip
    """Raise an issue where it was met. Anybody who sees the pilot may; the leader is told.

    Refuses a pilot that is planned or over, a case that is not the reader's or another process's, a step or a field
    that the version does not have. A second click returns the issue of the first.
    """
    if not Pilot.objects.visible_to(by).filter(pk=pilot.pk).exists():
        raise DomainError(_("This pilot is none of yours."))
    pilot = lock_pilot(pilot)
    if pilot.state != State.RUNNING:
        raise DomainError(_("Issues are raised while the pilot runs."))
    if kind not in IssueKind.values:
        raise DomainError(_("Choose the kind."), field="kind")
    text = " ".join(text.split())
    if not text:
        raise DomainError(_("Say what is wrong."), field="text")
    standard, _definition = standard_of_revision(pilot.revision)
    if step and standard.step(step) is None:
        raise DomainError(_("This version has no such step."), field="step")
    if field and standard.field(field) is None:
        raise DomainError(_("This version has no such field."), field="field")
    if case is not None and (case.process_id != pilot.process_id or not may_see(by, case)):
        raise DomainError(_("This case is none of the pilot's."), field="case")
    facts: dict[str, Any] = {
        "kind": kind, "text": text, "step": step, "field": field, "case": case, "spot_line": spot_line, "raised_by": by,
    }  # fmt: skip
    just_now = pilot.issues.filter(raised_at__gt=at - CLICKED_TWICE, raised_at__lt=at + CLICKED_TWICE)
    known = just_now.filter(**facts).first()
    if known is not None:
        return known
    number = (pilot.issues.aggregate(last=Max("number"))["last"] or 0) + 1
    issue = Issue(pilot=pilot, number=number, **facts, raised_at=at)
    history.save(issue, by=by, reason=gettext_noop("Issue raised"))
    if by is None or by.pk != pilot.leader_id:
        tell(notices.raised(issue, [pilot.leader_id]), at=at)
    return issue


@transaction.atomic
def propose(
    issue: Issue, *, proposal_zh: str, proposal_en: str, effect: str, by: Any, seen: int | None = None
) -> Issue:
    """Write what is proposed against an issue, in both languages, and what it should bring.

    Refuses once it became a change: there it goes on.
    """
    lock_pilot(issue.pilot, by=by)
    row = Issue.objects.select_for_update(of=("self",)).select_related("pilot").get(pk=issue.pk)
    history.refuse_if_changed_since(row, seen)
    if row.change_id is not None:
        raise DomainError(_("It became a change of the next version; it is mended there."))
    for name, value in {"proposal_zh": proposal_zh, "proposal_en": proposal_en, "effect": effect}.items():
        if not value.strip():
            raise DomainError(_("Say it in both languages, and what it should bring."), field=name)
        setattr(row, name, " ".join(value.split()))
    return history.save(
        row, by=by, reason=gettext_noop("Proposed"), update_fields=["proposal_zh", "proposal_en", "effect"]
    )


@transaction.atomic
def make_change(issue: Issue, *, by: Any, at: datetime) -> Change:
    """Make a proposal a change of the next version: of the draft that is open, else of one that begins now.

    The change names the issue as its origin, the issue keeps the change: the link goes both ways (F28, F81). A second
    time it is the same change. Refuses an issue without a proposal.
    """
    if not may_keep(by):
        raise DomainError(_("Project leads and process specialists keep pilots, and nobody else."))
    pilot = lock_pilot(issue.pilot, by=by)
    row = Issue.objects.select_for_update(of=("self",)).select_related("change").get(pk=issue.pk)
    row.pilot = pilot
    if row.change is not None:
        return row.change
    if not (row.proposal_zh and row.proposal_en):
        raise DomainError(_("Write a proposal first."))
    draft = next_revision(pilot.process, by=by, at=at, reason=row.code)
    change = note_change(
        draft, origin=Origin.SUGGESTION, origin_code=row.code, origin_text=row.text, effect=row.effect,
        text_zh=row.proposal_zh, text_en=row.proposal_en, by=by, at=at, reason=row.code,
    )  # fmt: skip
    row.change = change
    history.save(row, by=by, reason=f"{pilot.process.code} {draft}", update_fields=["change"])
    log.info("issue_became_change", pilot=pilot.pk, issue=row.pk, change=change.pk)
    return change
