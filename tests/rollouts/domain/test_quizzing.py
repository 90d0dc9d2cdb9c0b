from __future__ import annotations

import json
from typing import Any

import pytest

from processes.domain.parsing import parse
from procstd.errors import DomainError
from rollouts.domain.questions import chosen
from rollouts.domain.quizzing import begin_attempt, hand_in, set_quiz_rule, write_question
from rollouts.domain.standard_questions import questions_on
from rollouts.models import QuizAttempt
from rollouts.queries.attempts import questions_of
from rollouts.queries.coverage import coverage_of
from tests.reviews import fresh
from tests.rollouts.hall import DAY, NOW, confirms, in_force, limit_of, newer, specialist
from tests.standards import complaint, holder, released, standard, step

pytestmark = pytest.mark.django_db


def asked(attempt: QuizAttempt) -> list[dict[str, Any]]:
    return list(json.loads(attempt.content))


def right_answers(attempt: QuizAttempt) -> list[int | None]:
    return [row["right"] for row in asked(attempt)]


def wrong_answers(attempt: QuizAttempt, count: int) -> list[int | None]:
    """Return the right answers but for the first *count*."""
    return [None if place < count else row for place, row in enumerate(right_answers(attempt))]


def begun(definition: Any, person: Any, **facts: Any) -> QuizAttempt:
    return begin_attempt(definition, by=fresh(person), at=NOW, **facts)


def test_questions_are_the_standards_own_values_and_each_has_one_right_answer() -> None:
    text = parse(released(complaint()).definition.load())

    made = questions_on(text)

    by_clause: dict[str, set[str]] = {}
    for question in made:
        by_clause.setdefault(question.clause, set()).add(question.about)
        for language in ("zh", "en"):
            said = [question.right[language], *(other[language] for other in question.wrong)]
            assert len(said) == len(set(said)), question.text
    assert {"limit", "posts", "outcomes", "form"} <= by_clause["step:s1"]
    assert "totals" in by_clause
    limit = next(row for row in made if row.clause == "step:s4" and row.about == "limit")
    assert limit.text["en"] == f"How long may step 4 “{text.step('s4').title.en}” take?"  # type: ignore[union-attr]
    assert limit.right["en"] == "24 hours, around the clock"


def test_another_lane_that_begins_at_the_same_time_is_no_wrong_answer() -> None:
    data = standard(
        step("s1", "s2"), step("s2", "s4", group=1, lane=1), step("s3", "s4", group=1, lane=2, form=None),
        step("s4", None),
    )  # fmt: skip

    made = questions_on(parse(released(data).definition.load()))

    (asked_of,) = [row for row in made if (row.clause, row.about) == ("step:s1", "outcomes")]
    assert {text["en"] for text in (asked_of.right, *asked_of.wrong)} == {
        "Step 2: Title s2", "Step 4: Title s4", "The case ends.",
    }  # fmt: skip


def test_the_same_seed_asks_the_same_and_another_one_something_else() -> None:
    made = questions_on(parse(released(complaint()).definition.load()))

    assert chosen(made, 10, seed="a") == chosen(made, 10, seed="a")
    assert chosen(made, 10, seed="a") != chosen(made, 10, seed="b")
    assert {row["right"] for row in chosen(made, 10, seed="a")} != {0}  # not always in the same place


def test_what_changed_for_ones_own_posts_is_asked_first() -> None:
    first = in_force()
    agent = holder("service-agent")
    confirms(agent, first.definition)
    second = newer(first, limit_of("s1", 3), limit_of("s2", 7))
    set_quiz_rule(
        second.process, pass_percent=80, attempts=3, questions=2, by=specialist(), reason="Short"
    )  # fmt: skip

    texts = {row["text"]["en"]: row["changed"] for row in asked(begun(second.definition, agent))}

    assert texts == {
        "How long may step 1 “Title s1” take?": True, "How long may step 2 “Title s2” take?": True,
    }  # fmt: skip


