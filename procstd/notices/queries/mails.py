"""The local sink: mails that are files, for tests and for `make run`."""

from __future__ import annotations

import email
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from django.conf import settings

#: What Django's file backend writes after each mail.
_RULE = b"\n" + b"-" * 79 + b"\n"
_HEADERS = ("From", "To", "Subject", "Date", "Message-ID", "X-Procstd-Key", "Content-Type")
_MOST = 200


@dataclass(frozen=True)
class Mail:
    """A mail as it was written to a file; its name is that of the file and its number there."""

    name: str
    written_at: datetime
    headers: list[tuple[str, str]]
    text: str
    html: str

    @property
    def subject(self) -> str:
        return dict(self.headers).get("Subject", "")

    @property
    def to(self) -> str:
        return dict(self.headers).get("To", "")


def sink() -> Path | None:
    """Return the folder in which mails are files, or None when they leave the house.

    In the served mode nobody reads other people's mails: links that set passwords stand in them.
    """
    if settings.SERVED or not settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        return None
    return Path(settings.EMAIL_FILE_PATH)


def newest_mails(folder: Path) -> list[Mail]:
    """Return the newest mails in *folder*."""
    paths = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return [mail for path in paths[:_MOST] for mail in reversed(read_mails(path))][:_MOST]


def mail_named(folder: Path, name: str) -> Mail | None:
    """Return the mail of that name, or None. No other folder is ever looked into."""
    path = next((path for path in folder.glob("*.log") if path.name == name.rpartition(".")[0]), None)
    return next((mail for mail in read_mails(path) if mail.name == name), None) if path else None


def read_mails(path: Path) -> list[Mail]:
    """Read the mails in a file: the backend names files by the second, so that two can share one."""
    sources = [source for source in path.read_bytes().split(_RULE) if source.strip()]
    written_at = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
    return [_mail(f"{path.name}.{number}", source, written_at) for number, source in enumerate(sources)]


def _mail(name: str, source: bytes, written_at: datetime) -> Mail:
    """Read one mail: headers, the text part, the source of the HTML part."""
    message = email.message_from_bytes(source.lstrip(), policy=default)
    return Mail(
        name=name,
        written_at=written_at,
        headers=[(name, str(message[name])) for name in _HEADERS if message[name]],
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    return str(found.get_content()) if found is not None and found.get_content_subtype() == kind else ""
