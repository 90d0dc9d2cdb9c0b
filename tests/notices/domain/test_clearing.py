"""Clearing: what was read and settled long ago goes, what somebody still has to see stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from procstd.notices.domain import clearing
from procstd.notices.domain.clearing import clear_old
from procstd.notices.domain.delivering import gather_late
from procstd.notices.models import Channel, Delivery, DeliveryState, Notice
from tests.notices.conftest import AT

pytestmark = pytest.mark.django_db
OLD, YOUNG = AT - timedelta(days=401), AT - timedelta(days=399)
SENT, DROPPED, PARKED, WAITING = (DeliveryState(name) for name in ("sent", "dropped", "parked", "waiting"))


def notice(person: Any, key: str, read_at: Any = OLD) -> Notice:
    return Notice.objects.create(
        person=person, rule="test.alarm", key=key, title_zh="旧", title_en="Old", created_at=OLD, read_at=read_at
    )


def delivery(key: str, state: str, ended_at: Any = OLD, **facts: Any) -> Delivery:
    facts = {"channel": Channel.MAIL, "next_at": OLD, "created_at": OLD, **facts}
    return Delivery.objects.create(key=key, state=state, ended_at=ended_at, **facts)


def test_what_was_read_and_settled_long_ago_is_cleared_and_nothing_else(
    engineer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clearing, "BATCH", 2)
    for number in range(3):
        delivery(f"gone:{number}", SENT, notice=notice(engineer, f"gone:{number}"))
    delivery("gone:letter", DROPPED, channel=Channel.LETTER)
    notice(engineer, "unread", read_at=None)
    notice(engineer, "read lately", read_at=YOUNG)
    for key, state, ended_at in (("parked", PARKED, OLD), ("waiting", WAITING, None), ("sent lately", SENT, YOUNG)):
        delivery(key, state, ended_at, notice=notice(engineer, f"told by {key}"))

    assert clear_old(at=AT) == (3, 4)

    kept = {"parked", "waiting", "sent lately"}
    assert set(Delivery.objects.values_list("key", flat=True)) == kept
    assert set(Notice.objects.values_list("key", flat=True)) == {
        "unread", "read lately", *(f"told by {key}" for key in kept)
    }  # fmt: skip
    assert clear_old(at=AT) == (0, 0)


def test_what_came_too_late_for_a_digest_still_finds_the_next_one(engineer: Any) -> None:
    delivery("digest:1", SENT, channel=Channel.DIGEST, person=engineer)
    late = delivery("late", WAITING, None, digest_key="digest:1", person=engineer)

    clear_old(at=AT)

    assert gather_late(at=AT) == 1
    late.refresh_from_db()
    assert late.digest_key != "digest:1"


def test_zero_days_keep_everything(engineer: Any, settings: Any) -> None:
    settings.KEEP_NOTICES = timedelta(0)
    notice(engineer, "old")

    assert clear_old(at=AT) == (0, 0)
