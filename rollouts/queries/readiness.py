"""Whether a wave has what it needs: what people ticked, and what the software sees by itself (H2.5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from processes.models.release import DefinitionBroken
from procstd.bilingual import filled
from procstd.calendars.domain.workdays import standard_workdays
from procstd.organisation.models import PostHolding
from rollouts.models import Need, NeedKind, Rollout, Wave
from rollouts.queries.concerned import places_of
from rollouts.queries.coverage import Reader, Row, coverage_of
from rollouts.queries.differences import standard_named


@dataclass(frozen=True)
class Line:
    """A need and how it stands, in a sentence."""

    need: Need
    is_there: bool
    sentence: Any


@dataclass(frozen=True)
class Readiness:
    """A wave with its needs. *light* is green, yellow (something lacks, there is time) or red."""

    wave: Wave
    lines: tuple[Line, ...]
    days_left: int
    concerned: int

    @property
    def lacking(self) -> list[Line]:
        return [line for line in self.lines if not line.is_there]

    @property
    def light(self) -> str:
        if not self.lacking:
            return "green"
        return "red" if self.days_left <= 0 else "yellow"


def readiness_of(rollout: Rollout, waves: Sequence[Wave], *, at: datetime) -> list[Readiness]:
    """Return how *waves* of one rollout stand. Eleven statements, however many waves and people."""
    halls = {wave.pk: {row.pk for row in wave.departments.all()} for wave in waves}
    everywhere = set().union(*halls.values()) if halls else set()
    rows = coverage_of(rollout.definition, everywhere, at)
    today = standard_workdays().today(at)
    closed = _closed_accounts(rollout, everywhere, today)
    forms = _forms(rollout)
    return [_of(wave, halls[wave.pk], rows, closed, forms, (wave.starts_on - today).days) for wave in waves]


def _of(
    wave: Wave, halls: set[int], rows: Sequence[Row], closed: dict[int, set[str]], forms: int, days: int
) -> Readiness:
    posts = {row.code for row in wave.posts.all()}
    readers = [reader for row in rows if row.department.pk in halls for reader in row.readers if _meant(reader, posts)]
    gone = set().union(*(closed.get(pk, set()) for pk in halls)) if halls else set()
    lines = []
    for need in wave.needs.all():
        is_there, sentence = _standing(need, readers, gone, forms)
        lines.append(Line(need, is_there, sentence))
    return Readiness(wave, tuple(lines), days, len({reader.person.pk for reader in readers}))


def _meant(reader: Reader, posts: set[str]) -> bool:
    return not posts or any(post in posts for post, _department in reader.posts)


def _standing(need: Need, readers: Sequence[Reader], gone: set[str], forms: int) -> tuple[bool, Any]:
    people = {reader.person.pk: reader for reader in readers}
    if need.kind == NeedKind.TRAINING:
        done = sum(reader.needs_no_training for reader in people.values())
        words = filled(_("%(done)d of %(of)d trained."), done=done, of=len(people))
        return bool(people) and done == len(people), words
    if need.kind == NeedKind.ACCOUNTS:
        if gone:
            return False, filled(_("These people hold a post there, but their accounts are closed: %(names)s."),
                                 names=", ".join(sorted(gone)))  # fmt: skip
        if not people:
            return False, _("Nobody there holds a post of the standard.")
        return True, filled(
            ngettext_lazy("%(n)d account is open.", "%(n)d accounts are open.", len(people)), n=len(people)
        )
    if need.kind == NeedKind.FORMS:
        if forms < 0:
            return False, _("The stored text of this standard is not the one that was released.")
        return True, filled(
            ngettext_lazy("%(n)d form is in the system.", "%(n)d forms are in the system.", forms), n=forms
        )
    return need.is_there, _("There.") if need.is_there else _("Not there yet.")


def _closed_accounts(rollout: Rollout, halls: set[int], today: date) -> dict[int, set[str]]:
    """Return the people who hold a post of the standard there and cannot sign in, by department. Two statements."""
    places = places_of([rollout.definition_id]).get(rollout.definition_id, set())
    held = PostHolding.objects.in_force(today).filter(department__in=halls, person__is_active=False)
    found: dict[int, set[str]] = {}
    for row in held.select_related("person"):
        if (row.post_id, None) in places or (row.post_id, row.department_id) in places:
            found.setdefault(row.department_id, set()).add(row.person.username)
    return found


def _forms(rollout: Rollout) -> int:
    """Return how many forms the system has from the standard; less than none where its text was altered."""
    try:
        return len(standard_named(rollout.definition.sha256).forms)
    except DefinitionBroken:
        return -1
