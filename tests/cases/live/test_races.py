"""Several at once, on PostgreSQL, over HTTP, in several processes: exactly one wins, none is stuck (W1–W3)."""

from __future__ import annotations

from functools import partial

import pytest

from tests.cases.live.conftest import LiveStack, at_once
from tests.cases.live.visitors import Visitor

ROUNDS = 12


def _codes(answers: list[tuple[int, str]]) -> list[int]:
    return sorted(code for code, _text in answers)


def test_of_eight_completions_at_once_one_wins_and_the_others_read_who(
    live: LiveStack, windows: dict[str, Visitor]
) -> None:
    eight = [Visitor(live.address, name).sign_in() for name in ("chen.jing", "zhou.tao") for _each in range(4)]

    for row in live.filled(complaints=4)["complaints"]:
        answers = at_once(*(partial(visitor.complete, row["s1"], "s1") for visitor in eight))

        assert _codes(answers) == [302] + [409] * 7
        assert all("您填写的内容仍保留在下方" in text for code, text in answers if code == 409)
        assert live.look("SELECT count(*) FROM cases_task WHERE process_id = %s AND key = 's2'", row["case"]) == [(1,)]
        assert live.acts(row["case"]) == ["opened", "completed"]


def test_two_lanes_that_end_at_once_open_the_join_once(live: LiveStack, windows: dict[str, Visitor]) -> None:
    note = {"a_text": "Done"}
    for row in live.filled(joined=ROUNDS)["joined"]:
        answers = at_once(
            partial(windows["chen.jing"].ask, f"/cases/tasks/{row['s2']}/", {**note, "outcome": "o1"}),
            partial(windows["zhao.min"].ask, f"/cases/tasks/{row['s3']}/", {**note, "outcome": "o1"}),
        )

        assert _codes(answers) == [302, 302]
        open_tasks = live.look(
            "SELECT key FROM cases_task WHERE process_id = %s AND finished IS NULL AND step_id IS NOT NULL", row["case"]
        )
        assert open_tasks == [("s4",)]


def test_of_two_claims_one_has_the_task(live: LiveStack, windows: dict[str, Visitor]) -> None:
    for row in live.filled(complaints=ROUNDS)["complaints"]:
        answers = at_once(
            *(
                partial(windows[name].ask, f"/cases/tasks/{row['s1']}/claim/", {"x": ""})
                for name in ("chen.jing", "zhou.tao")
            )
        )

        assert _codes(answers) == [302, 409]
        assert live.acts(row["case"]) == ["opened", "claimed"]


def test_of_a_completion_and_a_send_back_one_happens(live: LiveStack, windows: dict[str, Visitor]) -> None:
    other = Visitor(live.address, "zhao.min").sign_in()
    seen = set()
    for row in live.filled(graded=ROUNDS)["graded"]:
        answers = at_once(
            partial(windows["zhao.min"].complete, row["s2"], "s2"),
            partial(other.complete, row["s2"], "s2", "incomplete", reason="No photo"),
        )

        assert _codes(answers) == [302, 409]
        (last,) = live.acts(row["case"])[2:]
        seen.add(last)
        expected = {"completed": "s3", "sent_back": "s1"}[last]
        open_tasks = live.look(
            "SELECT key FROM cases_task WHERE process_id = %s AND finished IS NULL AND step_id IS NOT NULL", row["case"]
        )
        assert open_tasks == [(expected,)]
    assert seen <= {"completed", "sent_back"}


def test_one_form_sent_eight_times_at_once_opens_one_case(live: LiveStack) -> None:
    import re

    from tests.cases.live.visitors import FORMS

    visitors = [Visitor(live.address) for _each in range(8)]
    key = re.findall(r'name="request_key" value="(\w+)"', visitors[0].ask("/cases/public/complaint/")[1])[0]
    for visitor in visitors[1:]:
        visitor.ask("/cases/public/complaint/")

    answers = at_once(
        *(partial(visitor.ask, "/cases/public/complaint/", {**FORMS["s1"], "request_key": key}) for visitor in visitors)
    )

    assert _codes(answers) == [302] * 8
    assert live.look("SELECT count(*) FROM cases_case WHERE request_key = %s", key) == [(1,)]


def test_after_all_this_every_chain_is_whole(live: LiveStack) -> None:
    assert "as they were written" in live.verified()


@pytest.fixture(autouse=True)
def _nothing_failed(live: LiveStack) -> object:
    yield
    assert "Traceback" not in live.log.read_text()
