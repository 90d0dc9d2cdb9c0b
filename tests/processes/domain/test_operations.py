"""The editor's operations: merged by cell, refused by cell, moved in order, pasted, undone."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from processes.domain.cells import grid
from processes.domain.definition import build
from processes.domain.drafting import write_draft
from processes.domain.operations import Applied, apply_operations
from processes.domain.pasting import read_cells
from processes.domain.releasing import checks_only, release
from processes.domain.sheet import Sheet
from processes.models import ExceptionRule, Revision, Step
from procstd.errors import DomainError
from procstd.organisation.models import Post, User
from tests.factories import PersonFactory
from tests.standards import RELEASED_AT, complaint, organisation, process_named, standard, step

pytestmark = pytest.mark.django_db


def _draft(steps: int = 4, code: str = "complaint", **more: Any) -> Revision:
    organisation()
    rows = [step(f"s{n}", f"s{n + 1}" if n < steps else None) for n in range(1, steps + 1)]
    return write_draft(process_named(code), standard(*rows, **more), by=None, reason="Test", at=RELEASED_AT)


def _apply(revision: Revision, *operations: dict[str, Any], by: Any = None, **more: Any) -> Applied:
    person = by or User.objects.filter(username="he.lin").first() or PersonFactory(username="he.lin")
    return apply_operations(revision, list(operations), by=person, at=timezone.now(), **more)


def _set(row: str, field: str, value: str, was: str | None = None) -> dict[str, Any]:
    return {"op": "set", "row": row, "field": field, "value": value, "was": was}


def _cells(revision: Revision, column: str) -> list[str]:
    return [row["cells"][column][0] for row in grid(Sheet(Revision.objects.get(pk=revision.pk)))["rows"]]


def _ways(revision: Revision) -> dict[str, list[str]]:
    """Return where each step leads, by the English titles' keys, in order."""
    sheet = Sheet(Revision.objects.get(pk=revision.pk))
    return {
        row.key: [way.target.key if way.target else "end" for way in sheet.outcomes[row.key]] for row in sheet.steps
    }


def test_every_kind_of_cell_is_written_by_code_or_by_name_in_either_language() -> None:
    revision = _draft()
    Post.objects.filter(code="quality-engineer").update(name_zh="质量工程师")

    done = _apply(
        revision,
        _set("s1", "title_zh", " 登记 "), _set("s1", "responsible", "质量工程师、Service agent (Sales)"),
        _set("s1", "accountable", "SERVICE-SUPERVISOR"), _set("s1", "limit_amount", "3 个工作日"),
        _set("s2", "limit_amount", "即时"), _set("s2", "limit_unit", "自然日"), _set("s2", "form", ""),
        _set("s3", "form", "note（中）"), _set("s1", "is_key_node", "否"), _set("s2", "is_key_node", "✓"),
        _set("s2", "next", "4"), _set("s3", "next", "结束"), _set("s1", "next", "3 Title s3"),
        _set("elements", "purpose_en", "Why"), _set("form:note:way", "options", "a = 甲 / A\nc = 丙 / C"),
        _set("form:note:text", "is_personal", "yes"), _set("form:note", "name_en", "Notes"),
    )  # fmt: skip

    assert (done.refused, done.conflicts) == ([], [])
    assert set(_cells(revision, "responsible")[0].split(", ")) == {"service-agent@sales", "quality-engineer"}
    assert [_cells(revision, column)[:3] for column in ("accountable", "limit_amount", "limit_unit", "form")] == [
        ["service-supervisor", "service-agent", "service-agent"], ["3", "0", "1"],
        ["working_days", "days", "working_hours"], ["note", "", "note"],
    ]  # fmt: skip
    assert _ways(revision) == {"s1": ["s3"], "s2": ["s4"], "s3": ["end"], "s4": ["end"]}
    assert Revision.objects.get().purpose_en == "Why"
    assert Revision.objects.get().edition == revision.edition + 1
    assert revision.history.latest().history_change_reason == "Elements, Forms, Steps: 16 cells"


