"""A limit is worked out while it is typed, and read when it is saved, with script and without."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

TOTALS = "/processes/expense/1.0/parts/totals/"


def test_the_example_follows_what_is_typed_and_chosen(sign_in: Callable[..., Page], device: str) -> None:
    page = sign_in("he.lin", device)
    page.goto(TOTALS)
    row = page.locator("#table-rows").locator("xpath=ancestor::section").locator("fieldset").first
    example = row.locator(".limit-example")
    expect(example).to_contain_text("Started now (")
    before = example.inner_text()

    row.locator("[name=rows-0-amount]").press_sequentially("0")
    expect(example).not_to_have_text(before)
    expect(example).to_contain_text("Started on Fri")
    row.locator("[name=rows-0-amount]").fill("99999")
    expect(example).to_contain_text("the calendar ends with the year 2099")
    row.locator("[name=rows-0-amount]").fill("0")
    row.locator("[name=rows-0-unit]").select_option("hours")
    expect(example).to_contain_text("Started now")
    row.locator("[name=rows-0-amount]").fill("")

    expect(example).to_have_text("Write an amount to see when it would be due.")


def test_percent_and_minutes_are_shown_where_they_count(sign_in: Callable[..., Page]) -> None:
    page = sign_in("he.lin")
    page.goto("/processes/expense/1.0/parts/thresholds/")
    kind = page.locator("[name=total-4-kind]")
    percent, minutes = page.locator("[name=total-4-percent]"), page.locator("[name=total-4-minutes]")

    kind.select_option("warn")
    expect(percent).to_be_visible()
    expect(minutes).to_be_hidden()
    kind.select_option("escalate")
    expect(minutes).to_be_visible()
    kind.select_option("breach")

    expect(percent).to_be_hidden()
    expect(minutes).to_be_hidden()


@pytest.mark.parametrize("scripted", [True, False])
def test_a_chain_of_one_step_is_written_and_read(sign_in: Callable[..., Page], *, scripted: bool) -> None:
    page = sign_in("he.lin", java_script_enabled=scripted)
    page.goto("/processes/expense/1.0/parts/thresholds/")
    page.locator("[name=single-0-step]").select_option("s2")
    page.locator("[name=single-0-kind]").select_option("breach")
    page.locator("[name=single-0-recipients][value=lead]").check()
    page.locator("[name=single-0-post]").select_option("vice-president")
    page.locator("main form button[type=submit]").first.click()

    page.goto("/processes/expense/1.0/manual/")

    row = page.locator("#chains tr", has_text="Vice president operations")
    expect(row.locator("td").first).to_contain_text("2 ")
    expect(row).to_contain_text("Project lead, Vice president operations")
    page.goto("/processes/expense/1.0/parts/thresholds/")
    page.locator("[name=single-0-DELETE]").check()
    page.locator("main form button[type=submit]").first.click()
    page.goto("/processes/expense/1.0/manual/")
    expect(row).to_have_count(0)
