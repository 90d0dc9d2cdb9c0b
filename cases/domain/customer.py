"""Who a customer is to us: an address, a language, a secret link. Nothing of it is stored but the answers."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.utils.translation import override

from cases.domain.acting import standard_of
from cases.models import Case
from procstd.bilingual import SUFFIXES

#: Between the languages of one text.
BETWEEN = "\n\n———\n\n"


def address_of(case: Case) -> str:
    """Return the customer's e-mail address, if a personal answer to the first form is one."""
    standard = standard_of(case.definition)
    form = standard.form(standard.first.form)
    given = case.data.get(form.key, {}) if form else {}
    for field in form.fields if form else ():
        value = given.get(field.key)
        if field.is_personal and isinstance(value, str) and "@" in value and _is_address(value.strip()):
            return value.strip()
    return ""


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def languages_of(case: Case) -> list[str]:
    """Return in which languages the customer is written to: the one of the page they filed on, else all."""
    return [case.language] if case.language in SUFFIXES else list(SUFFIXES)


def in_languages(case: Case, template: str, context: dict[str, Any]) -> list[str]:
    """Return a text in the customer's languages."""
    texts = []
    for language in languages_of(case):
        with override(language):
            texts.append(render_to_string(template, context).strip())
    return texts


def secret_for(request_key: str) -> str:
    """Return the secret of the link under which a customer follows a case: 128 bits, never stored.

    Made from the request's key, so that a form sent twice gives the same link twice.
    """
    return hmac.new(settings.SECRET_KEY.encode(), b"case-link:" + request_key.encode(), hashlib.sha256).hexdigest()[:32]


def fingerprint(secret: str) -> str:
    """Return what is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