def test_another_persons_cells_are_merged_and_the_same_cell_is_never_overwritten() -> None:
    revision = _draft()
    colleague = PersonFactory(username="tang.wei", name_en="Tang Wei")
    _apply(revision, _set("s1", "title_en", "Theirs", "Title s1"), by=colleague)

    mine = _apply(
        revision,
        _set("s1", "title_en", "Mine", "Title s1"), _set("s1", "title_zh", "我的", "Title s1（中）"),
        _set("s2", "title_en", "Other", "Title s2"),
    )  # fmt: skip

    assert mine.conflicts == [
        {"row": "s1", "field": "title_en", "mine": "Mine", "theirs": "Theirs", "shown": "Theirs", "by": "Tang Wei"}
    ]
    first = Step.objects.get(key="s1")
    assert (first.title_en, first.title_zh, Step.objects.get(key="s2").title_en) == ("Theirs", "我的", "Other")
    # Who decides to keep their own says which value they saw; who wrote the same is in no conflict.
    again = _apply(revision, _set("s1", "title_en", "Mine", "Theirs"), _set("s2", "title_en", "Other", "Old"))
    assert (again.conflicts, Step.objects.get(key="s1").title_en) == ([], "Mine")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("title_en", "x" * 10_000, "at most 120"),
        ("title_en", "a\x00b", "a character that is none"),
        ("title_en", "\ud800", "a character that is none"),
        ("operation_en", "x" * 10_001, "at most 10000"),
        ("limit_amount", "-1", "greater than or equal to 0"),
        ("limit_amount", "9" * 30, "less than or equal to"),
        ("limit_amount", "9" * 9999, "whole number"),
        ("limit_amount", "=1+1", "whole number"),
        ("limit_amount", "3 moons", "“moons” is no unit"),
        ("limit_unit", "fortnight", "is no unit"),
        ("form", "<b>note", "There is no form “<b>note”"),
        ("responsible", "service-agent, the boss", "There is no post “the boss”"),
        ("responsible", "service-agent@moon", "There is no department “moon”"),
        ("is_key_node", "perhaps", "Write yes, or nothing"),
        ("next", "9", "There is no step “9”"),
        ("next", "2", "does not lead to itself"),
        ("number", "7", "There is no such column"),
        ("revision_id", "7", "There is no such column"),
    ],
)
def test_what_a_cell_cannot_take_is_refused_beside_it_and_the_rest_is_saved(
    field: str, value: str, message: str
) -> None:
    revision = _draft()

    done = _apply(revision, _set("s2", field, value), _set("s3", "title_en", "Saved"))

    assert [(row["row"], row["field"], row["value"]) for row in done.refused] == [("s2", field, value)]
    assert message in done.refused[0]["message"]
    assert Step.objects.get(key="s3").title_en == "Saved"
    assert Step.objects.get(key="s2").title_en == "Title s2"


def test_html_and_formulas_are_text() -> None:
    revision = _draft()
    hostile = ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "‮gnirts", "' OR 1=1 --"]

    done = _apply(revision, *(_set(f"s{n}", "title_en", text) for n, text in enumerate(hostile, 1)))

    assert (done.refused, _cells(revision, "title_en")) == ([], hostile)


def test_a_row_that_is_deleted_meanwhile_is_reported_and_nothing_else_is_lost() -> None:
    revision = _draft()
    _apply(revision, {"op": "delete", "rows": ["s3"]})

    done = _apply(revision, _set("s3", "title_en", "Late"), _set("s1", "title_en", "In time"))

    assert [(row["row"], row["value"]) for row in done.refused] == [("s3", "Late")]
    assert Step.objects.get(key="s1").title_en == "In time"


