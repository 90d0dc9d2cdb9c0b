"""Mail customers the question after a close. What was not sent is found again by a sweep (cases/sweeps.py)."""

from __future__ import annotations

import smtplib
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from cases.domain.customer import BETWEEN, address_of, in_languages
from cases.domain.satisfaction import token_for
from cases.models import SatisfactionRequest
from procstd.logs import log

#: So often a mail is tried, each time after twice as long.
TRIES_MOST = 10
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)


def mail_request(request_id: int, *, at: datetime) -> None:
    """Mail the customer the link to the question. Claimed by update: of two workers one sends."""
    now = at
    waiting = SatisfactionRequest.objects.filter(pk=request_id, answered_at=None, mail_at__lte=now)
    asked = waiting.select_related("case__definition", "case__process").first()
    if asked is None:
        return
    pause = min(_FIRST_PAUSE * 2**asked.mail_tries, _LONGEST_PAUSE)
    tries = asked.mail_tries + 1
    if not waiting.filter(mail_tries=asked.mail_tries).update(mail_at=now + pause, mail_tries=tries):
        return
    address = address_of(asked.case)
    try:
        if address:
            _send(asked, address)
    except (smtplib.SMTPException, OSError) as error:
        log.warning("satisfaction_mail_failed", request=asked.pk, tries=tries, error=type(error).__name__)
        if tries >= TRIES_MOST:
            SatisfactionRequest.objects.filter(pk=asked.pk).update(mail_at=None)
        return
    SatisfactionRequest.objects.filter(pk=asked.pk).update(mail_at=None, mailed_at=now if address else None)


def _send(asked: SatisfactionRequest, address: str) -> None:
    path = reverse("cases:satisfaction", args=[token_for(asked.case, asked.number)])
    context = {"case": asked.case, "process": asked.case.process, "link": settings.PUBLIC_URL + path}
    subjects = in_languages(asked.case, "cases/mail_satisfaction_subject.txt", context)
    bodies = in_languages(asked.case, "cases/mail_satisfaction.txt", context)
    host = settings.ALLOWED_HOSTS[0] if settings.ALLOWED_HOSTS else "procstd"
    key = f"<satisfaction-{asked.pk}@{host}>"  # the same whenever it is sent again
    EmailMessage(" / ".join(subjects), BETWEEN.join(bodies), None, [address], headers={"Message-ID": key}).send()


def requests_to_mail(*, at: datetime) -> list[int]:
    """Return the questions that wait to be mailed, by key."""
    due = SatisfactionRequest.objects.filter(mail_at__lte=at, answered_at=None)
    return list(due.order_by("mail_at").values_list("pk", flat=True)[:100])