def test_eight_of_ten_pass_and_less_do_not() -> None:
    definition = released(complaint()).definition
    one, two = holder("service-agent"), holder("service-agent")

    passed = hand_in(attempt := begun(definition, one), answers=wrong_answers(attempt, 2), by=one, at=NOW)
    failed = hand_in(attempt := begun(definition, two), answers=wrong_answers(attempt, 3), by=two, at=NOW)

    assert (passed.right, passed.of, passed.has_passed) == (8, 10, True)
    assert (failed.right, failed.of, failed.has_passed) == (7, 10, False)
    (row,) = [row for row in coverage_of(definition, None, NOW) if row.department.code == "service"]
    assert row.passed == 1


def test_so_many_attempts_and_no_more_and_none_after_passing() -> None:
    definition = released(complaint()).definition
    agent = holder("service-agent")
    set_quiz_rule(definition.revision.process, pass_percent=80, attempts=2, questions=5, by=None, reason="x")

    for _number in range(2):
        hand_in(begun(definition, agent), answers=[], by=agent, at=NOW)
    with pytest.raises(DomainError, match="used up your 2"):
        begun(definition, agent)

    other = holder("service-agent")
    hand_in(attempt := begun(definition, other), answers=right_answers(attempt), by=other, at=NOW)
    with pytest.raises(DomainError, match="passed"):
        begun(definition, other)


def test_an_attempt_that_is_not_handed_in_goes_on_and_counts_once() -> None:
    definition = released(complaint()).definition
    agent = holder("service-agent")

    first, second = begun(definition, agent), begun(definition, agent)

    assert first == second
    assert QuizAttempt.objects.count() == 1


def test_what_was_handed_in_is_kept() -> None:
    definition = released(complaint()).definition
    agent, other = holder("service-agent"), holder("service-agent")
    attempt = begun(definition, agent)
    hand_in(attempt, answers=[], by=agent, at=NOW)

    again = hand_in(attempt, answers=right_answers(attempt), by=agent, at=NOW + DAY)

    assert (again.right, again.has_passed, again.finished_at) == (0, False, NOW)
    with pytest.raises(DomainError, match="somebody else"):
        hand_in(attempt, answers=[], by=other, at=NOW)


@pytest.mark.parametrize("place", [99, -1])
def test_a_place_where_no_answer_stands_is_no_answer(place: int) -> None:
    definition = released(complaint()).definition
    agent = holder("service-agent")

    done = hand_in(begun(definition, agent), answers=[place], by=agent, at=NOW)

    assert done.answers[0] is None
    assert questions_of(done)[0].chosen_answer == ""


def test_a_place_that_was_kept_although_no_answer_stands_there_is_read_as_none() -> None:
    definition = released(complaint()).definition
    agent = holder("service-agent")
    done = hand_in(begun(definition, agent), answers=[], by=agent, at=NOW)
    done.answers = [99, *done.answers[1:]]

    assert questions_of(done)[0].chosen_answer == ""


def test_the_bank_is_asked_before_what_did_not_change_and_not_what_is_out_of_use() -> None:
    definition = released(complaint()).definition
    facts: dict[str, Any] = {
        "right_zh": "客户", "right_en": "The customer", "clause": "step:s1",
        "wrong": [{"zh": "老板", "en": "The boss"}],
        "by": None, "reason": "x",
    }  # fmt: skip
    write_question(definition.revision.process, text_zh="谁先？", text_en="Who comes first?", **facts)
    write_question(definition.revision.process, text_zh="旧", text_en="Old", is_active=False, **facts)
    set_quiz_rule(definition.revision.process, pass_percent=80, attempts=2, questions=1, by=None, reason="x")

    (row,) = asked(begun(definition, holder("service-agent")))

    assert row["text"]["en"] == "Who comes first?"
    assert row["answers"][row["right"]]["en"] == "The customer"


def test_two_answers_of_the_bank_do_not_say_the_same() -> None:
    with pytest.raises(DomainError, match="say the same"):
        write_question(
            in_force().process, text_zh="？", text_en="?", right_zh="甲", right_en="A",
            wrong=[{"zh": "乙", "en": "A"}], clause="", by=None, reason="x",
        )  # fmt: skip