def test_what_leads_on_in_the_order_goes_on_doing_so() -> None:
    revision = _draft(4)
    _apply(revision, {"op": "move", "rows": ["s2"], "after": "s3"})
    assert _ways(revision) == {"s1": ["s3"], "s3": ["s2"], "s2": ["s4"], "s4": ["end"]}
    _apply(revision, {"op": "move", "rows": ["s4", "s2"], "after": ""})
    assert _ways(revision) == {"s2": ["s4"], "s4": ["s1"], "s1": ["s3"], "s3": ["end"]}
    made = _apply(revision, {"op": "insert", "after": "s4", "values": {"title_en": "New"}, "as": "new-1"}).made
    assert made == {"new-1": "s5"}
    assert _ways(revision) == {"s2": ["s4"], "s4": ["s5"], "s5": ["s1"], "s1": ["s3"], "s3": ["end"]}
    _apply(revision, {"op": "duplicate", "rows": ["s1"]}, {"op": "delete", "rows": ["s4"]})
    assert _ways(revision) == {"s2": ["s5"], "s5": ["s1"], "s1": ["s6"], "s6": ["s3"], "s3": ["end"]}
    assert list(revision.steps.values_list("number", flat=True)) == [1, 2, 3, 4, 5]
    assert _cells(revision, "responsible")[3] == "service-agent"


def test_arcs_that_jump_send_back_or_run_beside_stay_where_they_lead() -> None:
    organisation()
    rows = [
        step("s1", "s3"),
        step("s2", "s3"),
        step("s3", "s4", "s1"),
        step("s4", "s6", group=1, lane=1),
        step("s5", "s6", group=1, lane=2),
        step("s6", None),
    ]
    rows[2]["outcomes"][1]["send_back"] = True
    revision = write_draft(process_named("complaint"), standard(*rows), by=None, reason="x", at=RELEASED_AT)

    _apply(revision, {"op": "move", "rows": ["s2"], "after": "s6"})

    ways = _ways(revision)
    assert (ways["s1"], ways["s3"], ways["s4"], ways["s5"]) == (["s3"], ["s4", "s1"], ["s6"], ["s6"])
    assert (ways["s6"], ways["s2"]) == (["s2"], ["end"])


def test_a_step_that_more_than_the_order_leads_to_is_not_deleted() -> None:
    organisation()
    revision = write_draft(
        process_named("complaint"), standard(step("s1", "s3"), step("s2", "s3"), step("s3", None)),
        by=None, reason="x", at=RELEASED_AT,
    )  # fmt: skip

    refused = _apply(revision, {"op": "delete", "rows": ["s3"]}).refused
    assert "is still used by: 1 Title s1" in refused[0]["message"]
    assert _apply(revision, {"op": "delete", "rows": ["s1", "s3"]}).refused == []
    assert _ways(revision) == {"s2": ["end"]}


def test_whatever_is_done_is_undone_to_the_word() -> None:
    organisation()
    revision = write_draft(process_named("complaint"), complaint(), by=None, reason="x", at=RELEASED_AT)
    dice = random.Random(7)  # noqa: S311
    for _round in range(25):
        before = build(Revision.objects.get())
        keys = list(revision.steps.values_list("key", flat=True))
        some = dice.sample(keys, 2)
        operations: list[dict[str, Any]] = dice.sample(
            [
                {"op": "move", "rows": some, "after": dice.choice(["", *keys])},
                {"op": "insert", "after": some[0], "values": {"title_zh": "新", "responsible": "service-agent"}},
                {"op": "duplicate", "rows": some},
                {"op": "delete", "rows": some},
                _set(some[0], "title_en", f"Text {dice.random()}"),
                _set(some[1], "limit_amount", "7 days"),
                _set(some[1], "responsible", "department-head@quality, sales-representative"),
                _set(some[0], "next", "end"),
                _set("form:register:product", "key", "article"),
                {"op": "delete", "rows": ["form:register:problem"]},
                {"op": "move", "rows": ["form:register:problem"], "after": ""},
                {"op": "paste", "row": some[0], "field": "title_zh", "text": "甲\tA\n乙\tB\n丙\tC\n" * 3},
            ],
            3,
        )
        done = _apply(revision, *operations)
        after = build(Revision.objects.get())

        back = _apply(revision, *done.undo)
        assert (back.refused, back.conflicts) == ([], []), operations
        assert _comparable(build(Revision.objects.get())) == _comparable(before), operations
        redone = _apply(revision, *back.undo)
        assert redone.refused == [], operations
        assert _comparable(build(Revision.objects.get())) == _comparable(after), operations
        _apply(revision, *redone.undo)


