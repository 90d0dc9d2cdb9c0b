"""What a person chooses."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from procstd.errors import DomainError
from procstd.notices.domain.preferring import choose
from procstd.notices.models import Preference, Rhythm

pytestmark = pytest.mark.django_db
HOURS: dict[str, Any] = {"quiet_from": None, "quiet_until": None, "digest_at": time(8, 30)}


def test_what_equals_the_default_is_not_kept(engineer: Any) -> None:
    choose(engineer, timings={"test.alarm": "digest", "test.working": "working"}, **HOURS)
    assert list(Preference.objects.values_list("rule", "timing")) == [("test.alarm", "digest")]

    choose(engineer, timings={"test.alarm": "at_once"}, **HOURS)
    assert not Preference.objects.exists()


def test_a_choice_leaves_what_was_not_asked_and_other_people_alone(engineer: Any, head: Any) -> None:
    choose(engineer, timings={"test.alarm": "digest"}, **HOURS)
    choose(head, timings={"test.alarm": "never_mail"}, **HOURS)
    choose(engineer, timings={"test.working": "at_once"}, **HOURS)

    assert sorted(Preference.objects.values_list("person__username", "rule", "timing")) == [
        ("ma.jun", "test.alarm", "never_mail"),
        ("wang.lei", "test.alarm", "digest"),
        ("wang.lei", "test.working", "at_once"),
    ]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"quiet_from": time(22)}, "quiet_until"),
        ({"quiet_until": time(7)}, "quiet_from"),
        ({"quiet_from": time(7), "quiet_until": time(7)}, "quiet_until"),
        ({"timings": {"nothing": "at_once"}}, None),
        ({"timings": {"test.inside": "at_once"}}, None),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(engineer: Any, facts: dict[str, Any], field: str | None) -> None:
    with pytest.raises(DomainError) as refusal:
        choose(engineer, **{"timings": {}, **HOURS, **facts})

    assert refusal.value.field == field
    assert not Rhythm.objects.exists()
