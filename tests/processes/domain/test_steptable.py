"""Tables of steps: the headers that people write, limits in words, and errors by row and column."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.domain.limitcells import Unreadable, limit_in_words
from processes.domain.standard import Limit
from processes.domain.stepheaders import columns_of_template
from processes.domain.steptable import MOST_STEPS, read_steps

pytestmark = pytest.mark.pure

#: The manual of H3 as it stands in the handbook: the column 步骤 holds numbers.
HANDBOOK = [
    ["客户产品质量投诉处理流程"],
    ["步骤", "操作", "岗位", "输入", "输出", "时限"],
    ["1", "受理投诉，核实客户名称", "客服专员", "客户反馈", "投诉登记表", "即时"],
    ["2", "分级：一般或紧急", "客服主管", "投诉登记表", "级别", "受理后1小时内"],
    ["", "", "", "", "", ""],
    ["5", "说明方案；取得书面确认", "客服专员、销售代表", "处理方案报告", "客户确认书", "尽快"],
]


def test_the_table_of_the_handbook_is_read_as_it_stands():
    table = read_steps(HANDBOOK)

    assert table.errors == []
    assert table.languages == {"zh"}
    assert [(row.texts["title_zh"], row.posts, row.limit) for row in table.rows] == [
        ("受理投诉", ["客服专员"], Limit(0, "working_minutes")),
        ("分级", ["客服主管"], Limit(1, "hours")),
        ("说明方案", ["客服专员", "销售代表"], None),
    ]
    assert [(error.row, error.column, error.value) for error in table.remarks if error.column == "时限"] == [
        (6, "时限", "尽快")
    ]


def test_columns_stand_in_any_order_in_either_language_and_in_both():
    table = read_steps([
        ["Time limit", "Note", "Responsible", "步骤（英文）", "步骤名称", "Operation (Chinese)", "Accountable post"],
        ["within 1 working day", "x", "clerk", "Check", "核对", "核对发票", "head"],
    ])  # fmt: skip

    assert table.ignored == ["Note"]
    assert table.errors == []
    row = table.rows[0]
    assert row.texts == {"title_en": "Check", "title_zh": "核对", "operation_zh": "核对发票"}
    assert (row.posts, row.accountable, row.limit) == (["clerk"], ["head"], Limit(1, "working_days"))
    assert read_steps([["Step", "Operation"], ["A", "b"]]).languages == {"en"}
    assert read_steps([["Step", "Operation"], ["A", "b"]], language="zh").languages == {"zh"}


def test_the_template_is_read_with_its_own_headers():
    for language in ("zh", "en"):
        headers = [column.code for column in columns_of_template(language)]
        table = read_steps([headers, ["▸ help"], ["1"] + ["甲"] * (len(headers) - 1)])
        assert table.ignored == []
        assert table.errors == []
        assert len(table.columns) == len(headers) == 14
        assert [row.number for row in table.rows] == [3]


def test_every_error_names_row_and_column_and_the_rest_is_read():
    table = read_steps([
        ["步骤", "操作", "输入", "岗位"],
        ["甲" * 121, "a", "", ""],
        ["a\x00b", "b", "", ""],
        ["", "", "只有输入", ""],
        ["乙", "c" * 10_001, "", ""],
        ["<script>alert(1)</script>", "=1+1", "", "岗" * 81],
        ["好", "\u202eabc", "", ""],
        ["真", "=HYPERLINK(1)", "-1", "@x"],
    ], language="zh")  # fmt: skip

    assert [(error.row, error.column) for error in table.errors] == [
        (2, "步骤"), (3, "步骤"), (4, "步骤"), (5, "操作"), (6, "岗位"), (7, "操作"),
    ]  # fmt: skip
    assert [row.texts["operation_zh"] for row in table.rows] == ["=HYPERLINK(1)"], "a formula is text like any other"


def test_a_table_without_header_or_steps_or_with_too_many_says_so():
    for grid, row in (
        ([["a", "b"], ["c", "d"]], 1),
        ([["步骤", "操作"]], 1),
        ([["步骤", "操作", "操作内容"], ["a", "b", "c"]], 1),
        ([["步骤", "操作"], *([["a", "b"]] * (MOST_STEPS + 1))], MOST_STEPS + 2),
        ([["步骤", "操作", "岗位"], ["a", "b", "，".join(f"p{n}" for n in range(61))]], 1),
    ):
        assert [error.row for error in read_steps(grid).errors] == [row]


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("24小时内", Limit(24, "hours")), ("三个工作日", Limit(3, "working_days")), ("３０分钟", Limit(30, "minutes")),
        ("即时", Limit(0, "working_minutes")), ("At once", Limit(0, "working_minutes")),
        ("within 1 working day", Limit(1, "working_days")), ("1.5小时", Limit(90, "minutes")),
        ("半小时", Limit(30, "minutes")), ("两周", Limit(14, "days")), ("二十五天", Limit(25, "days")),
        ("3 business days after confirmation", Limit(3, "working_days")), ("8个工作小时", Limit(8, "working_hours")),
        ("一般投诉24小时", Limit(24, "hours")), ("", None), ("无", None), ("–", None),
    ],
)  # fmt: skip
def test_a_limit_is_read_from_words(text, limit):
    assert limit_in_words(text) == limit


@pytest.mark.parametrize(
    "text",
    [
        "尽快", "2-3个工作日", "三至五天", "two to three days", "half a day", "7×24小时", "即时（1个工作日）", "当天",
        "1天8小时", "第2步后1小时", "9999999小时", "0天", "0.33小时 1",
        "一百小时", "1个月", "=1+1", "soon", "小时", "0.001小时",
    ],
)  # fmt: skip
def test_what_is_not_one_limit_is_not_guessed(text):
    with pytest.raises(Unreadable):
        limit_in_words(text)


_WORDS = {
    "working_days": ["{}个工作日", "{} working days"], "hours": ["{}小时", "{} h", "{} hours"],
    "minutes": ["{}分钟", "{} min"], "days": ["{}天", "{} calendar days"],
}  # fmt: skip


@given(st.integers(1, 100_000), st.sampled_from(sorted(_WORDS)), st.data())
def test_whatever_is_written_in_figures_is_read_back(amount, unit, data):
    words = data.draw(st.sampled_from(_WORDS[unit])).format(amount)
    frame = data.draw(st.sampled_from(["{}", "{}内", "不超过 {}", "within {}", " {} "]))
    assert limit_in_words(frame.format(words)) == Limit(amount, unit)
    in_time = limit_in_words(words, in_working_time=True)
    assert in_time
    assert in_time.unit == {"hours": "working_hours", "minutes": "working_minutes"}.get(unit, unit)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text):
    try:
        limit = limit_in_words(text)
    except Unreadable:
        return
    assert limit is None or limit.amount >= 0


@given(
    st.lists(
        st.lists(st.text(max_size=20) | st.sampled_from(["步骤", "操作", "Step", "时限", "岗位"]), max_size=6),
        max_size=8,
    )
)
def test_no_grid_breaks_the_reading(grid):
    table = read_steps(grid)
    assert table.rows or table.errors
