"""API tokens: issue, look up, revoke (S5)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from procstd.logs import security_log
from procstd.organisation.models import ApiToken, User

PREFIX = "pst_"


def issue_token(person: User, *, name: str, scopes: list[str], days: int, at: datetime) -> tuple[ApiToken, str]:
    """Return a new token's row and its text, which nobody can ever read again."""
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        person=person,
        name=name,
        start=text[:9],
        digest=digest_of(text),
        scopes=scopes,
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    security_log.info("token_issued", user=person.pk, token=token.pk)
    return token, text


def digest_of(text: str) -> str:
    """Return the SHA-256 of a token. It has 256 random bits: a slow hash would add nothing but delay."""
    return hashlib.sha256(text.encode()).hexdigest()


def token_in_force(text: str, *, at: datetime) -> ApiToken | None:
    """Return the valid token with this text, its person loaded, or None. One query by index."""
    return (
        ApiToken.objects.select_related("person")
        .filter(digest=digest_of(text), revoked_at=None, expires_at__gt=at, person__is_active=True)
        .first()
    )


def revoke_token(token: ApiToken, *, at: datetime) -> ApiToken:
    """Make a token worthless from now on."""
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        security_log.info("token_revoked", user=token.person_id, token=token.pk)
    return token