def _comparable(data: dict[str, Any]) -> dict[str, Any]:
    """Return a definition without the order in which posts, and exceptions, were added."""
    for row in data["steps"]:
        row["posts"] = {duty: sorted(map(str, places)) for duty, places in row["posts"].items()}
        row["outcomes"] = [{**way, "key": ""} for way in row["outcomes"]]
    return {**data, "exceptions": sorted(str({**row, "key": ""}) for row in data["exceptions"])}


def test_a_deleted_step_comes_back_with_all_that_went_with_it_and_nothing_that_was_gone_before() -> None:
    revision = _draft(3)
    _apply(revision, _set("s1", "responsible", "quality-engineer"))
    done = _apply(revision, {"op": "delete", "rows": ["s1"]})
    assert not ExceptionRule.objects.exists()

    _apply(revision, *done.undo)

    assert (_cells(revision, "responsible")[0], _cells(revision, "title_en")[0]) == ("quality-engineer", "Title s1")
    assert ExceptionRule.objects.get().step.key == "s1"


def test_a_table_from_excel_is_pasted_with_what_cannot_be_matched_marked() -> None:
    revision = _draft(2)
    text = (
        "登记投诉\tRecord\tService agent\tservice-supervisor\t1\th\tnote\t是\n"
        '"分级\n（两行）"\t"Grade ""urgent"""\tNobody\tservice-supervisor\t2 working days\t\tunknown form\t\n'
        "回访\tCall back\tservice-agent, quality-engineer\t\tat once\t\t\t\textra\tmore\n"
    )

    done = _apply(revision, {"op": "paste", "row": "s2", "field": "title_zh", "text": text})

    assert _cells(revision, "title_zh") == ["Title s1（中）", "登记投诉", "分级 （两行）", "回访"]
    assert _cells(revision, "title_en")[2] == 'Grade "urgent"'
    assert [set(text.split(", ")) for text in _cells(revision, "responsible")[1:]] == [
        {"service-agent"}, {""}, {"service-agent", "quality-engineer"},
    ]  # fmt: skip
    assert (_cells(revision, "limit_amount")[1:], _cells(revision, "limit_unit")[1:3]) == (
        ["1", "2", "0"], ["hours", "working_days"],
    )  # fmt: skip
    assert [(row["row"], row["field"], row["value"]) for row in done.refused] == [
        ("s3", "responsible", "Nobody"), ("s3", "form", "unknown form"), ("s4", "next", "extra"), ("s4", "", "more"),
    ]  # fmt: skip
    assert _ways(revision) == {"s1": ["s2"], "s2": ["s3"], "s3": ["s4"], "s4": ["end"]}


def test_a_line_of_headings_says_which_columns_follow() -> None:
    revision = _draft(1)

    done = _apply(
        revision,
        {"op": "paste", "row": "", "text": "岗位\tStep\tNo.\t步骤\t时限\nservice-agent\tPay\t1\t付款\t3 工作日\n"},
    )

    assert done.refused == []
    assert [_cells(revision, column)[1] for column in ("title_zh", "title_en", "responsible", "limit_unit")] == [
        "付款", "Pay", "service-agent", "working_days",
    ]  # fmt: skip


def test_pasting_merges_by_cell_too() -> None:
    revision = _draft(2)
    paste = {"op": "paste", "row": "s1", "field": "title_zh", "text": "我\tMe", "was": {"s1": {"title_zh": "old"}}}

    done = _apply(revision, paste)

    assert [row["field"] for row in done.conflicts] == ["title_zh"]
    assert _cells(revision, "title_en")[0] == "Me"


