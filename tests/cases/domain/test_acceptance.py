"""The acceptance notice: mailed once to who filed a case, with what the standard promises (F54)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from cases.domain.acceptance import acceptance_letter
from cases.domain.customer import secret_for
from cases.domain.satisfaction_mails import mail_request
from cases.models import Case, Channel
from procstd.notices.domain.delivering import deliver_due
from procstd.notices.models import Delivery
from tests.cases.journeys import REGISTER, START_AT, Team, finish, opened
from tests.factories import PersonFactory
from tests.standards import holder, released

pytestmark = pytest.mark.django_db
LETTERS = Delivery.objects.filter(channel="letter")
KEY = "k" * 32
FILED = {
    "a_customer": "Lihua Trading", "a_contact": "lihua@example.com", "a_product": "HY-200",
    "a_problem": "Buy at https://spam.example <b>now</b>", "request_key": KEY,
}  # fmt: skip


def delivered() -> list[Any]:
    """Send what is due, as a worker does, and return the mails."""
    until = START_AT + timedelta(days=1)
    deliver_due(now=iter([START_AT] * 1000).__next__, until=until)
    return mail.outbox


def filed(language: str, **more: Any) -> Any:
    cache.clear()
    address = reverse("cases:public-open", args=[released().process.code])
    return Client(headers={"accept-language": language}).post(address, {**FILED, **more})


def words_of(mail: Any) -> tuple[str, str]:
    return mail.body, mail.alternatives[0][0]


def test_a_form_sent_twice_is_acknowledged_by_one_mail_in_the_language_of_the_page() -> None:
    address = reverse("cases:public-open", args=[released().process.code])
    customer = Client(headers={"accept-language": "en"})
    first, second = customer.post(address, FILED), customer.post(address, FILED)
    case, letter = Case.objects.get(), LETTERS.get()
    Delivery.objects.update(next_at=START_AT)
    sent = [*delivered()]

    assert first.headers["Location"] == second.headers["Location"]
    assert letter.key == f"case.accepted:{case.pk}:letter"
    assert [(row.to, row.subject) for row in sent] == [
        (["lihua@example.com"], f"{case.number}: we have received your case")
    ]
    assert delivered() == sent
    link = first.headers["Location"].partition("?")[0]
    for part in words_of(sent[0]):
        assert "http://127.0.0.1:8000" + link in part
        assert "Received on" in part
        assert "UTC+08:00" in part
        assert "收到" not in part
        assert "spam.example" not in part  # nobody can have us mail their words to others
        assert "/notices/preferences/" not in part
    assert sent[0].extra_headers["Auto-Submitted"] == "auto-generated"
    assert not re.search(r"lihua|" + secret_for(KEY), str(LETTERS.values()))
    admin = Client(headers={"accept-language": "en"})
    admin.force_login(PersonFactory(is_staff=True, language="en"))
    shown = admin.get(reverse("notices:delivery-list"), {"channel": "letter"}).content.decode()
    assert "Acceptance notice of a case → customer" in shown
    assert not re.search(r"lihua|" + secret_for(KEY), shown)


def test_it_promises_what_the_status_page_promises_and_says_both_languages_to_whom_nobody_knows() -> None:
    case = opened()
    Delivery.objects.update(next_at=START_AT)

    (sent,) = delivered()

    text, html = words_of(sent)
    assert sent.subject.endswith(f" / {case.number}: we have received your case")
    assert text.count(secret_for(str(case.request_key))) == html.count(secret_for(str(case.request_key))) == 2
    page = Client(headers={"accept-language": "en"}).get(
        reverse("cases:public-status", args=[case.number, secret_for(str(case.request_key))])
    )
    shown = " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())
    promises = re.findall(r"First response: by [^*\n]+ at the latest|Promised to be done by [^*\n]+", text)
    assert [promise[:14] for promise in promises] == ["First response", "Promised to be"]
    assert [promise for promise in promises if promise.strip() not in shown] == []


def test_a_standard_without_limits_promises_no_dates() -> None:
    case = opened()
    case.clocks.all().delete()

    letter = acceptance_letter(str(case.pk))

    assert letter is not None
    assert "Received on" in letter.text
    assert not re.search("Promised|First response", letter.text + letter.html)


@pytest.mark.parametrize("contact", [
    "13800000000", "lihua@", "@example.com", "a@example.com, b@example.com", "a@example.com\nBcc: b@example.com",
    "call Mr Li @ noon", "Li <lihua@example.com>",
])  # fmt: skip
def test_what_is_not_an_address_is_never_written_to(contact: str) -> None:
    case = opened(answers={**{key: REGISTER[key] for key in ("customer", "product", "problem")}, "contact": contact})

    assert not LETTERS.exists()
    assert acceptance_letter(str(case.pk)) is None


def test_only_who_files_a_case_is_told_and_nobody_once_the_address_is_erased() -> None:
    process = released().process
    opened(process, {**REGISTER}, channel=Channel.STAFF, by=holder("service-agent"))
    assert not LETTERS.exists()
    case = opened(process)
    case.data = {}
    case.save(update_fields=["data"])
    Delivery.objects.update(next_at=START_AT)

    assert delivered() == []
    assert LETTERS.get().state == "dropped"


def test_the_question_after_the_close_speaks_the_language_of_the_filing_too() -> None:
    team = Team()
    case = finish(opened(language="en"), team)

    mail_request(case.satisfaction_requests.get().pk, at=case.finished + timedelta(days=1))

    assert " / " not in mail.outbox[-1].subject
    assert "———" not in mail.outbox[-1].body


def test_the_case_knows_in_which_language_it_was_filed() -> None:
    filed("zh-hans")

    assert Case.objects.get().language == "zh-hans"
