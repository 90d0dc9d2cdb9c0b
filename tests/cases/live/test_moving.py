"""A case is moved while its step is completed, over HTTP, in several processes: never half of it (F52)."""

from __future__ import annotations

from functools import partial

import pytest

from tests.cases.live.conftest import LiveStack, at_once
from tests.cases.live.visitors import Visitor

ROUNDS = 16
MOVE = {"choice": "now", "reason": "The new limits hold for running cases too"}


@pytest.fixture(scope="module")
def lead(live: LiveStack) -> Visitor:
    return Visitor(live.address, "sun.yue").sign_in()


def test_a_step_is_completed_by_the_version_before_or_after_the_move(
    live: LiveStack, windows: dict[str, Visitor], lead: Visitor
) -> None:
    seen = set()
    for row in live.filled(moving=ROUNDS)["moving"]:
        number = f"C-{row['case']:06d}"
        (done, text), (moved, _page) = at_once(
            partial(windows["chen.jing"].ask, f"/cases/tasks/{row['s1']}/", {"a_text": "x", "outcome": "o1"}),
            partial(lead.ask, f"/cases/{number}/move/", MOVE),
        )

        assert (done, moved) in {(302, 302), (409, 302)}, text[:2000]
        seen.add(tuple(live.acts(row["case"])))
        open_tasks = live.look(
            "SELECT t.key, s.definition_id = c.definition_id, c.moves, t.flow_task LIKE c.flow_class || '.%%' "
            "FROM cases_task t JOIN cases_compiledstep s ON s.id = t.step_id JOIN cases_case c ON c.id = t.process_id "
            "WHERE c.id = %s AND t.finished IS NULL",
            row["case"],
        )
        assert open_tasks == [("s2" if done == 302 else "s1", True, 1, True)]
        if done == 409:
            assert "转换到标准的另一版本" in text, text[:4000]
            assert windows["chen.jing"].ask(f"/cases/tasks/{row['s1']}/", {"a_text": "x", "outcome": "o1"})[0] == 302
    assert seen <= {("opened", "moved", "completed"), ("opened", "completed", "moved"), ("opened", "moved")}


def test_of_eight_moves_at_once_one_is_made(live: LiveStack, lead: Visitor) -> None:
    eight = [Visitor(live.address, "sun.yue").sign_in() for _each in range(8)]
    for row in live.filled(moving=4)["moving"]:
        answers = at_once(*(partial(each.ask, f"/cases/C-{row['case']:06d}/move/", MOVE) for each in eight))

        assert {code for code, _text in answers} == {302}
        assert live.acts(row["case"]) == ["opened", "moved"]


def test_a_move_that_is_noted_while_the_step_is_completed_is_made_now_or_at_the_one_after(
    live: LiveStack, windows: dict[str, Visitor], lead: Visitor
) -> None:
    for row in live.filled(moving=ROUNDS)["moving"]:
        number = f"C-{row['case']:06d}"
        answers = at_once(
            partial(windows["chen.jing"].ask, f"/cases/tasks/{row['s1']}/", {"a_text": "x", "outcome": "o1"}),
            partial(lead.ask, f"/cases/{number}/move/", {**MOVE, "choice": "next"}),
        )

        assert [code for code, _text in answers] == [302, 302]
        assert live.acts(row["case"]) in (
            ["opened", "move_planned", "completed", "moved"],
            ["opened", "completed", "move_planned"],
        )


def test_after_all_this_every_chain_is_whole(live: LiveStack) -> None:
    assert "as they were written" in live.verified()


@pytest.fixture(autouse=True)
def _nothing_failed(live: LiveStack) -> object:
    yield
    assert "Traceback" not in live.log.read_text()
