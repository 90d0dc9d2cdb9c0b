"""Acts on people: add, change, let go, bring back."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from procstd import history
from procstd.errors import DomainError
from procstd.logs import security_log
from procstd.organisation.domain.sessions import end_all_sessions
from procstd.organisation.jobs import mail_invitation
from procstd.organisation.models import User
from procstd.queueing import wake

#: What a person may change in the own profile; the rest is changed by administrators.
OWN_FIELDS = ("language", "time_zone", "theme")


@transaction.atomic
def add_person(*, by: User | None, reason: str, invite: bool = False, **facts: Any) -> User:
    """Add a person who cannot sign in until a password is set; *invite* mails a link to set it."""
    person = User(**facts)
    person.username = person.username.lower()
    if User.objects.filter(username=person.username).exists():
        raise DomainError(_("This code is taken."), field="username")
    person.set_unusable_password()
    history.save(person, by=by, reason=reason)
    if invite:
        if not person.email:
            raise DomainError(_("An invitation needs an e-mail address."), field="email")
        wake(mail_invitation, person.pk)
    security_log.info("person_added", user=person.pk, by=by.pk if by else None)
    return person


@transaction.atomic
def change_person(person: User, *, by: User, reason: str, seen: int | None = None, **facts: Any) -> User:
    """Change facts about a person. Taking away the administrator's right from oneself is refused."""
    person = User.objects.select_for_update().get(pk=person.pk)
    history.refuse_if_changed_since(person, seen)
    if person == by and not facts.get("is_staff", person.is_staff):
        raise DomainError(
            _("You cannot take the administrator's right from yourself; ask another administrator."), field="is_staff"
        )
    if facts.get("is_staff", person.is_staff) != person.is_staff:
        security_log.warning("administrator_changed", user=person.pk, by=by.pk, now=facts["is_staff"])
    for name, value in facts.items():
        setattr(person, name, value)
    return history.save(person, by=by, reason=reason)


@transaction.atomic
def deactivate_person(person: User, *, by: User, reason: str) -> User:
    """Let a person go: no sign-in from now on, sessions and tokens end. What was done stays."""
    person = User.objects.select_for_update().get(pk=person.pk)
    if person == by:
        raise DomainError(_("You cannot deactivate yourself; ask another administrator."))
    person.is_active = False
    history.save(person, by=by, reason=reason)
    end_all_sessions(person)
    person.api_tokens.all().delete()
    security_log.warning("person_deactivated", user=person.pk, by=by.pk)
    return person


@transaction.atomic
def reactivate_person(person: User, *, by: User, reason: str) -> User:
    """Bring a person back."""
    person = User.objects.select_for_update().get(pk=person.pk)
    person.is_active = True
    security_log.warning("person_reactivated", user=person.pk, by=by.pk)
    return history.save(person, by=by, reason=reason)


def invite_person(person: User, *, by: User) -> User:
    """Mail a link with which the person sets a password."""
    if not person.is_active or not person.email:
        raise DomainError(_("An invitation needs an active person with an e-mail address."))
    wake(mail_invitation, person.pk)
    security_log.info("person_invited", user=person.pk, by=by.pk)
    return person


def change_profile(person: User, **facts: Any) -> User:
    """Change one's own language, time zone and appearance."""
    for name in OWN_FIELDS:
        if name in facts:
            setattr(person, name, facts[name])
    return history.save(person, by=person, reason="", update_fields=[name for name in OWN_FIELDS if name in facts])
