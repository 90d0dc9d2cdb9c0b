"""Decide on suggestions (F80): take up, merge, decline, adopt; and see when an adopted one takes effect."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from improvements import notices
from improvements.domain.bringing_in import bring_in
from improvements.models import Follower, State, Suggestion
from improvements.models.suggestion import OPEN
from improvements.queries.links import links_to
from processes.models import Change, Origin
from procstd import history
from procstd.alone import each_alone
from procstd.errors import DomainError
from procstd.logs import log
from procstd.moments import house_monday
from procstd.notices.domain.telling import tell


def may_decide(suggestion: Suggestion, user: Any, deciding: bool) -> bool:
    """Tell whether *user* decides on it: *deciding* people everywhere, and the owner of its process."""
    return deciding or suggestion.process.owner_id == user.pk


def _locked(suggestion: Suggestion) -> Suggestion:
    rows = Suggestion.objects.select_for_update(of=("self",)).select_related("process", "merged_into")
    return rows.get(pk=suggestion.pk)


def _undecided(suggestion: Suggestion, at: datetime) -> Suggestion:
    """Lock a suggestion. Refuses what is decided, but for an adopted one whose change was taken back."""
    row = _locked(suggestion)
    gone = row.state == State.ADOPTED and not links_to([row.number], at=at)
    if row.state not in OPEN and not gone:
        raise DomainError(_("This suggestion is decided: %(state)s.") % {"state": row.get_state_display()})
    return row


def _people_of(row: Suggestion) -> list[int | None]:
    return [row.proposer_id, *row.followers.values_list("person_id", flat=True)]


def _decide(row: Suggestion, state: State, *, reason: str, by: Any, at: datetime) -> Suggestion:
    row.state, row.reason, row.decided_by, row.decided_at = state, reason, by, at
    row.taken_up_at = row.taken_up_at or at
    history.save(row, by=by, reason=reason)
    log.info("suggestion_decided", suggestion=row.pk, state=state.value, user=by.pk)
    return row


@transaction.atomic
def take_up(suggestion: Suggestion, *, by: Any, at: datetime) -> Suggestion:
    """Say that somebody works on it; its author sees that. A second time changes nothing."""
    row = _locked(suggestion)
    if row.state == State.IN_WORK:
        return row
    if row.state != State.NEW:
        raise DomainError(_("This suggestion is decided: %(state)s.") % {"state": row.get_state_display()})
    row.state, row.taken_up_at = State.IN_WORK, at
    history.save(row, by=by, reason="", update_fields=["state", "taken_up_at"])
    tell(notices.decided(row, [person for person in _people_of(row) if person != by.pk]), at=at)
    return row


@transaction.atomic
def decline(suggestion: Suggestion, *, reason: str, by: Any, at: datetime) -> Suggestion:
    """Decline it, with a reason that its author reads."""
    row = _undecided(suggestion, at)
    if not reason.strip():
        raise DomainError(_("Say why: whoever suggested it reads this."), field="reason")
    _decide(row, State.DECLINED, reason=reason.strip(), by=by, at=at)
    tell(notices.decided(row, _people_of(row)), at=at)
    return row


@transaction.atomic
def merge(suggestion: Suggestion, *, into: Suggestion, by: Any, at: datetime, reason: str = "") -> Suggestion:
    """Merge it into another one that says the same: its author and followers follow that one from now on.

    What was merged into it before goes along. Refuses one of another process, one that is declined or merged
    itself, and itself.
    """
    first, second = sorted([suggestion.pk, into.pk])
    for key in dict.fromkeys([first, second]):  # in one order, so that two who merge crosswise do not lock each other
        Suggestion.objects.select_for_update(of=("self",)).get(pk=key)
    row, main = _undecided(suggestion, at), _locked(into)
    if main.pk == row.pk or main.process_id != row.process_id or main.state in (State.DECLINED, State.MERGED):
        raise DomainError(_("Choose another suggestion to this process, one that is alive."), field="into")
    row.merged_into = main
    _decide(row, State.MERGED, reason=reason, by=by, at=at)
    for earlier in Suggestion.objects.filter(merged_into=row):
        earlier.merged_into = main
        history.save(earlier, by=by, reason=reason, update_fields=["merged_into"])
    people = {person for person in _people_of(row) if person is not None}
    known = {main.proposer_id, *main.followers.values_list("person_id", flat=True)}
    Follower.objects.bulk_create(Follower(suggestion=main, person_id=key, since=at) for key in sorted(people - known))
    tell(notices.decided(row, sorted(people)), at=at)
    return row


@transaction.atomic
def adopt(
    suggestion: Suggestion, *, effect: str, text_zh: str, text_en: str, by: Any, at: datetime, major: bool = False,
    reason: str = "",
) -> Change:  # fmt: skip
    """Adopt it: noted as a change of the open draft, or of the next revision, which begins with it (F28, F81)."""
    row = _undecided(suggestion, at)
    made = bring_in(
        row.process, code=row.number, origin=Origin.SUGGESTION, text=row.proposal, effect=effect, text_zh=text_zh,
        text_en=text_en, major=major, by=by, at=at, reason=reason or str(_("Suggestion %s")) % row.number,
    )  # fmt: skip
    _decide(row, State.ADOPTED, reason=reason.strip(), by=by, at=at)
    tell(notices.decided(row, _people_of(row)), at=at)
    return made


def settle_effective(*, at: datetime) -> int:
    """Mark adopted suggestions whose version is in force, and thank their people; tell how many. May run twice."""
    waiting = dict(Suggestion.objects.filter(state=State.ADOPTED).values_list("number", "pk"))
    links = links_to(list(waiting), at=at)

    def settle(number: str) -> int:
        effective = [link for link in links[number] if link.in_force_since is not None]
        if not effective:
            return 0
        first = min(effective, key=lambda link: link.in_force_since or at)
        return _settle(waiting[number], version=first.version, since=first.in_force_since or at, at=at)

    return sum(each_alone(links, settle, event="suggestion_not_settled"))


@transaction.atomic
def _settle(key: int, *, version: str, since: datetime, at: datetime) -> int:
    row = Suggestion.objects.select_for_update(of=("self",)).select_related("process").get(pk=key)
    if row.state != State.ADOPTED:
        return 0  # another sweep was first
    row.state, row.effective_at, row.effective_version = State.EFFECTIVE, since, version
    history.save(row, by=None, reason=version, update_fields=["state", "effective_at", "effective_version"])
    tell(notices.decided(row, _people_of(row)), at=at)
    return 1


def tell_waiting(people: Iterable[int], url: str, *, at: datetime) -> int:
    """Tell once a week how many suggestions nobody has taken up, anonymous ones among them."""
    count = Suggestion.objects.filter(state=State.NEW).count()
    return tell(notices.waiting(count, house_monday(at), people, url), at=at) if count else 0
