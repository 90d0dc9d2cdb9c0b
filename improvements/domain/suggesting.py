"""Suggest an improvement, by name or anonymously (F80, A6, A7), and follow what becomes of it."""

from __future__ import annotations

import re
import secrets
from datetime import date, datetime
from typing import IO, Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from cases.models import Case
from improvements import notices
from improvements.domain.numbering import by_chance, in_order, keep_numbered
from improvements.domain.photos import MIXED_WITH, keep_photo, keep_photo_of_nobody
from improvements.models import Follower, State, Suggestion
from improvements.queries.places import Place
from improvements.queries.similar import words_of
from processes.models import Process
from procstd import history
from procstd.calendars.domain.workdays import standard_workdays
from procstd.errors import DomainError
from procstd.logs import log
from procstd.notices.domain.telling import tell
from procstd.organisation.models import Department, User
from surveys.domain.asking import fingerprint, new_code

#: A department in which fewer people work is not kept of an anonymous suggestion (A8).
LEAST = 5
_CODE = re.compile(r"[0-9a-f]{32}")

__all__ = ["follow", "new_code", "suggest", "suggest_anonymously", "suggestion_behind"]


def month_of(at: datetime) -> date:
    """Return the first day of the month in which *at* lies where the house is."""
    return standard_workdays().today(at).replace(day=1)


@sensitive_variables("code")
@transaction.atomic
def suggest(
    process: Process, *, code: str, place: Place, case: Case | None = None, photo: IO[bytes] | None = None,
    by: Any, at: datetime, **texts: Any,
) -> Suggestion:  # fmt: skip
    """Suggest by name. *code* is that of the form: sent twice it is one suggestion.

    Refuses a process out of use, and a file that is no picture (field ``photo``).
    """
    known = _known(process, code, anonymous=False)
    if known is not None:
        return known
    made = _written(process, code, place, month_of(at), **texts)
    made.proposer, made.suggested_at, made.case = by, at, case
    kept = keep_numbered(
        lambda: in_order(made.month), lambda number: _save(made, number, by),
        known=lambda: _known(process, code, anonymous=False),
    )  # fmt: skip
    if kept is not made:
        return kept
    if photo is not None:
        keep_photo(photo, made, name=getattr(photo, "name", "photo"), owner=by, at=at)
    tell(notices.suggested(made, notices.deciders(process) - {by.pk}), at=at)
    log.info("suggested", suggestion=made.pk, user=by.pk)
    return made


def _save(made: Suggestion, number: str, by: Any) -> Suggestion:
    made.number = number
    return history.save(made, by=by, reason="")


@sensitive_variables("code")
@transaction.atomic
def suggest_anonymously(
    process: Process, *, code: str, place: Place, photo: IO[bytes] | None = None, at: datetime, **texts: Any
) -> Suggestion:
    """Take a suggestion of nobody: who sends it is not asked, and of *at* the month is kept (A6).

    Nothing is told or logged of it at this moment: specialists hear once a week how many wait. A department in
    which fewer than five people work is not kept (A8). Sent twice it is one suggestion.
    """
    known = _known(process, code, anonymous=True)
    if known is not None:
        return known
    made = _written(process, code, place, month_of(at), **texts)
    made.is_anonymous = True
    if made.department is not None and _people_in(made.department) < LEAST:
        made.department = None
    kept = keep_numbered(
        lambda: by_chance(made.month), lambda number: _put_in(made, number),
        known=lambda: _known(process, code, anonymous=True),
    )  # fmt: skip
    if kept is not made:
        return kept
    if photo is not None:
        keep_photo_of_nobody(photo, made)
    return made


def _known(process: Process, code: str, *, anonymous: bool) -> Suggestion | None:
    """Return what the same form has made already.

    Refuses a form that was sent the other way before: by the code a suggestion by name would be taken for one of
    nobody, or a reader who is known would be led to an anonymous one as its author.
    """
    if not _CODE.fullmatch(code):
        raise DomainError(_("This form is not one of ours. Open it anew; copy what you wrote before."))
    if not process.is_active:
        raise DomainError(_("This process is no longer used."))
    found = Suggestion.objects.filter(code_sha256=fingerprint(code)).first()
    if found is not None and (found.is_anonymous is not anonymous or found.process_id != process.pk):
        raise DomainError(_("This form was sent already; open a new one."))
    return found


def _written(process: Process, code: str, place: Place, month: date, **texts: Any) -> Suggestion:
    return Suggestion(
        process=process, version=place.version, anchor=place.anchor, clause_zh=place.clause_zh,
        clause_en=place.clause_en, code_sha256=fingerprint(code), month=month,
        words=words_of(texts["problem"], texts["proposal"]), **texts,
    )  # fmt: skip


def _put_in(made: Suggestion, number: str) -> Suggestion:
    """Write the row among others written anew, without an entry in the history.

    Where and in which transaction the database keeps a row then says nothing of when it came.
    """
    others = list(Suggestion.objects.filter(is_anonymous=True).values_list("pk", flat=True))
    chosen = secrets.SystemRandom().sample(others, min(len(others), MIXED_WITH))
    half = len(chosen) // 2
    made.number = number
    _touch(chosen[:half])
    Suggestion.objects.bulk_create([made])
    _touch(chosen[half:])
    return made


def _touch(keys: list[int]) -> None:
    Suggestion.objects.filter(pk__in=keys).update(month=F("month"))


def _people_in(department: Department) -> int:
    below = Department.objects.without_tree_fields().below([department.pk])
    return User.objects.active().filter(department__in=below).count()


@sensitive_variables("code")
def suggestion_behind(code: str) -> Suggestion | None:
    """Return the anonymous suggestion that *code* was given for, or None. Of a merged one it is known into which."""
    rows = Suggestion.objects.filter(is_anonymous=True, code_sha256=fingerprint(code))
    return rows.select_related("process", "merged_into").first()


@transaction.atomic
def follow(suggestion: Suggestion, *, by: Any, at: datetime) -> None:
    """Want the same: *by* is told what becomes of it. Twice is once; of one's own nothing changes."""
    row = Suggestion.objects.select_for_update(of=("self",)).get(pk=suggestion.pk)
    if row.state in (State.DECLINED, State.MERGED):
        raise DomainError(_("This suggestion is decided; write your own."))
    if row.proposer_id != by.pk:
        Follower.objects.get_or_create(suggestion=row, person=by, defaults={"since": at})
