"""Keep a finding quiet, with a reason, and let it speak again (F14); what is still so stays quiet in the next draft."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from processes.domain.checker.findings import Facts, Finding, findings_of, plain_field
from processes.domain.definition import build
from processes.domain.editing import locked_draft
from processes.domain.faulting import faults_around
from processes.domain.parsing import parse
from processes.domain.standard import Standard
from processes.models import Revision, Suppression
from procstd import history
from procstd.calendars.domain.current import calendar_for
from procstd.errors import DomainError
from procstd.logs import log
from procstd.organisation.models import PostHolding


def findings_in(revision: Revision, standard: Standard | None = None, *, at: datetime) -> list[Finding]:
    """Return what is found in *revision*, with what is suppressed marked; *standard* is what it says, if known."""
    standard = standard or parse(build(revision))
    suppressions = revision.suppressions.select_related("by")
    return findings_of(standard, suppressions, facts_for(revision, standard, at=at))


def facts_for(revision: Revision, standard: Standard, *, at: datetime) -> Facts:
    """Return what the checker is told of the world: the department's calendar, posts without a holder."""
    places = {
        (place.post, place.department) for step in standard.steps for rows in step.posts.values() for place in rows
    }
    places |= {(rule.escalate_to.post, None) for rule in standard.exceptions if rule.escalate_to.post}
    rows = PostHolding.objects.in_force(timezone.localdate(at)).filter(
        post__code__in={post for post, _department in places}, person__is_active=True
    )
    held = set(rows.order_by().values_list("post__code", "department__code"))
    posts = {post for post, _department in held}
    vacant = {
        (post, department)
        for post, department in places
        if post not in posts or (department is not None and (post, department) not in held)
    }
    calendar = calendar_for(revision.department_pk)
    return Facts(calendar.time, at, frozenset(vacant), tuple(faults_around(revision, standard)))


@transaction.atomic
def suppress(revision: Revision, *, key: str, reason: str, by: Any, at: datetime) -> Suppression:
    """Keep the finding *key* quiet. Refuses what keeps the draft from being released, and what is no longer found.

    The draft's edition stays: nobody who is writing at the moment is disturbed.
    """
    present = locked_draft(revision, None)
    finding = next((row for row in findings_in(present, at=at) if row.key == key), None)
    if finding is None:
        raise DomainError(_("This is no longer found: the text has changed. Look at the list again."))
    if finding.is_blocking:
        raise DomainError(_("What keeps a draft from being released cannot be suppressed. Mend it."))
    if finding.suppression is not None:
        raise DomainError(_("Somebody has suppressed this already."))
    rule, place, field, words, excerpt = finding.identity
    row = Suppression(
        revision=present, rule=rule, place=place, field=field, words=words, excerpt=excerpt, reason=reason, by=by, at=at
    )
    history.save(row, by=by, reason=reason)
    log.info("finding_suppressed", revision=present.pk, rule=rule)
    return row


@transaction.atomic
def lift(revision: Revision, suppression: int, *, by: Any, reason: str) -> None:
    """Let a suppressed finding of a draft speak again."""
    present = locked_draft(revision, None)
    row = present.suppressions.select_for_update().filter(pk=suppression).first()
    if row is None:
        raise DomainError(_("This is no longer suppressed."))
    history.delete(row, by=by, reason=reason)
    log.info("suppression_lifted", revision=present.pk, rule=row.rule)


def carry_over(revision: Revision, *, by: Any, reason: str, at: datetime) -> list[Suppression]:
    """Suppress in a new draft what was suppressed in the revision before it and is still found in the same words.

    In a variant also what was suppressed in the standard that it varies: it inherits those words.
    """
    earlier = Suppression.objects.filter(revision__process=revision.process_id).exclude(revision=revision)
    beside = earlier.filter(revision__variant_for=revision.variant_for)
    newest = beside.order_by("-revision__major", "-revision__minor", "-revision__issue")
    sources = [newest.values_list("revision", flat=True).first()]
    if revision.variant_of is not None:
        sources.insert(0, revision.variant_of.revision_id)
    old = {
        (row.rule, row.place, plain_field(row.field), row.words, row.excerpt): row
        for row in earlier.filter(revision__in=[pk for pk in sources if pk is not None])
    }
    if not old:
        return []
    kept = [
        Suppression(
            revision=revision, rule=row.rule, place=row.place, field=row.field, words=row.words, excerpt=row.excerpt,
            reason=row.reason, by_id=row.by_id, at=row.at,
        )
        for finding in findings_in(revision, at=at)
        if not finding.is_blocking and (row := old.get(finding.identity))
    ]  # fmt: skip
    history.save_many(kept, by=by, reason=reason)
    return kept
