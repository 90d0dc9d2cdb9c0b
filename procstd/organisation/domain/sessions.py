"""End sessions: the person's own, or all of somebody who leaves."""

from __future__ import annotations

from procstd.logs import security_log
from procstd.organisation.models import Session, User


def end_session(person: User, *, public_id: str) -> bool:
    """End one session of *person*; tell whether there was one."""
    ended, _rows = Session.objects.filter(person=person, public_id=public_id).delete()
    if ended:
        security_log.info("session_ended", user=person.pk)
    return bool(ended)


def end_other_sessions(person: User, *, keep: str) -> int:
    """End all sessions of *person* but the one with the session key *keep*; tell how many."""
    ended, _rows = Session.objects.filter(person=person).exclude(session_key=keep).delete()
    security_log.info("other_sessions_ended", user=person.pk, count=ended)
    return ended


def end_all_sessions(person: User) -> int:
    """End all sessions of *person*; tell how many."""
    ended, _rows = Session.objects.filter(person=person).delete()
    return ended
