"""Scope: candidates, weights, rankings that are kept, the signed choice (H2.1.2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from processes.domain.naming import signed_as
from procstd import history
from procstd.bilingual import filled, in_each_language
from procstd.errors import DomainError
from procstd.logs import security_log
from projects.domain.rights import lock_project, lock_to_steer
from projects.models import DIMENSIONS, Candidate, Choice, Closing, Project, Ranking
from projects.queries.scope import content_of, ranking_of, sha256_of
from projects.queries.words import Listed, both

#: What the leader's signature means; the processes are filled in.
MEANING = _("I choose %(processes)s by this ranking, and release resources for it.")
MOST_CHOSEN = 2


@transaction.atomic
def add_candidate(project: Project, *, process: Any, reason: str, by: Any, at: datetime, **scored: Any) -> Candidate:
    """Let a process be compared: four scores from 1 to 5, each with its reason."""
    project = _lock_open(project, by=by)
    if project.candidates.filter(process=process).exists():
        raise DomainError(_("This process is a candidate already."), field="process")
    candidate = Candidate(project=project, process=process, **_checked(scored))
    history.save(candidate, by=by, reason=reason)
    keep_ranking(project, reason=reason, by=by, at=at)
    return candidate


@transaction.atomic
def score_candidate(candidate: Candidate, *, reason: str, by: Any, at: datetime, **scored: Any) -> Candidate:
    """Score a candidate anew. The ranking as it was stays."""
    project = _lock_open(candidate.project, by=by)
    candidate = project.candidates.select_for_update(of=("self",)).get(pk=candidate.pk)
    for name, value in _checked(scored).items():
        setattr(candidate, name, value)
    history.save(candidate, by=by, reason=reason)
    keep_ranking(project, reason=reason, by=by, at=at)
    return candidate


@transaction.atomic
def set_weights(project: Project, *, reason: str, by: Any, at: datetime, **weights: int) -> Project:
    """Weigh the four dimensions anew. The ranking as it was stays."""
    project = _lock_open(project, by=by)
    if set(weights) != set(DIMENSIONS) or sum(weights.values()) != 100 or min(weights.values()) < 0:
        raise DomainError(
            _("The four weights add up to 100; these add up to %(sum)d.") % {"sum": sum(weights.values())}
        )
    for name, value in weights.items():
        setattr(project, f"weight_{name}", value)
    history.save(project, by=by, reason=reason)
    keep_ranking(project, reason=reason, by=by, at=at)
    return project


def keep_ranking(project: Project, *, reason: str, by: Any, at: datetime) -> Ranking | None:
    """Keep the ranking as it is now, if it says something new. The caller holds the lock on *project*."""
    rows = ranking_of(project)
    if not rows:
        return None
    content = content_of(project, rows)
    newest = project.rankings.first()
    sha256 = sha256_of(content)
    if newest is not None and newest.sha256 == sha256:
        return newest
    number = newest.number + 1 if newest else 1
    return Ranking.objects.create(
        project=project, number=number, content=content, sha256=sha256, reason=reason, by=by, at=at
    )


@transaction.atomic
def choose_processes(
    project: Project, *, processes: Sequence[str], by: Any, at: datetime, seen: str | None = None
) -> Choice:
    """Choose the first one or two of the ranking, signed by the leader over its hash. The view asks for the password.

    *seen* is the hash of the ranking that *by* has read. A ranking that changes later voids the signature.
    """
    project = lock_to_steer(project, by=by)
    _refuse_closed(project)
    rows = ranking_of(project)
    newest = project.rankings.first()
    if newest is None or not rows:
        raise DomainError(_("There is no ranking yet: name candidates and score them."))
    if seen is not None and seen != newest.sha256:
        raise DomainError(_("The ranking was changed while you were reading. Look at it again, then sign."))
    wanted = list(dict.fromkeys(processes))
    if not 1 <= len(wanted) <= MOST_CHOSEN:
        raise DomainError(_("Choose the first one or two."), field="processes")
    by_code = {row.candidate.process.code: row for row in rows}
    # Who shares a place with a chosen one may be left out; who stands before may not.
    left = [row for row in rows if row.candidate.process.code not in wanted]
    chosen = [by_code[code] for code in wanted if code in by_code]
    if len(chosen) != len(wanted) or (left and max(row.place for row in chosen) > min(row.place for row in left)):
        raise DomainError(
            _("Choose from the top of the ranking: the first, or the first two. Change a score with its reason if "
              "it is wrong."), field="processes",
        )  # fmt: skip
    for row in rows:
        is_chosen = row.candidate.process.code in wanted
        if row.candidate.is_chosen != is_chosen:
            row.candidate.is_chosen = is_chosen
            history.save(row.candidate, by=by, reason=both(_("Choice of the leader")), update_fields=["is_chosen"])
    names = Listed([row.candidate.process for row in chosen])
    words = in_each_language(filled(MEANING, processes=names))
    made = Choice(
        project=project, ranking=newest, processes=wanted, meaning_zh=words["zh"][:300], meaning_en=words["en"][:300],
        sha256=newest.sha256, at=at, **signed_as(by),
    )  # fmt: skip
    made.save()
    security_log.info("processes_chosen", project=project.pk, user=by.pk, sha256=newest.sha256)
    return made


def _checked(scored: dict[str, Any]) -> dict[str, Any]:
    for name in DIMENSIONS:
        if not 1 <= scored[name] <= 5:
            raise DomainError(_("Scores go from 1 to 5."), field=name)
        if not scored[f"why_{name}"].strip():
            raise DomainError(_("Say why: the reason is kept with the score."), field=f"why_{name}")
    return scored


def _lock_open(project: Project, *, by: Any) -> Project:
    project = lock_project(project, by=by)
    _refuse_closed(project)
    return project


def _refuse_closed(project: Project) -> None:
    if Closing.objects.filter(project=project, phase=1).exists():
        raise DomainError(_("Preparation is closed: the choice of processes stands."))
