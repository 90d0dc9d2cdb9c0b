"""Journeys of an administrator and of a person who is going to be away."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import timezone
from playwright.sync_api import Download, Page, expect

COLUMNS = ["username", "name_zh", "name_en", "email", "department", "language", "time_zone", "active"]


def _workbook(folder: Path, rows: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.active.append(COLUMNS)
    for row in rows:
        book.active.append(row)
    path = folder / "people.xlsx"
    book.save(path)
    return path


def _rows(download: Download) -> list[tuple[Any, ...]]:
    with Path(download.path()).open("rb") as file:  # Playwright's name has no extension
        return list(openpyxl.load_workbook(file).active.iter_rows(values_only=True))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_people_are_imported_from_excel_with_two_bad_rows(
    sign_in: Callable[..., Page], device: str, language: str, tmp_path: Path
) -> None:
    tag = f"{device}-{language}"
    file = _workbook(
        tmp_path,
        [
            [f"new.one-{tag}", "新人一", "New One", "one@example.com", "sales", "en", "Asia/Shanghai", "true"],
            [f"new.two-{tag}", "新人二", "New Two", "not an address", "sales", "zh-hans", "", ""],
            [f"new.three-{tag}", "新人三", "New Three", "", "no-such-department", "", "", ""],
            [f"new.four-{tag}", "新人四", "New Four", "", "quality", "", "", ""],
        ],
    )
    page = sign_in("fang.ning", device, language=language)
    page.goto("/sheets/people/import/")

    page.locator("[name=file]").set_input_files(file)
    page.locator("main form button[type=submit]").click()

    errors = page.locator("section[aria-labelledby=errors] tbody tr")
    expect(errors).to_have_count(2, timeout=60_000)
    expect(errors.nth(0)).to_contain_text("email")
    expect(errors.nth(1)).to_contain_text("no-such-department")
    page.locator("button[name=rows][value=valid]").click()
    expect(page.locator("main .alert-success")).to_be_visible(timeout=60_000)
    page.goto(f"/people/?q=-{tag}")
    expect(page.locator("tbody tr")).to_have_count(2)
    with page.expect_download() as download:
        page.goto("/jobs/")
        page.locator("tbody a").nth(1).click()
        page.locator("section[aria-labelledby=errors] .card-actions a").click()
    rows = _rows(download.value)
    assert [row[0] for row in rows[2:]] == [3, 4]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_post_is_handed_to_a_substitute_and_taken_back(
    sign_in: Callable[..., Page], device: str, language: str
) -> None:
    today = timezone.localdate(timezone=timezone.get_fixed_timezone(480))
    away = sign_in("chen.jing", device, language=language)
    away.goto("/")
    away.locator("section[aria-labelledby=duties-title] .card-actions a").click()

    away.locator("[name=substitute]").select_option(label=_option(away, "zhou.tao"))
    away.locator("[name=valid_from]").fill(today.isoformat())
    away.locator("[name=valid_until]").fill((today + timedelta(days=5)).isoformat())
    away.locator("main form button[type=submit]").click()
    expect(away.locator("[name=reason]")).to_have_class(re.compile("is-invalid"))
    expect(away.locator("[name=valid_from]")).to_have_value(today.isoformat())
    away.locator("[name=reason]").fill("Leave")
    away.locator("main form button[type=submit]").click()
    expect(away.locator("[role=status] .alert-success")).to_be_visible()

    substitute = sign_in("zhou.tao", device, language=language)
    expect(substitute.locator("section[aria-labelledby=duties-title]")).to_contain_text(
        "Substitute for Chen Jing" if language == "en" else "陈静"
    )
    away.locator("tbody a[href*='/end/']").first.click()
    away.locator("[name=reason]").fill("Back early")
    away.locator("main form button[type=submit]").click()
    expect(away.locator("[role=status] .alert-success")).to_be_visible()
    substitute.reload()
    expect(substitute.locator("section[aria-labelledby=duties-title] .state--info")).to_have_count(0)


def _option(page: Page, code: str) -> str:
    text = page.locator(f"[name=substitute] option:has-text('{code}')").first.text_content()
    return str(text).strip()


def test_two_administrators_do_not_overwrite_each_other(sign_in: Callable[..., Page]) -> None:
    first, second = sign_in("fang.ning"), sign_in("fang.ning")
    for page in (first, second):
        page.goto("/people/deng.xue/change/")
    first.locator("[name=email]").fill("first@example.com")
    first.locator("[name=reason]").fill("New address")
    first.locator("main form button[type=submit]").click()
    expect(first.locator("[role=status] .alert-success")).to_be_visible()

    second.locator("[name=email]").fill("second@example.com")
    second.locator("[name=reason]").fill("Other address")
    second.locator("main form button[type=submit]").click()

    expect(second.locator("main")).to_contain_text("New address")
    expect(second.locator("[name=email]")).to_have_value("second@example.com")


def test_the_list_of_people_filters_while_typing(sign_in: Callable[..., Page], device: str) -> None:
    page = sign_in("sun.yue", device)
    page.goto("/people/")

    page.locator("[name=q]").press_sequentially("emma")

    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text("Emma Clark")
    expect(page).to_have_url(re.compile("q=emma"))


def test_an_export_can_be_downloaded(sign_in: Callable[..., Page], device: str) -> None:
    page = sign_in("fang.ning", device)
    page.goto("/sheets/")

    page.locator("form[action='/sheets/departments/export/'] button").click()

    link = page.get_by_role("link", name="Download")
    expect(link).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        link.click()
    assert _rows(download.value)[0] == ("code", "name_zh", "name_en", "parent")
