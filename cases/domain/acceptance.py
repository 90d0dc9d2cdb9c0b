"""The acceptance notice: what the customer who filed a case is promised, by mail (F54)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import override

from cases.domain.clocks.showing import promised_clocks
from cases.domain.customer import BETWEEN, address_of, in_languages, languages_of, secret_for
from cases.models import Case, Channel
from cases.notices import ACCEPTED
from procstd.notices.domain.lettering import write_to_outsider
from procstd.notices.letters import Letter


def acknowledge(case: Case, *, at: datetime) -> None:
    """Queue the notice of a case that a customer has just filed and left an address with. One statement."""
    if case.channel == Channel.PUBLIC and address_of(case):
        write_to_outsider(ACCEPTED, case.pk, at=at)


def acceptance_letter(about: str) -> Letter | None:
    """Return the notice of the case with the key *about*; None if it has no address (any more).

    It says what the status page says, at the moment of sending: what the standard promises, nothing else.
    No words of whoever filed it are in it, so nobody can have us mail theirs to others.
    """
    case = Case.objects.select_related("definition", "process").filter(pk=about, channel=Channel.PUBLIC).first()
    address = address_of(case) if case is not None else ""
    if case is None or not address:
        return None
    link = settings.PUBLIC_URL + reverse("cases:public-status", args=[case.number, secret_for(str(case.request_key))])
    context = {"case": case, "clocks": promised_clocks(case), "link": link, "zone": _offset(case.created)}
    subject = " / ".join(in_languages(case, "cases/mail_acceptance_subject.txt", context))
    parts = [mark_safe(part) for part in in_languages(case, "cases/mail_acceptance_part.html", context)]  # noqa: S308
    with override(languages_of(case)[0]):
        html = render_to_string("cases/mail_acceptance.html", {**context, "subject": subject, "parts": parts})
    return Letter(address, subject, BETWEEN.join(in_languages(case, "cases/mail_acceptance.txt", context)), html)


def _offset(at: datetime) -> str:
    """Return in which time the notice speaks, since the customer may live in another: UTC+08:00."""
    return f"UTC{timezone.localtime(at).isoformat()[-6:]}"
