"""What beat presses for standards: reviews that come due, versions that take effect, manuals. Each may run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from processes.domain.announcing import announce_effective, remind_reviewers_due
from processes.domain.copying import recall_copies
from processes.domain.indexing import repair_index
from processes.manuals.making import definitions_without_manuals, make_missing
from processes.models import Definition
from procstd.health.beats import sweep


@shared_task
@sweep("reviews", every_seconds=60)
def remind_reviewers() -> None:
    """Remind reviewers, tell what is overdue, escalate it to the project lead."""
    remind_reviewers_due(at=timezone.now())


@shared_task
@sweep("effective versions", every_seconds=60)
def announce_effective_versions() -> None:
    """Tell people of versions that have taken effect."""
    announce_effective(at=timezone.now())


@shared_task
def make_manuals(definition_id: int) -> None:
    """Make one file of a released version's manual that is not there yet, then ask for the next one.

    One at a time: what somebody waits for must not stand behind all of them.
    """
    rows = Definition.objects.select_related("revision__process__department", "revision__process__owner")
    definition = rows.filter(pk=definition_id).first()
    if definition is not None and make_missing(definition, at=timezone.now(), most=1):
        make_manuals.apply_async([definition_id])


@shared_task
@sweep("manuals", every_seconds=600)
def make_missing_manuals() -> None:
    """Wake a worker for each version in force of which a file is missing: a wake-up was lost, or it says more now."""
    for definition_id in definitions_without_manuals(at=timezone.now(), most=20):
        make_manuals.apply_async([definition_id])


@shared_task
@sweep("index of standards", every_seconds=300)
def repair_standards_index() -> None:
    """Make entries of the process centre that lack, throw away those of what is over."""
    repair_index(at=timezone.now())


@shared_task
@sweep("copies of manuals", every_seconds=300)
def recall_copies_of_manuals() -> None:
    """Recall copies whose version is over."""
    recall_copies(at=timezone.now())
