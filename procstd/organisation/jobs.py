"""Mails about accounts, sent by the worker."""

from __future__ import annotations

import smtplib
from typing import Any

from celery import shared_task
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from procstd.organisation.models import User

_PATIENCE: dict[str, Any] = {
    "autoretry_for": (smtplib.SMTPException, OSError),
    "retry_backoff": 5,
    "max_retries": 5,
}


@shared_task(**_PATIENCE)
def mail_password_reset(person_id: int) -> None:
    """Mail a link to set a new password. Made here, so that no secret travels through the broker."""
    _mail_link(person_id, "organisation/mail_password_reset")


@shared_task(**_PATIENCE)
def mail_invitation(person_id: int) -> None:
    """Mail a new person a link to set the first password."""
    _mail_link(person_id, "organisation/mail_invitation")


def _mail_link(person_id: int, template: str) -> None:
    person = User.objects.active().filter(pk=person_id).exclude(email="").first()
    if person is None:
        return
    uid = urlsafe_base64_encode(force_bytes(person.pk))
    path = reverse("organisation:password-set", args=[uid, default_token_generator.make_token(person)])
    context = {"person": person, "link": settings.PUBLIC_URL + path, "hours": settings.PASSWORD_RESET_TIMEOUT // 3600}
    with translation.override(person.language):
        subject = render_to_string(f"{template}_subject.txt", context).strip()
        send_mail(subject, render_to_string(f"{template}.txt", context), None, [person.email])
