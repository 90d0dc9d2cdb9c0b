"""The journey of an administrator who brings a year in, changes a day, compares, signs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.looks import no_sideways_scroll


@pytest.mark.parametrize("scripts", [True, False])
def test_a_calendar_is_added_filled_compared_and_signed(
    sign_in: Callable[..., Page], device: str, scripts: bool
) -> None:
    code = f"{device}-{'htmx' if scripts else 'plain'}"
    department = {
        "desktop-htmx": "legal", "desktop-plain": "training", "phone-htmx": "audit", "phone-plain": "purchasing",
    }[code]  # fmt: skip
    page = sign_in("fang.ning", device, java_script_enabled=scripts)
    page.goto("/calendars/add/")
    for name, value in {"code": code, "name_zh": "专用日历", "name_en": f"Calendar {code}", "reason": "New"}.items():
        page.locator(f"[name={name}]").fill(value)
    option = page.locator("[name=department] option").filter(has_text=f"({department})")
    page.locator("[name=department]").select_option(value=option.get_attribute("value"))
    page.locator("main form button[type=submit]").click()

    # A day in the list with an error beside it, then right.
    page.goto(f"/calendars/{code}/draft/?year=2026")
    new = page.locator("tr.editor-row--new").first
    new.locator("input[type=date]").fill("2026-12-31")
    new.locator("select").select_option("work")
    new.locator("input.hours").fill("18:00-09:00")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.locator(".invalid-feedback").first).to_contain_text("ends before it begins")
    page.locator("tr.editor-row--new input.hours").first.fill("09:00-12:00")
    page.get_by_role("button", name="Save, compare and sign").click()

    page.locator("[name=notice]").fill("HY-7")
    page.locator("[name=reason]").fill("Half a day")
    page.get_by_role("button", name="Sign and publish").click()
    expect(page.locator("h1")).to_contain_text("Version 1, in force")
    page.goto(f"/calendars/{code}/?year=2026")
    expect(page.locator(".day--short").filter(has_text="31")).to_be_visible()
    expect(page.locator("table.month")).to_have_count(12)
    assert no_sideways_scroll(page)

    # What was signed can be reckoned with.
    page.get_by_role("link", name="Try it").click()
    page.locator("[name=start]").fill("2026-12-30T10:00")
    page.locator("[name=amount]").fill("1")
    page.get_by_role("button", name="Reckon").click()
    expect(page.locator("section[aria-labelledby=due] .tile-number")).to_contain_text("2026-12-31 12:00")


def test_a_chinese_year_is_brought_in_by_a_worker(sign_in: Callable[..., Page]) -> None:
    page = sign_in("fang.ning")
    page.goto("/calendars/service/draft/year/")

    page.locator("[name=year]").fill("2027")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("#progress")).to_contain_text("The holidays of 2027 are not known", timeout=20_000)

    page.goto("/calendars/service/draft/year/")
    page.locator("[name=year]").fill("2026")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main .alert-success")).to_contain_text("2026 is in the draft", timeout=20_000)
    expect(page.locator(".tiles")).to_contain_text("365 / 365")
