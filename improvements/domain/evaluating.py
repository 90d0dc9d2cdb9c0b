"""Evaluate a process (F82): gather the evidence, then decide to keep, revise or retire its standard."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from improvements import notices
from improvements.domain.bringing_in import bring_in
from improvements.models import Evaluation, Evidence, Occasion, Outcome
from improvements.queries.evidence import Advance, evidence_of
from processes.domain.definition import canonical, hash_of
from processes.domain.inforce import end_release
from processes.models import Change, Origin
from procstd import history
from procstd.errors import DomainError
from procstd.logs import log
from procstd.notices.domain.telling import tell
from procstd.roles import Role


def may_evaluate(evaluation: Evaluation, user: Any, deciding: bool) -> bool:
    """Tell whether *user* gathers its evidence: the owner of the process, and those who decide everywhere."""
    return deciding or evaluation.process.owner_id == user.pk


def may_decide(evaluation: Evaluation, user: Any) -> bool:
    """Tell whether *user* decides: the owner; administrators, and project leads where the process has no owner."""
    if evaluation.process.owner_id == user.pk or user.is_staff:
        return True
    return evaluation.process.owner_id is None and Role.PROJECT_LEAD in user.roles


def _quiet(_done: int, _total: int) -> None:
    """Tell nobody how far it is."""


def gather_evidence(evaluation: Evaluation, *, by: Any, at: datetime, advance: Advance = _quiet) -> Evidence:
    """Gather the evidence as it is at a moment and freeze it under its SHA-256. Gathered again it is a further row.

    Cases are read outside of a transaction, since there may be many; the same evidence twice is kept once.
    """
    if not evaluation.is_open:
        raise DomainError(_("This evaluation is decided; its evidence stays as it was."))
    data = evidence_of(evaluation.process, evaluation.period_from, evaluation.period_until, at=at, advance=advance)
    content = canonical(data)
    with transaction.atomic():
        row = Evaluation.objects.select_for_update(of=("self",)).get(pk=evaluation.pk)
        if not row.is_open:
            raise DomainError(_("This evaluation is decided; its evidence stays as it was."))
        newest = row.gathered.first()
        if newest is not None and newest.content == content:
            return newest
        made = Evidence(
            evaluation=row, number=newest.number + 1 if newest else 1, content=content, sha256=hash_of(content), at=at,
            by=by,
        )  # fmt: skip
        made.save()
    log.info("evidence_gathered", evaluation=row.pk, sha256=made.sha256)
    return made


@transaction.atomic
def decide(
    evaluation: Evaluation, *, outcome: str, reason: str, by: Any, at: datetime, seen: int | None = None,
    text_zh: str = "", text_en: str = "", effect: str = "", confirmed: bool = False,
) -> Evaluation:  # fmt: skip
    """Decide by the newest evidence. Revising begins the next version with its reason; retiring ends all releases.

    *seen* is the number of the evidence that was looked at: newer evidence has to be looked at first. Refuses a
    decision without evidence or reason, a revision without what changes, and a retirement that is not confirmed.
    """
    row = Evaluation.objects.select_for_update(of=("self",)).select_related("process").get(pk=evaluation.pk)
    if not row.is_open:
        raise DomainError(_("This evaluation is decided already."))
    evidence = row.gathered.first()
    if evidence is None:
        raise DomainError(_("Gather the evidence first."))
    if seen is not None and seen != evidence.number:
        raise DomainError(_("The evidence was gathered anew meanwhile. Look at it, then decide."))
    if not evidence.is_intact:
        raise DomainError(_("The stored evidence is not the one that was gathered. Gather it anew."))
    if outcome not in Outcome.values:
        raise DomainError(_("Choose what becomes of the standard."), field="outcome")
    if not reason.strip():
        raise DomainError(_("Say why."), field="reason")
    row.evidence, row.outcome, row.reason, row.decided_by, row.decided_at = evidence, outcome, reason.strip(), by, at
    if outcome in (Outcome.MINOR, Outcome.MAJOR):
        _revise(row, text_zh=text_zh, text_en=text_en, effect=effect, by=by, at=at)
    elif outcome == Outcome.RETIRE:
        _retire(row, confirmed=confirmed, by=by, at=at)
    history.save(row, by=by, reason=row.reason)
    people = notices.deciders(row.process) | notices.holders_of(Role.PROJECT_LEAD)
    tell(notices.evaluated(row, people - {by.pk}), at=at)
    log.info("evaluation_decided", evaluation=row.pk, outcome=outcome, user=by.pk)
    return row


def _revise(row: Evaluation, *, text_zh: str, text_en: str, effect: str, by: Any, at: datetime) -> Change:
    origin = Origin.LAW if row.occasion == Occasion.REGULATION else Origin.OTHER
    return bring_in(
        row.process, code=row.number, origin=origin, text=row.reason, effect=effect or row.reason, text_zh=text_zh,
        text_en=text_en, major=row.outcome == Outcome.MAJOR, by=by, at=at, reason=row.reason,
    )  # fmt: skip


def _retire(row: Evaluation, *, confirmed: bool, by: Any, at: datetime) -> None:
    if not confirmed:
        raise DomainError(
            _("Confirm it: from now on no case is opened by this standard anywhere."), field="confirmed"
        )  # fmt: skip
    # Those that are planned first: withdrawn, they would let what they end go on.
    for release in row.process.releases.not_over(at).order_by("-valid_from", "-pk"):
        end_release(release, by=by, at=at, reason=row.reason)
