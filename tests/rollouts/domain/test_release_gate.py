"""The release gate tells who can be trained before a text is in force, and which cases are under way (F29)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from processes.domain.gate import Criterion, criteria_of
from processes.models import Revision
from procstd.roles import Role
from tests.cases.journeys import opened
from tests.factories import PostHoldingFactory, person_with
from tests.reviews import AT, desk
from tests.standards import holder, next_version, released
from tests.variants import variant

pytestmark = pytest.mark.django_db


def line(code: str, draft: Revision, valid_from: datetime | None = None) -> Criterion:
    (found,) = [row for row in criteria_of(draft, at=AT, valid_from=valid_from) if row.code == code]
    return found


def test_what_takes_effect_at_once_leaves_no_time_to_train_those_whom_it_concerns() -> None:
    draft = desk().draft
    agent = holder("service-agent")
    PostHoldingFactory(person=agent, post=holder("service-supervisor").duties[0].post)
    person_with(Role.FRONTLINE)  # of a post that the text does not name
    before = str(line("training", draft).sentence)

    soon = line("training", draft, AT + timedelta(days=14))

    assert str(line("training", draft).light) == "amber"
    assert "cannot be trained on it before it takes effect" in before
    assert (str(soon.light), "in 14 days" in str(soon.sentence)) == ("green", True)


@pytest.mark.parametrize("hours", [1, 14, 24])
def test_a_day_that_begins_before_anybody_could_be_trained_is_no_time(hours: int) -> None:
    draft = desk().draft
    holder("service-agent")

    assert str(line("training", draft, AT + timedelta(hours=hours)).light) == "amber"


def test_each_person_is_counted_once_and_only_where_the_text_means_their_post() -> None:
    draft = desk().draft
    count = str(line("training", draft).sentence)
    holder("department-head", "sales")  # the text means the heads of other departments

    assert str(line("training", draft).sentence) == count
    holder("service-agent", "sales")
    assert str(line("training", draft).sentence) != count


def test_open_cases_are_told_and_keep_nothing_from_being_released() -> None:
    first = released()
    draft = next_version(first, at=AT + timedelta(days=1)).definition.revision
    assert str(line("migration", draft).light) == "green"
    opened(draft.process)
    opened(draft.process)

    found = line("migration", draft)

    assert (str(found.light), found.is_red) == ("grey", False)
    assert "2 cases are open and keep their version" in str(found.sentence)
    assert found.link == f"/cases/moves/{draft.process.code}/"


def test_both_lines_cost_one_statement_each() -> None:
    from cases.domain.release_gate import migration
    from processes.domain.gate import Facts
    from processes.domain.texts import text_of
    from rollouts.domain.release_gate import training

    draft = desk().draft
    facts = Facts(draft, text_of(draft), (), None, AT, None)
    for rule in (migration, training):
        with CaptureQueriesContext(connection) as captured:
            rule(facts)
        assert len(captured) == 1


def test_a_variant_counts_the_people_and_cases_of_its_departments_only() -> None:
    first = released()
    holder("service-agent")  # in another department
    opened(first.process)
    draft = variant(first.process, at=AT + timedelta(days=1))

    assert "Nobody holds a post" in str(line("training", draft).sentence)
    assert str(line("migration", draft).light) == "green"
    holder("service-agent", "sales")
    assert "1 person" in str(line("training", draft).sentence)
