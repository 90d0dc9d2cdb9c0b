"""The demo's cases: made by the real acts, in all states, once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.management import call_command

from cases.demo import load
from cases.models import Case, Clock, Consultation, Event, Hold, Task
from cases.models.event import EventKind
from processes.demo import load as load_processes
from procstd.organisation.demo import load as load_organisation

pytestmark = pytest.mark.django_db


#: Monday before work, Wednesday at noon, Sunday at night, in Shanghai.
MOMENTS = [
    datetime(2026, 11, 22, 19, tzinfo=UTC),
    datetime(2026, 11, 25, 4, tzinfo=UTC),
    datetime(2026, 11, 29, 15, tzinfo=UTC),
]


@pytest.mark.pure
@pytest.mark.parametrize("now", MOMENTS)
def test_whenever_it_is_loaded_the_demo_has_sixty_cases_in_all_states(now: datetime) -> None:
    load_organisation()
    load_processes()

    load(now)
    load(now)

    assert Case.objects.count() == 60
    assert set(Task.objects.open().values_list("key", flat=True)) >= {"s1", "s2", "s3", "s4", "s5", "s6"}
    assert set(Case.objects.values_list("status", flat=True)) == {"NEW", "DONE"}
    assert set(Case.objects.values_list("channel", flat=True)) == {"staff", "public", "import"}
    told = set(Event.objects.values_list("kind", flat=True))
    rare = {EventKind.PUT_BACK, EventKind.REFUSED, EventKind.ANSWERED, EventKind.WITHDRAWN}
    rare |= {EventKind.REOPENED}
    # No later version is in force in the demo, to which a case could move.
    rare |= {EventKind.MOVE_PLANNED, EventKind.MOVED, EventKind.MOVE_PUT_OFF, EventKind.MOVE_WITHDRAWN}
    assert set(EventKind.values) - told <= rare
    assert Consultation.objects.filter(answered_at=None).exists()
    grades = {case.data["grading"]["grade"] for case in Case.objects.filter(status="DONE")}
    assert grades == {"normal", "urgent"}
    assert not Event.objects.filter(at__gt=now).exists()
    assert {(clock.target, clock.state) for clock in Clock.objects.open()} >= {
        ("total", "running"), ("total", "paused"), ("step", "running"), ("step", "paused"), ("exception", "running"),
    }  # fmt: skip
    assert Hold.objects.filter(decided_at=None).count() == 1


def test_every_moment_of_the_demo_lies_in_order_in_the_past(capsys: pytest.CaptureFixture[str]) -> None:
    from django.utils import timezone

    call_command("demo", verbosity=0)
    call_command("verify_cases")

    assert "as they were written" in capsys.readouterr().out
    assert not Event.objects.filter(at__gt=timezone.now()).exists()
    for case in Case.objects.all():
        moments = [event.at for event in case.events.order_by("position")]
        assert moments == sorted(moments)
