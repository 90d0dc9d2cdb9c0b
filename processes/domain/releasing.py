"""Release a revision: from then on its definition is what runs, is read, and is audited."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from processes.domain.faulting import faults_in
from processes.domain.faults import Fault
from processes.domain.gate import Criterion, criteria_of, is_translation, refuse_red
from processes.domain.inforce import refuse_impossible_period, scope_of, write_release
from processes.domain.parsing import parse
from processes.domain.standard import Standard
from processes.domain.texts import text_of
from processes.domain.variants.behind import tell_behind
from processes.models import Definition, Process, Release, Review, ReviewState, Revision
from processes.models.revision import State
from procstd import history
from procstd.errors import DomainError
from procstd.logs import log
from procstd.queueing import wake

#: The Celery task that draws the manual of a release, by name: it stands above this module (processes/sweeps.py).
MAKE_MANUALS = "processes.sweeps.make_manuals"

Compiler = Callable[[Definition, Standard], None]
Gate = Callable[[Sequence[Criterion]], None]
_compilers: list[Compiler] = []


class NotReleasable(DomainError):
    """The standard has faults; each says where it is mended."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(_("This standard cannot be released yet: %(count)d faults.") % {"count": len(faults)})
        self.faults = faults


def checks_only(criteria: Sequence[Criterion]) -> None:
    """Let pass whatever can run, reviewed and signed or not. No page and no command releases by it."""


def compile_with(compiler: Compiler) -> None:
    """Let *compiler* run in every release, inside its transaction: if it fails, nothing is released.

    The rooms above register theirs when they are ready; nothing here imports them.
    """
    if compiler not in _compilers:
        _compilers.append(compiler)


def compile_all(definition: Definition, standard: Standard) -> None:
    """Let every room above make of a definition what it runs by."""
    for compiler in _compilers:
        compiler(definition, standard)


@transaction.atomic
def release(
    revision: Revision,
    *,
    by: Any,
    at: datetime,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
    departments: Iterable[Any] = (),
    reason: str = "",
    gate: Gate = refuse_red,
) -> Release:
    """Release a draft: check it, ask the gate, write its definition, compile it, put it in force (F29, F50, W14).

    It holds for *departments* (none: for all) from *valid_from* (default: *at*) until
    *valid_until*, as :func:`processes.domain.inforce.write_release` says. Raises NotReleasable
    with every fault, GateClosed when a criterion is red, and DomainError when the revision is no
    draft or the period is impossible. *gate* is for tests of what comes after a release: with
    :func:`checks_only` nobody needs to have reviewed and signed.
    """
    process = Process.objects.select_for_update().get(pk=revision.process_id)
    # The revision too: what somebody saves at this moment is in the definition, or is refused.
    revision = Revision.objects.select_for_update(of=("self",)).select_related("process").get(pk=revision.pk)
    if not revision.is_draft:
        raise DomainError(_("This revision is released already."))
    start = refuse_impossible_period(valid_from, valid_until, at)
    scope = scope_of(revision, departments)
    text = text_of(revision)
    standard = parse(text.data)
    faults = faults_in(revision, standard)
    if any(not is_translation(fault) for fault in faults) or (faults and gate is checks_only):
        raise NotReleasable(faults)
    if gate is not checks_only:
        gate(criteria_of(revision, at=at, valid_from=start, text=text, faults=faults))
    definition = Definition(revision=revision, content=text.content, sha256=text.sha256, created_at=at)
    definition.save()
    compile_all(definition, standard)
    for review in Review.objects.filter(revision=revision):
        review.state = ReviewState.CLOSED
        history.save(review, by=by, reason=reason, update_fields=["state"])
    revision.state = State.RELEASED
    history.save(revision, by=by, reason=reason, update_fields=["state"])
    made = write_release(process, definition, start=start, end=valid_until, departments=scope, by=by, reason=reason)
    wake(MAKE_MANUALS, definition.pk)
    if not revision.is_variant:
        tell_behind(definition, at=at)
    log.info("released", process=process.pk, revision=revision.pk, sha256=definition.sha256)
    return made
