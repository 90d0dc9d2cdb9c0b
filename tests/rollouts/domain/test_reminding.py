from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from procstd.notices.models import Notice
from rollouts import notices
from rollouts.domain.reminding import ask_for_confirmations
from tests.rollouts.hall import DAY, NOW, confirms, in_force
from tests.standards import RELEASED_AT, holder

pytestmark = pytest.mark.django_db


def told(person: object) -> list[str]:
    return list(Notice.objects.filter(person=person).order_by("pk").values_list("rule", flat=True))


def test_people_are_asked_reminded_after_three_and_seven_days_and_then_their_head_hears() -> None:
    in_force()
    agent, head = holder("service-agent"), holder("department-head")
    days = [0, 1, 2, 3, 5, 7, 9, 10, 12, 17]

    stages = []
    for day in days:
        ask_for_confirmations(at=RELEASED_AT + timedelta(days=day, hours=1))
        stages.append((len(told(agent)), len(told(head))))

    assert stages == [(1, 0), (1, 0), (1, 0), (2, 0), (2, 0), (3, 0), (3, 0), (3, 1), (3, 1), (3, 2)]
    assert told(agent) == ["rollout.asked", "rollout.reminded", "rollout.reminded"]
    assert set(told(head)) == {"rollout.escalated"}


def test_who_confirms_is_not_reminded_and_no_head_hears_of_it() -> None:
    release = in_force()
    agent, head = holder("service-agent"), holder("department-head")
    ask_for_confirmations(at=NOW)
    confirms(agent, release.definition)

    for day in range(1, 20):
        ask_for_confirmations(at=NOW + day * DAY)

    assert (told(agent), told(head)) == (["rollout.asked"], [])


def test_running_twice_tells_nobody_twice() -> None:
    in_force()
    holder("service-agent")

    assert ask_for_confirmations(at=NOW) == 1
    assert ask_for_confirmations(at=NOW) == 0


def test_a_version_that_breaks_does_not_keep_the_others_from_being_told(monkeypatch: pytest.MonkeyPatch) -> None:
    broken, whole = in_force("a-first"), in_force("b-second")
    agent = holder("service-agent")
    asked = notices.asked

    def breaks(definition: Any, people: Any) -> Any:
        if definition.pk == broken.definition_id:
            raise RuntimeError("nobody foresaw it")
        return asked(definition, people)

    monkeypatch.setattr(notices, "asked", breaks)

    assert ask_for_confirmations(at=NOW) == 1
    assert Notice.objects.get(person=agent).url == f"/rollout/confirm/{whole.definition_id}/"
    monkeypatch.undo()
    assert ask_for_confirmations(at=NOW) == 1


def test_a_department_without_a_head_turns_to_the_one_above() -> None:
    from procstd.organisation.models import Department

    in_force()
    holder("service-agent", "quality")
    head = holder("department-head", "service")
    Department.objects.filter(code="quality").update(parent=Department.objects.get(code="service"))

    ask_for_confirmations(at=RELEASED_AT + timedelta(days=11))

    (notice,) = Notice.objects.filter(person=head)
    assert notice.title_en == "Quality: 1 person has not confirmed Complaint process V1.0"
