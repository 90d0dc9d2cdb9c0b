"""The editor in a browser: a table by keyboard and by paste, two people at once, a lost connection, undo."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.looks import no_sideways_scroll, serious

#: The steps of H3: title in both languages, who does it, who answers for it, the limit.
H3 = [
    ("受理投诉", "Receive the complaint", "客服专员", "客服主管", "0 h"),
    ("判定等级", "Grade it", "客服主管", "客服主管", "1 h"),
    ("下派工单", "Assign the work order", "客服专员", "客服主管", "30 min"),
    ("分析原因并拟定方案", "Analyse and draft the solution", "质量工程师", "部门负责人", "24 h"),
    ("与客户沟通方案", "Present the solution", "客服专员，销售代表", "客服主管", "12 h"),
    ("执行方案", "Carry out the solution", "维修技师", "部门负责人", "3 工作日"),
    ("回访并结案", "Call back and close", "客服专员", "客服主管", "1 工作日"),
]


def _draft_of(page: Page, code: str) -> None:
    """Open the editor of the process's draft; begin one where there is none."""
    page.goto(f"/processes/{code}/1.0/write/")
    if page.locator("#grid").count() == 0:
        page.goto(f"/processes/{code}/draft/")
        page.locator("[name=reason]").fill("E2E")
        page.locator("main form button[type=submit]").first.click()
        page.goto(f"/processes/{code}/1.0/write/")
    expect(page.locator("#grid .sheet-catch")).to_have_count(1)


def _saved(page: Page) -> None:
    expect(page.locator("#editor-state")).to_have_attribute("data-state", "saved", timeout=10_000)


def _reload(page: Page) -> None:
    """Load the page again once nothing is on its way; a busy machine may need a while for the live picture."""
    expect(page.locator("#editor-state[data-state=saving], .htmx-request")).to_have_count(0, timeout=40_000)
    page.reload()


def _cell(page: Page, row: int, field: str) -> Locator:
    return page.locator("#grid tbody").first.locator("tr").nth(row - 1).locator(f"[data-field={field}]")


def _texts(page: Page, field: str) -> list[str]:
    return page.locator(f"#grid tbody:first-of-type [data-field={field}]").all_inner_texts()


