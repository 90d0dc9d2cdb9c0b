"""Show the manual in force of a process in other systems: tokens, which are shown once and kept as a hash (F49)."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from processes.models import EmbedToken, Process, Release
from procstd import history
from procstd.errors import DomainError
from procstd.logs import security_log
from procstd.organisation.domain.tokens import digest_of

PREFIX = "pse_"
DAYS_MOST = 3 * 366
ORIGINS_MOST = 10
TOKENS_MOST = 50
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_PARTED = re.compile(r"[\s,;]+")


def read_origins(text: str) -> list[str]:
    """Return the sites in *text* as origins, as ``https://intranet.example.com``. Refuses what is none.

    No pattern, no path: each site that may frame the page is named.
    """
    found = list(dict.fromkeys(_origin(word) for word in _PARTED.split(text) if word))
    if len(found) > ORIGINS_MOST:
        raise DomainError(_("Name at most %(most)d sites.") % {"most": ORIGINS_MOST}, field="origins")
    return found


def _origin(word: str) -> str:
    refusal = DomainError(
        _("“%(word)s” is no address of a site; write it as https://intranet.example.com.") % {"word": word[:80]},
        field="origins",
    )
    try:
        parts = urlsplit(word)
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port
    except (ValueError, UnicodeError) as error:
        raise refusal from error
    is_plain = parts.path in ("", "/") and not (parts.query or parts.fragment or "@" in parts.netloc)
    if parts.scheme not in ("http", "https") or not is_plain or not _HOST.fullmatch(host):
        raise refusal
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


@transaction.atomic
def issue_embed_token(
    process: Process, *, label: str, language: str, days: int, origins: list[str], by: Any, reason: str, at: datetime
) -> tuple[EmbedToken, str]:
    """Return a new token's row and its text, which nobody can ever read again."""
    process = Process.objects.select_for_update().get(pk=process.pk)
    if EmbedToken.objects.in_force(at).filter(process=process).count() >= TOKENS_MOST:
        raise DomainError(
            _("A process has at most %(most)d embedded pages. Revoke some first.") % {"most": TOKENS_MOST}
        )
    if not 0 < days <= DAYS_MOST:
        raise DomainError(_("Choose between 1 and %(most)d days.") % {"most": DAYS_MOST}, field="days")
    text = PREFIX + secrets.token_urlsafe(32)
    row = EmbedToken(
        process=process, label=label, language=language, origins=origins, start=text[:9], digest=digest_of(text),
        created_at=at, created_by=by, expires_at=at + timedelta(days=days),
    )  # fmt: skip
    history.save(row, by=by, reason=reason)
    security_log.info("embed_token_issued", user=getattr(by, "pk", None), token=row.pk, process=process.pk)
    return row, text


def embed_token_in_force(text: str, *, at: datetime) -> EmbedToken | None:
    """Return the token with this text, its process loaded, or None. One query by index."""
    rows = EmbedToken.objects.in_force(at).select_related("process__department")
    return rows.filter(digest=digest_of(text)).first()


def release_shown(process: Process, *, at: datetime) -> Release | None:
    """Return what strangers are shown: what is in force for all departments, never a department's own."""
    rows = Release.objects.in_force(at).filter(process=process, departments=None)
    return rows.select_related("definition__revision").order_by("-valid_from", "-pk").first()


def count_use(token: EmbedToken, *, at: datetime) -> None:
    """Note that the page was shown: how often, and when last."""
    EmbedToken.objects.filter(pk=token.pk).update(uses=F("uses") + 1, last_used_at=at)


@transaction.atomic
def revoke_embed_token(token: EmbedToken, *, by: Any, reason: str, at: datetime) -> EmbedToken:
    """Make a token worthless from now on. May be asked twice."""
    present = EmbedToken.objects.select_for_update().get(pk=token.pk)
    if present.revoked_at is None:
        present.revoked_at = at
        history.save(present, by=by, reason=reason, update_fields=["revoked_at"])
        security_log.info("embed_token_revoked", user=getattr(by, "pk", None), token=present.pk)
    return present
