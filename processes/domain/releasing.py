"""Release a revision: from then on its definition is what runs, is read, and is audited."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from processes.domain.checks import faults_of
from processes.domain.definition import build, canonical, hash_of
from processes.domain.faults import Fault
from processes.domain.inforce import refuse_impossible_period, write_release
from processes.domain.parsing import parse
from processes.domain.standard import Standard
from processes.models import Definition, ExceptionRule, Process, Release, Revision, StepPost
from processes.models.revision import State
from procstd import history
from procstd.errors import DomainError
from procstd.logs import log

Compiler = Callable[[Definition, Standard], None]
_compilers: list[Compiler] = []


class NotReleasable(DomainError):
    """The standard has faults; each says where it is mended."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(_("This standard cannot be released yet: %(count)d faults.") % {"count": len(faults)})
        self.faults = faults


def compile_with(compiler: Compiler) -> None:
    """Let *compiler* run in every release, inside its transaction: if it fails, nothing is released.

    The rooms above register theirs when they are ready; nothing here imports them.
    """
    if compiler not in _compilers:
        _compilers.append(compiler)


def faults_in(revision: Revision) -> list[Fault]:
    """Return what keeps *revision* from being released."""
    return [*faults_of(parse(build(revision))), *_abolished(revision)]


def _abolished(revision: Revision) -> Iterator[Fault]:
    """Yield a fault for each step that nobody could do, or be told of: its post or department is no more."""
    gone = Q(post__is_active=False) | Q(department__is_active=False)
    for row in StepPost.objects.filter(gone, step__revision=revision).select_related("step", "post", "department"):
        what = row.department if row.post.is_active else row.post
        message = _("Step %(number)s: “%(what)s” is abolished.") % {"number": row.step.number, "what": what}
        yield Fault(f"step:{row.step.key}", message, "posts")
    abolished = ExceptionRule.objects.filter(step__revision=revision, escalate_to__is_active=False)
    for rule in abolished.select_related("escalate_to"):
        message = _("An exception escalates to “%(what)s”, which is abolished.") % {"what": rule.escalate_to}
        yield Fault("exceptions", message, "rows")


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
) -> Release:
    """Release a draft: check it, write its definition, compile it, put it in force (F50, W14).

    It holds for *departments* (none: for all) from *valid_from* (default: *at*) until
    *valid_until*, as :func:`processes.domain.inforce.write_release` says. Raises NotReleasable
    with every fault, and DomainError when the revision is no draft or the period is impossible.
    """
    process = Process.objects.select_for_update().get(pk=revision.process_id)
    # The revision too: what somebody saves at this moment is in the definition, or is refused.
    revision = Revision.objects.select_for_update(of=("self",)).select_related("process").get(pk=revision.pk)
    if not revision.is_draft:
        raise DomainError(_("This revision is released already."))
    start = refuse_impossible_period(valid_from, valid_until, at)
    data = build(revision)
    standard = parse(data)
    faults = [*faults_of(standard), *_abolished(revision)]
    if faults:
        raise NotReleasable(faults)
    content = canonical(data)
    definition = Definition(revision=revision, content=content, sha256=hash_of(content), created_at=at)
    definition.save()
    for compiler in _compilers:
        compiler(definition, standard)
    revision.state = State.RELEASED
    history.save(revision, by=by, reason=reason, update_fields=["state"])
    made = write_release(
        process, definition, start=start, end=valid_until, departments=departments, by=by, reason=reason
    )
    log.info("released", process=process.pk, revision=revision.pk, sha256=definition.sha256)
    return made
