"""Phase 5 of the story: three waves, each trained before its day, everybody confirms; cases until the autumn."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from improvements.demo.cases import Told, drive
from improvements.demo.opening import pass_gate
from improvements.demo.pilot import concerned, train
from improvements.demo.stage import Stage, at, noon, then
from procstd.gates import Phase
from rollouts.domain.acknowledging import acknowledge
from rollouts.domain.planning import change_need, plan_rollout
from rollouts.domain.waves import release_wave
from rollouts.models import CHECKED_BY_ITSELF, Tier

WAVES = (("service", "quality"), ("sales", "quality-lab"), ("production", "workshop-1"))


def widen(stage: Stage) -> None:
    """April: waves on the 7th, 14th and 21st. Then a summer of cases."""
    definition = stage.definition
    train(
        stage, Tier.MANAGEMENT, "为什么统一服务投诉处理", "Why one way to handle service complaints", at(4, 1, 10), ()
    )
    plan = plan_rollout(
        definition, begins_on=date(2026, 4, 7), departments=stage.halls(*[code for halls in WAVES for code in halls]),
        per_wave=2, by=stage.lead, at=at(3, 30, 15),
    )  # fmt: skip
    train(stage, Tier.SUPERVISION, "如何监督、打分和升级", "How to watch, score and escalate", at(4, 2, 10), ())
    for wave in plan.waves.order_by("starts_on"):
        day = noon(wave.starts_on)
        halls = tuple(wave.departments.order_by("code").values_list("code", flat=True))
        train(stage, Tier.EXECUTION, f"服务投诉标准培训（第 {wave.week} 批）", f"Training, wave {wave.week}",
              day - timedelta(days=3), halls)  # fmt: skip
        for need in wave.needs.exclude(kind__in=CHECKED_BY_ITSELF):
            change_need(need, owner=stage.people["qian.xin"], is_there=True, by=stage.lead)
        release_wave(wave, at=then(day))
        wave.refresh_from_db()
        if wave.is_planned:
            raise RuntimeError(f"{wave} was not released.")
        for person in concerned(definition.pk, halls, stage, day):
            acknowledge(definition, by=person, at=then(day + timedelta(hours=1 + person.pk % 5)))
    _summer(stage)
    pass_gate(stage, Phase.ROLLOUT, at(4, 30))


def _summer(stage: Stage) -> None:
    """April to August: eight cases a month, some late, some sent back; the same lots each time."""
    lots = Random(2026)  # noqa: S311  (nothing here is secret)
    for month in range(4, 9):
        for number in range(8):
            back = {"s5": "rejected"} if number == 3 else {"s4": "unclear"} if number == 6 and month % 2 else {}
            slow = {"s4": 4.0} if number in (2, 7) else {"s2": 9.0} if number == 5 else {}
            hall = "sales" if number == 4 and month > 4 else "service"
            told = Told(at(month, 1 + number * 3, 9, 5 * number), lots.uniform(1.9, 3.1), lots.choice([3, 4, 5, 5, None]),
                        number == 1, hall, back, slow)  # fmt: skip
            drive(stage, told)
