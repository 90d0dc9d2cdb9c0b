"""Mails of notices: HTML and text, in the reader's language, with the delivery's key as Message-ID."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import filled
from procstd.notices.domain.failures import Broken, Failure, Hopeless, brief
from procstd.notices.letters import Letter
from procstd.notices.models import Notice
from procstd.organisation.models import User

#: A digest names so many; the others are a number and a link.
MOST_IN_A_DIGEST = 100


class Postman:
    """Sends mails over one connection; opens it when it is needed, and a new one after a failure."""

    def __init__(self) -> None:
        self._connection: Any = None
        self._stalls = 0

    def send(self, mail: EmailMultiAlternatives) -> None:
        """Hand *mail* to the mail server. Raises Broken if there is none, Hopeless if it will never take the mail."""
        connection = self._connected()
        try:
            connection.send_messages([mail])
        except smtplib.SMTPRecipientsRefused as refused:
            code, words = next(iter(refused.recipients.values()))
            raise self._after(_refusal(code, words)) from refused
        except smtplib.SMTPSenderRefused as refused:
            raise self._after(Broken(_answer(refused.smtp_code, refused.smtp_error))) from refused
        except smtplib.SMTPResponseException as refused:
            raise self._after(_refusal(refused.smtp_code, refused.smtp_error)) from refused
        except (smtplib.SMTPException, OSError) as silence:
            # One mail can be what breaks the talk. Twice in a row it is the server.
            self._stalls += 1
            kind = Broken if self._stalls > 1 else Failure
            raise self._after(kind(filled(_("The mail server broke off: %(what)s."), what=brief(silence)))) from silence
        self._stalls = 0
        if _are_files():
            self.close()  # a file for each mail

    def close(self) -> None:
        """Hang up."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _connected(self) -> Any:
        if self._connection is None:
            connection = get_connection()
            try:
                connection.open()
            except (smtplib.SMTPException, OSError) as error:
                raise Broken(filled(_("The mail server cannot be reached: %(what)s."), what=brief(error))) from error
            self._connection = connection
        return self._connection

    def _after(self, failure: Failure) -> Failure:
        self.close()
        return failure


def _are_files() -> bool:
    return bool(settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"))


def _answer(code: int, words: Any) -> Any:
    return filled(_("The mail server refused: %(code)s %(words)s"), code=code, words=brief(words))


def _refusal(code: int, words: Any) -> Failure:
    return (Hopeless if code >= 500 else Failure)(_answer(code, words))


def notice_mail(notice: Notice, person: User, *, key: str) -> EmailMultiAlternatives:
    """Return the mail of one notice."""
    with translation.override(person.language):
        return _mail("notices/mail_notice", str(notice.title), person, key, {"notice": notice})


def digest_mail(notices: Sequence[Notice], person: User, *, key: str) -> EmailMultiAlternatives:
    """Return the daily digest of a person: newest first, the rest as a number."""
    newest = sorted(notices, key=lambda notice: (notice.created_at, notice.pk), reverse=True)
    count = len(newest)
    with translation.override(person.language), timezone.override(person.zone):
        subject = str(newest[0].title) if count == 1 else _many(count)
        facts = {"notices": newest[:MOST_IN_A_DIGEST], "more": max(count - MOST_IN_A_DIGEST, 0), "count": count}
        return _mail("notices/mail_digest", subject, person, key, facts)


def _many(count: int) -> str:
    return translation.ngettext("%(count)d notice for you", "%(count)d notices for you", count) % {"count": count}


def _mail(template: str, subject: str, person: User, key: str, facts: dict[str, Any]) -> EmailMultiAlternatives:
    context = {**facts, "person": person, "site": settings.PUBLIC_URL, "subject": subject}
    text, html = render_to_string(f"{template}.txt", context), render_to_string(f"{template}.html", context)
    return _addressed(person.email, f"[procstd] {subject}", text, html, key)


def letter_mail(letter: Letter, *, key: str) -> EmailMultiAlternatives:
    """Return the mail of a letter to somebody outside."""
    return _addressed(letter.address, letter.subject, letter.text, letter.html, key)


def _addressed(address: str, subject: str, text: str, html: str, key: str) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(
        subject,
        text.strip() + "\n",
        to=[address],
        headers={
            "Message-ID": message_id(key),
            "X-Procstd-Key": quote(key, safe=":"),
            # Out-of-office robots must not answer.
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(html, "text/html")
    return mail


def message_id(key: str) -> str:
    """Return the Message-ID of a key: the same at every attempt, so that a mail program can tell repeats."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return f"<{quote(key, safe='')}@{host}>"
