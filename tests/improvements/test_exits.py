"""The exit of the last phase, as the room of improvements knows it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from improvements.domain.evaluating import decide, gather_evidence
from improvements.domain.handling import adopt
from improvements.domain.planning import plan_special
from improvements.exits import measure_evaluated, measure_improved
from processes.domain.releasing import checks_only, release
from processes.domain.revising import open_draft
from procstd.gates import Asked, Phase, criteria
from tests.improvements.desk import NOW, WEEK, lead, named, process_in_force, specialist

pytestmark = pytest.mark.django_db
CHANGES = {"text_zh": "自动关联", "text_en": "Linked automatically", "effect": "Twice as fast"}


def test_they_stand_in_the_gate_of_the_last_phase() -> None:
    last = [row.code for row in criteria() if row.phase == Phase.OPTIMIZATION]

    assert {"improvements.a-evaluated", "improvements.b-improved"} <= set(last)


def test_every_process_of_the_project_must_be_evaluated_since_it_began() -> None:
    first, second = process_in_force(), process_in_force("order")
    asked = Asked(1, (first.pk, second.pk), began_at=NOW)
    late = Asked(2, (first.pk,), began_at=NOW + 9 * WEEK)

    def decided(process: object) -> None:
        made = plan_special(
            process, occasion="product", occasion_on=None, why_zh="新", why_en="New", by=lead(), at=NOW + WEEK
        )  # type: ignore[arg-type]
        gather_evidence(made, by=lead(), at=NOW + WEEK)
        decide(made, outcome="keep", reason="Good", by=lead(), at=NOW + WEEK)

    decided(first)
    one = measure_evaluated([asked, late], NOW + 10 * WEEK)
    decided(second)
    both = measure_evaluated([asked, late, Asked(3, ())], NOW + 10 * WEEK)

    assert [str(one[key].sentence) for key in (1, 2)] == ["1 process has no decided evaluation."] * 2
    assert (both[1].is_met, both[2].is_met, both[3].is_met) == (True, False, False)


def test_a_version_from_a_suggestion_must_be_in_force() -> None:
    process = process_in_force()
    adopt(named(process), by=specialist(), at=NOW, **CHANGES)
    draft = open_draft(process)
    assert draft is not None
    release(draft, by=lead(), at=NOW, valid_from=NOW + WEEK, gate=checks_only)
    asked = [Asked(1, (process.pk,), began_at=NOW)]

    before = measure_improved(asked, NOW + WEEK - timedelta(seconds=1))[1]
    after = measure_improved(asked, NOW + WEEK)[1]

    assert (before.is_met, after.is_met) == (False, True)
    assert str(after.sentence) == "In force: SG-2026-0001."


def test_many_projects_cost_as_much_as_one() -> None:
    process = process_in_force()

    def counted(number: int) -> int:
        asked = [Asked(key, (process.pk,)) for key in range(number)]
        with CaptureQueriesContext(connection) as captured:
            measure_evaluated(asked, NOW)
            measure_improved(asked, NOW)
        return len(captured)

    assert counted(1) == counted(30)