class Hands:
    """Counts what a person presses and clicks."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys, self.clicks = page, 0, 0

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1

    def click(self, what: Locator) -> None:
        what.click()
        self.clicks += 1


def test_the_seven_steps_of_the_complaint_are_written_by_keyboard(sign_in: Callable[..., Page]) -> None:
    page = sign_in("he.lin")
    _draft_of(page, "order")
    hands = Hands(page)
    hands.click(page.locator(".sheet-blank [data-field=title_zh]"))
    for line in H3:
        for text in line:
            hands.type(text)
            hands.press("Tab")
        hands.press("Home")
        hands.press("ArrowDown")
    _saved(page)

    assert _texts(page, "title_en") == [line[1] for line in H3]
    expect(page.locator("#editor-troubles")).to_be_hidden()
    _reload(page)
    assert _texts(page, "title_zh") == [line[0] for line in H3]
    assert _texts(page, "limit_amount") == ["0", "1", "30", "24", "12", "3", "1"]
    assert _texts(page, "responsible")[4].count(",") == 1
    assert [text.split(" ")[0] for text in _texts(page, "next")] == ["2", "3", "4", "5", "6", "7", "End"]
    text = sum(len(text) for line in H3 for text in line)
    print(f"\nsteps of H3 by keyboard: {hands.keys} keys ({text} of them text), {hands.clicks} click")  # noqa: T201
    assert hands.clicks == 1
    assert hands.keys - text <= 7 * 7

    _rows_by_keyboard(page)


def _rows_by_keyboard(page: Page) -> None:
    """Move, insert, duplicate, clear, delete, undo: without a mouse."""
    titles = [line[1] for line in H3]
    _cell(page, 2, "title_en").click()
    page.keyboard.press("Alt+ArrowDown")
    _saved(page)
    assert _texts(page, "title_en")[:4] == [titles[0], titles[2], titles[1], titles[3]]
    assert [text.split(" ")[0] for text in _texts(page, "next")[:3]] == ["2", "3", "4"]
    page.keyboard.press("Control+d")
    _saved(page)
    expect(page.locator("#grid tbody:first-of-type tr")).to_have_count(8)
    page.keyboard.press("Control+Enter")
    page.keyboard.type("Another")
    page.keyboard.press("Escape")
    page.keyboard.press("F2")
    page.keyboard.type("另一步")
    page.keyboard.press("Enter")
    _saved(page)
    assert "另一步" in _texts(page, "title_zh")
    for _act in range(4):
        page.keyboard.press("Control+z")
        _saved(page)
    expect(page.locator("#grid tbody:first-of-type tr")).to_have_count(7)
    _reload(page)  # what can be undone outlives the page
    assert _texts(page, "title_en") == titles
    page.locator("#grid .sheet-catch").focus()
    page.keyboard.press("Control+y")
    _saved(page)
    assert _texts(page, "title_en")[1:3] == [titles[2], titles[1]]
    page.keyboard.press("Control+z")
    _saved(page)
    expect(_cell(page, 2, "title_en")).to_have_text(titles[1])


def test_a_table_is_pasted_from_excel_and_what_cannot_be_matched_is_marked(sign_in: Callable[..., Page]) -> None:
    page = sign_in("he.lin", permissions=["clipboard-read", "clipboard-write"])
    _draft_of(page, "risk-review")
    hands = Hands(page)
    lines = ["\t".join(line) for line in H3]
    lines[3] = lines[3].replace("质量工程师", "质量工程师甲")
    lines[5] = f'"执行\n方案"{lines[5][4:]}'
    page.evaluate("text => navigator.clipboard.writeText(text)", "\n".join(lines) + "\n")
    hands.click(page.locator(".sheet-blank [data-field=title_zh]"))
    hands.press("Control+v")
    _saved(page)

    assert _texts(page, "title_en") == [line[1] for line in H3]
    assert _texts(page, "title_zh")[5] == "执行 方案"
    expect(page.locator(".trouble--refused")).to_have_count(1)
    expect(page.locator(".trouble--refused")).to_contain_text("There is no post “质量工程师甲”")
    wrong = _cell(page, 4, "responsible")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_have_text("质量工程师甲")
    wrong.click()
    page.keyboard.type("质量工程师")
    page.keyboard.press("Enter")
    _saved(page)
    expect(page.locator("#editor-troubles")).to_be_hidden()
    expect(wrong).not_to_have_attribute("aria-invalid", "true")
    print(f"\nsteps of H3 by paste: {hands.keys} key, {hands.clicks} click")  # noqa: T201

    # Several rows at once, and dragging.
    for row in (1, 2, 3):
        page.locator("#grid tbody:first-of-type tr").nth(row - 1).locator("input[type=checkbox]").check()
    page.locator("#bulk-field").select_option("limit_unit")
    page.locator("#bulk-value select").select_option("working_hours")
    page.locator("#grid-bulk button").click()
    _saved(page)
    assert _texts(page, "limit_unit")[:4] == ["working hours"] * 3 + ["hours around the clock"]
    grip = page.locator("#grid tbody:first-of-type .sheet-grip")
    grip.nth(0).drag_to(page.locator("#grid tbody:first-of-type tr").nth(2))
    _saved(page)
    assert sorted(_texts(page, "title_en")) == sorted(line[1] for line in H3)
    assert _texts(page, "title_en")[0] == H3[1][1]


def test_two_people_at_once_see_each_other_and_lose_nothing(sign_in: Callable[..., Page]) -> None:
    mine, theirs = sign_in("he.lin"), sign_in("fang.ning")
    for page in (mine, theirs):
        _draft_of(page, "expense")
    expect(mine.locator("#editor-people")).to_contain_text("Fang Ning", timeout=12_000)

    _cell(theirs, 4, "title_en").click()
    theirs.keyboard.type("Pay out")
    theirs.keyboard.press("Enter")
    _saved(theirs)
    expect(_cell(mine, 4, "title_en")).to_have_text("Pay out", timeout=12_000)
    # Both in one cell: the later one is asked.
    _cell(mine, 3, "title_en").click()
    mine.keyboard.press("F2")
    mine.keyboard.type("Mine")
    _cell(theirs, 3, "title_en").click()
    theirs.keyboard.type("Theirs")
    theirs.keyboard.press("Enter")
    _saved(theirs)
    mine.keyboard.press("Enter")
    conflict = mine.locator(".trouble--conflict")
    expect(conflict).to_contain_text("Fang Ning changed step 3, Step in English meanwhile.")
    expect(conflict).to_contain_text("Theirs")
    expect(_cell(theirs, 3, "title_en")).to_have_text("Theirs")
    conflict.get_by_role("button", name="Keep mine").click()
    _saved(mine)
    expect(conflict).to_have_count(0)
    expect(_cell(theirs, 3, "title_en")).to_have_text("Mine", timeout=12_000)


def test_a_lost_connection_loses_nothing(sign_in: Callable[..., Page]) -> None:
    page = sign_in("he.lin")
    _draft_of(page, "expense")
    page.context.set_offline(True)
    _cell(page, 1, "title_en").click()
    page.keyboard.type("Written offline")
    page.keyboard.press("Enter")
    text = page.locator("[data-field=rules_en]")
    text.fill("Rules of a train ride")
    expect(page.locator("#editor-state")).to_have_attribute("data-state", "offline")
    expect(page.locator("#editor-state")).to_contain_text("Offline")

    page.context.set_offline(False)
    _saved(page)
    _reload(page)

    expect(_cell(page, 1, "title_en")).to_have_text("Written offline")
    expect(text).to_have_value("Rules of a train ride")


def test_details_are_written_beside_the_grid_and_a_form_is_built(sign_in: Callable[..., Page]) -> None:
    page = sign_in("he.lin")
    _draft_of(page, "expense")
    _cell(page, 2, "title_zh").click()
    page.keyboard.press("Alt+Enter")
    drawer = page.locator("#drawer")
    expect(drawer.locator("[data-field=operation_en]")).to_be_visible()
    drawer.locator("[data-field=operation_en]").fill("Check receipts, budget and rules.")
    _saved(page)
    assert serious(page) == []
    drawer.locator("[name=customer_days]").fill("2")
    drawer.get_by_role("button", name="Save the details").click()
    expect(drawer.get_by_text("Saved", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    _reload(page)
    _cell(page, 2, "title_zh").click()
    page.keyboard.press("Alt+Enter")
    expect(drawer.locator("[data-field=operation_en]")).to_have_value("Check receipts, budget and rules.")
    expect(drawer.locator("[name=customer_days]")).to_have_value("2")

    page.goto("/processes/expense/1.0/forms/claim/build/")
    expect(page.locator("#preview")).to_contain_text("Amount")
    page.locator("[data-add=rating]").click()
    expect(page.locator(".builder-field")).to_have_count(4)
    page.locator(".builder-properties:visible [data-field=label_en]").fill("How urgent")
    _saved(page)
    expect(page.locator("#preview")).to_contain_text("How urgent")
    page.locator(".builder-field.is-chosen .builder-choose").focus()
    before = page.locator(".builder-label").all_inner_texts()
    page.keyboard.press("Alt+ArrowUp")
    _saved(page)
    after = page.locator(".builder-label").all_inner_texts()
    assert after != before
    assert sorted(after) == sorted(before)
    page.locator(".builder-field.is-chosen .builder-choose").focus()
    page.keyboard.press("Delete")
    expect(page.locator(".builder-field")).to_have_count(3)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_editor_fits_a_phone(sign_in: Callable[..., Page], language: str) -> None:
    page = sign_in("he.lin", "phone", language=language)
    for address in ("write/", "forms/claim/build/"):
        page.goto(f"/processes/expense/1.0/{address}")
        assert no_sideways_scroll(page)
