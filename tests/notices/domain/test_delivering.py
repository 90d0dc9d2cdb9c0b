"""Delivering: what arrives at a real mail server, and what becomes of that which does not arrive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procstd.errors import DomainError
from procstd.notices.domain import delivering
from procstd.notices.domain.delivering import LEASE, MOST_ATTEMPTS, claim, wait_after
from procstd.notices.domain.mailing import message_id
from procstd.notices.domain.retrying import try_again
from procstd.notices.domain.telling import Note, tell
from procstd.notices.models import Delivery, DeliveryState, Notice, Preference
from procstd.notices.queries.counters import delivery_counters
from tests.factories import PersonFactory
from tests.notices.conftest import AT, EVENING, deliver
from tests.notices.sinks import SmtpSink

pytestmark = pytest.mark.django_db
DIGEST_AT = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)


def note(person: Any, key: str = "clock:1", rule: str = "test.alarm", **facts: Any) -> Note:
    texts = {
        "title_zh": "投诉即将超时",
        "title_en": "A complaint is due soon",
        "body_zh": "请尽快处理。",
        "body_en": "Act soon.",
        "url": "/cases/C-000001/",
    }
    return Note(person.pk, rule, key, **{**texts, **facts})


def texts_of(mail: Any) -> tuple[str, str]:
    return mail.get_body(("plain",)).get_content(), mail.get_body(("html",)).get_content()


def state_of(key: str) -> tuple[str, int, str]:
    return Delivery.objects.values_list("state", "attempts", "error_en").get(key__startswith=key)


def test_a_mail_arrives_in_html_and_text_in_the_readers_language(engineer: Any, smtp: SmtpSink) -> None:
    chinese = PersonFactory(language="zh-hans")
    tell([note(engineer), note(chinese)], at=AT)

    assert deliver(AT) == 2

    mine, theirs = sorted(smtp.mails, key=lambda mail: mail["To"] != engineer.email)
    assert (mine["Subject"], theirs["Subject"]) == ("[procstd] A complaint is due soon", "[procstd] 投诉即将超时")
    assert mine["Message-ID"] == message_id(f"clock:1:{engineer.pk}:mail")
    assert mine["Auto-Submitted"] == "auto-generated"
    for part in texts_of(mine):
        assert "Act soon." in part
        assert "http://127.0.0.1:8000/cases/C-000001/" in part
        assert "http://127.0.0.1:8000/notices/preferences/" in part
    assert 'lang="zh-Hans"' in texts_of(theirs)[1]
    assert state_of(f"clock:1:{engineer.pk}") == ("sent", 1, "")


def test_a_mail_fetches_nothing_and_takes_no_markup_from_people(engineer: Any, smtp: SmtpSink) -> None:
    hostile = "<img src=https://evil.example/x.png><script>x</script>{{ 7*7 }}"
    tell([note(engineer, title_en=f"Case\r\nBcc: all@evil.example {hostile}", body_en=hostile)], at=AT)

    deliver(AT)

    mail = smtp.mails[0]
    assert mail["Bcc"] is None
    assert "Bcc: all@evil.example" in mail["Subject"]
    html = texts_of(mail)[1]
    assert "<img" not in html
    assert "<script" not in html
    assert "&lt;img src=https://evil.example" in html
    assert "{{ 7*7 }}" in html
    assert not [word for word in ("src=", "url(", "<link", "@import") if word in html.replace("&lt;img src=", "")]


def test_what_is_gathered_comes_as_one_mail_at_the_hour_of_the_digest(engineer: Any, smtp: SmtpSink) -> None:
    Preference.objects.create(person=engineer, rule="test.alarm", timing="digest")
    tell([note(engineer, f"clock:{number}", title_en=f"Number {number}") for number in range(3)], at=AT)
    tell([note(engineer, "clock:3", rule="test.digest", title_en="Number 3")], at=EVENING)

    assert deliver(DIGEST_AT - timedelta(seconds=1)) == 0
    assert deliver(DIGEST_AT) == 1

    assert smtp.keys == [message_id(f"digest:{engineer.pk}:2026-11-25")]
    assert smtp.mails[0]["Subject"] == "[procstd] 4 notices for you"
    for part in texts_of(smtp.mails[0]):
        assert [part.index(f"Number {number}") for number in (3, 2, 1, 0)] == sorted(
            part.index(f"Number {number}") for number in range(4)
        )
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_what_comes_too_late_for_its_digest_goes_with_the_next_one(engineer: Any, smtp: SmtpSink) -> None:
    tell([note(engineer, rule="test.digest")], at=AT)
    deliver(DIGEST_AT)
    # Told by a transaction that began before the digest was sent and ended after it.
    tell([note(engineer, "clock:2", rule="test.digest", title_en="Late")], at=AT)

    assert deliver(DIGEST_AT + timedelta(seconds=5)) == 0
    assert deliver(DIGEST_AT + timedelta(days=1)) == 1

    assert smtp.keys[-1] == message_id(f"digest:{engineer.pk}:2026-11-26")
    assert "Late" in texts_of(smtp.mails[-1])[0]
    assert not Delivery.objects.filter(state="waiting").exists()


def test_a_poison_recipient_harms_nobody_else_and_is_parked_and_shown(
    engineer: Any, head: Any, admin_person: Any, smtp: SmtpSink
) -> None:
    """T16, W10."""
    smtp.refuse = lambda recipient: "451 try later" if "ma.jun" in recipient else ""
    tell([note(head)], at=AT)
    tell([note(engineer), note(admin_person)], at=AT)

    at = AT
    for attempt in range(1, MOST_ATTEMPTS + 1):
        deliver(at)
        assert len(smtp.mails) == 2
        if attempt < MOST_ATTEMPTS:
            assert state_of(f"clock:1:{head.pk}")[:2] == ("waiting", attempt)
            assert delivery_counters(at)["failing"] == 1
            assert deliver(at + wait_after(attempt) - timedelta(seconds=1)) == 0
            at += wait_after(attempt)

    assert state_of(f"clock:1:{head.pk}") == ("parked", MOST_ATTEMPTS, "The mail server refused: 451 try later")
    assert delivery_counters(at) == {"overdue": 0, "parked": 1, "failing": 0}
    told = Notice.objects.get(rule="deliveries.parked")
    assert (told.person, told.title_en) == (admin_person, "A delivery was given up")
    assert not Delivery.objects.filter(notice=told).exists()


def test_a_mail_that_will_never_be_taken_is_parked_at_once(head: Any, smtp: SmtpSink) -> None:
    smtp.refuse = lambda recipient: "550 no such user"
    tell([note(head)], at=AT)

    deliver(AT)

    assert state_of("clock:1") == ("parked", 1, "The mail server refused: 550 no such user")


def test_one_that_breaks_inside_the_software_backs_off_like_any_other(engineer: Any, head: Any, smtp: SmtpSink) -> None:
    tell([note(engineer), note(head)], at=AT)
    # No form takes such an address.
    type(head).objects.filter(pk=head.pk).update(email="x\n@example.com")

    assert deliver(AT) == 1

    state, attempts, error = state_of(f"clock:1:{head.pk}")
    assert (state, attempts) == ("waiting", 1)
    assert "the log has details" in error


def test_without_a_mail_server_nothing_is_lost_and_one_try_is_enough_for_a_batch(
    engineer: Any, head: Any, seller: Any, settings: Any, smtp: SmtpSink
) -> None:
    tell([note(person) for person in (engineer, head, seller)], at=AT)
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1

    assert deliver(AT) == 0
    assert {row.error_en.split(":")[0] for row in Delivery.objects.all()} == {"The mail server cannot be reached"}
    settings.EMAIL_PORT = port
    assert deliver(AT + timedelta(minutes=1)) == 3

    assert len(set(smtp.keys)) == 3


def test_waiting_grows_from_a_minute_to_six_hours_and_lasts_over_a_night() -> None:
    waits = [wait_after(attempt) for attempt in range(1, MOST_ATTEMPTS)]

    assert waits[:4] == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert waits[-1] == timedelta(hours=6)
    assert timedelta(hours=18) < sum(waits, timedelta()) < timedelta(days=2)


def test_what_another_worker_holds_is_left_to_it_until_its_lease_runs_out(engineer: Any, smtp: SmtpSink) -> None:
    tell([note(engineer)], at=AT)
    held = claim(at=AT)

    assert [row.key for row in held] == [f"clock:1:{engineer.pk}:mail"]
    assert deliver(AT + LEASE - timedelta(seconds=1)) == 0
    assert deliver(AT + LEASE) == 1

    # The first one wakes up again: the row is no longer its own.
    assert delivering._Round(lambda: AT + LEASE).send(held) == 0
    assert len(smtp.mails) == 1
    assert state_of("clock:1") == ("sent", 1, "")


def test_a_row_that_kills_its_worker_again_and_again_is_parked_without_another_try(
    engineer: Any, smtp: SmtpSink
) -> None:
    tell([note(engineer)], at=AT)
    Delivery.objects.update(attempts=MOST_ATTEMPTS)

    assert deliver(AT) == 0

    assert smtp.mails == []
    assert state_of("clock:1")[0] == "parked"


def test_nobody_who_has_left_is_mailed(engineer: Any, head: Any, smtp: SmtpSink) -> None:
    tell([note(engineer), note(head, rule="test.digest")], at=AT)
    type(engineer).objects.update(is_active=False)

    deliver(DIGEST_AT)

    assert smtp.mails == []
    assert set(Delivery.objects.values_list("state", flat=True)) == {"dropped"}


def test_an_idle_round_costs_the_same_however_much_was_sent(engineer: Any, smtp: SmtpSink) -> None:
    with CaptureQueriesContext(connection) as empty:
        deliver(AT)
    tell([note(engineer, f"clock:{number}") for number in range(30)], at=AT)
    assert deliver(AT) == 30
    with CaptureQueriesContext(connection) as idle:
        deliver(AT)

    assert len(idle) == len(empty)
    assert not [query for query in idle if query["sql"].startswith(("INSERT", "DELETE"))]


def test_no_transaction_is_open_while_something_is_sent(engineer: Any, smtp: SmtpSink, transactional_db: None) -> None:
    open_ones: list[bool] = []
    smtp.refuse = lambda recipient: open_ones.append(_in_transaction()) or ""  # type: ignore[func-returns-value]
    tell([note(engineer)], at=AT)

    deliver(AT)

    assert open_ones == [False]


def _in_transaction() -> bool:
    """Ask the thread that sends: the sink answers from another one."""
    if connection.vendor == "sqlite":
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'"
        )
        found = cursor.fetchone()[0]
    connection.close()
    return bool(found)


def test_an_administrator_sends_what_was_given_up_anew(head: Any, admin_person: Any, smtp: SmtpSink) -> None:
    smtp.refuse = lambda recipient: "550 no such user"
    tell([note(head)], at=AT)
    deliver(AT)
    smtp.refuse = lambda recipient: ""

    row = try_again(Delivery.objects.get(key__startswith="clock:1"), by=admin_person, at=EVENING)
    deliver(EVENING)
    with pytest.raises(DomainError, match="nothing to try again"):
        try_again(row, by=admin_person, at=EVENING)

    assert smtp.keys == [message_id(f"clock:1:{head.pk}:mail")]
    assert Delivery.objects.get(pk=row.pk).state == DeliveryState.SENT


def test_what_nobody_sends_is_counted_as_overdue_after_ten_minutes(engineer: Any) -> None:
    tell([note(engineer), note(engineer, "clock:2", rule="test.digest")], at=AT)

    assert delivery_counters(AT + timedelta(minutes=10))["overdue"] == 0
    assert delivery_counters(AT + timedelta(minutes=10, seconds=1))["overdue"] == 1
