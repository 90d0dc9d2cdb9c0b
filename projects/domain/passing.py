"""Pass a gate (F01): close a phase when all is met, or answered for by the leader with a reason, for ever."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from processes.domain.definition import canonical, hash_of
from processes.domain.naming import signed_as
from procstd import history
from procstd.bilingual import in_each_language
from procstd.errors import DomainError
from procstd.gates import Phase
from procstd.logs import security_log
from procstd.notices.domain.telling import tell
from projects import notices
from projects.domain.rights import lock_project, lock_to_steer
from projects.models import Closing, GateOverride, Project, State
from projects.queries.gate import Criterion, Gate, gate_of
from projects.queries.words import both


class GateClosed(DomainError):
    """Criteria are open; each says why and where it is mended."""

    def __init__(self, gate: Gate) -> None:
        first = gate.missing[0]
        super().__init__(
            _("“%(phase)s” cannot be closed yet. %(title)s: %(why)s")
            % {"phase": gate.phase.label, "title": first.title, "why": first.sentence}
        )
        self.missing = gate.missing


@transaction.atomic
def close_phase(project: Project, *, phase: int, by: Any, at: datetime) -> Closing:
    """Close a phase whose criteria are all met or overridden. Phases close in their order, and never open again."""
    project, phase = lock_project(project, by=by), Phase(phase)
    if by is None:
        raise DomainError(_("A phase is closed by somebody, by name."))
    closed = set(project.closings.values_list("phase", flat=True))
    if phase in closed:
        raise DomainError(_("“%(phase)s” is closed already, and is not opened again.") % {"phase": phase.label})
    first = next(one for one in Phase if one not in closed)
    if phase != first:
        raise DomainError(_("Phases are closed in their order: “%(phase)s” comes first.") % {"phase": first.label})
    gate = gate_of(project, phase, at=at)
    if not gate.is_open:
        raise GateClosed(gate)
    content = canonical(
        {"project": project.code, "phase": int(phase), "criteria": [_kept(row) for row in gate.criteria]}
    )
    closing = Closing(project=project, phase=phase, content=content, sha256=hash_of(content), at=at, **signed_as(by))
    closing.save()
    security_log.info("phase_closed", project=project.pk, phase=int(phase), user=by.pk)
    following = next((one for one in Phase if one not in closed | {phase}), None)
    if following is None:
        project.state = State.DONE
        history.save(project, by=by, reason=both(_("All six phases are closed.")), update_fields=["state"])
    people = project.members.present().exclude(person=by).values_list("person_id", flat=True)
    tell(notices.phase_closed(project, phase, following, [*people, project.lead_id]), at=at)
    return closing


def _kept(row: Criterion) -> dict[str, Any]:
    return {
        "code": row.code,
        "title": in_each_language(lambda: str(row.title)),
        "met": row.is_met,
        "sentence": in_each_language(lambda: str(row.sentence)),
        "override": {"by": row.override.by.username, "reason": row.override.reason} if row.override else None,
    }


@transaction.atomic
def override_criterion(
    project: Project, *, phase: int, criterion: str, reason: str, by: Any, at: datetime, seen: str | None = None
) -> GateOverride:
    """Answer by name for a criterion that is open. The view asks for the password; the row is shown for ever.

    *seen* is the hash of the sentence that *by* has read. The signature covers project, phase,
    criterion and what was open.
    """
    project, phase = lock_to_steer(project, by=by), Phase(phase)
    if not reason.strip():
        raise DomainError(_("Say why the phase is closed all the same."), field="reason")
    if project.closings.filter(phase=phase).exists():
        raise DomainError(_("This phase is closed."))
    row = next((row for row in gate_of(project, phase, at=at).criteria if row.code == criterion), None)
    if row is None:
        raise DomainError(_("This phase has no such criterion."))
    if row.override is not None:
        raise DomainError(_("%(person)s has answered for it already.") % {"person": row.override.name})
    if row.is_met:
        raise DomainError(_("This criterion is met: there is nothing to answer for."))
    content = text_of_override(project, phase, row)
    sha256 = hash_of(content)
    if seen is not None and seen != sha256:
        raise DomainError(_("It changed while you were reading. Look at it again."))
    titles = in_each_language(lambda: str(row.title))
    sentences = in_each_language(lambda: str(row.sentence))
    made = GateOverride(
        project=project, phase=phase, criterion=criterion, title_zh=titles["zh"], title_en=titles["en"],
        sentence_zh=sentences["zh"], sentence_en=sentences["en"], reason=reason.strip(), sha256=sha256, at=at,
        **signed_as(by),
    )  # fmt: skip
    made.save()
    security_log.warning("phase_gate_overridden", project=project.pk, criterion=criterion, user=by.pk)
    return made


def text_of_override(project: Project, phase: Phase, row: Criterion) -> str:
    """Return what the signature under an override covers."""
    return canonical(
        {
            "project": project.code,
            "phase": int(phase),
            "criterion": row.code,
            "sentence": in_each_language(lambda: str(row.sentence)),
        }
    )