@pytest.mark.parametrize("text", ["a\n" * 201, "a\t" * 41, "x" * 400_001])
def test_more_than_a_table_of_steps_is_not_pasted(text: str) -> None:
    with pytest.raises(DomainError, match="too much at once"):
        read_cells(text)


def test_cells_are_read_as_spreadsheets_write_them() -> None:
    assert read_cells('a\t"b\nc"\r\n"d ""e"""\t\r\n\r\n') == [["a", "b\nc"], ['d "e"', ""]]
    assert read_cells("") == []
    assert read_cells("x\x00\ty") == [["x", "y"]]
    assert read_cells("x" * 300_000) == [["x" * 300_000]]


def test_a_batch_that_is_sent_again_is_not_applied_again() -> None:
    revision = _draft(1)
    insert = {"op": "insert", "after": "s1", "values": {"title_en": "Once"}, "as": "new-1"}

    first = _apply(revision, insert, window="w", batch="b1")
    again = _apply(revision, insert, window="w", batch="b1")
    other = _apply(revision, insert, window="other", batch="b1")

    assert first.answer() == again.answer()
    assert again.is_repeated
    assert other.made == {"new-1": "s3"}
    assert revision.steps.count() == 3


def test_what_is_released_or_nothing_is_not_changed() -> None:
    revision = _draft(1)
    _apply(revision, _set("s1", "title_en", "Title s1", "Title s1"))
    assert Revision.objects.get().edition == revision.edition
    Revision.objects.update(state="released")

    with pytest.raises(DomainError, match="is released"):
        _apply(revision, _set("s1", "title_en", "x"))


def test_thirty_changes_cost_as_many_statements_as_one() -> None:
    few, many = _draft(3, "few"), _draft(33, "many")
    when = timezone.now() + timedelta(days=1)
    person = PersonFactory()

    def cost(revision: Revision, rows: list[str]) -> list[int]:
        costs = []
        for operations in (
            [_set(row, column, value) for row in rows for column, value in (
                ("title_en", "x"), ("responsible", "quality-engineer"), ("form", ""),
                ("limit_amount", "4 days"))],
            [{"op": "insert", "after": row, "values": {"title_en": "x"}} for row in rows],
            [{"op": "duplicate", "rows": rows}],
            [{"op": "delete", "rows": rows}],
            [{"op": "restore", "rows": [[row, ""] for row in rows]}],
            [_set(row, "next", "end") for row in rows],
        ):  # fmt: skip
            with CaptureQueriesContext(connection) as captured:
                done = apply_operations(revision, operations, by=person, at=when, window="w", batch=str(len(costs)))
            assert done.refused == []
            costs.append(len(captured))
        return costs

    costs = cost(few, ["s2"]), cost(many, [f"s{n}" for n in range(2, 32)])

    # SQLite takes only so many values in one statement.
    spare = 0 if connection.vendor == "postgresql" else 3
    assert all(0 <= thirty - one <= spare for one, thirty in zip(*costs, strict=True))
    assert max(costs[0]) <= 40


def test_a_new_step_never_gets_the_key_of_a_step_of_an_earlier_version() -> None:
    first = _draft(2)
    made = _apply(first, {"op": "insert", "after": "s2", "values": {"title_en": "Tried"}, "as": "new-1"}).made
    assert made == {"new-1": "s3"}
    _apply(first, {"op": "delete", "rows": ["s3"]})
    first_release = release(first, by=None, at=RELEASED_AT, gate=checks_only)

    second = write_draft(
        first_release.process, first_release.definition.load(), by=None, reason="The next", at=RELEASED_AT
    )
    made = _apply(second, {"op": "insert", "after": "s2", "values": {"title_en": "Another"}, "as": "new-1"}).made

    assert made == {"new-1": "s4"}, "running cases are moved by these keys"
