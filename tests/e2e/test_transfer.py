"""The journey of an administrator who takes a project out in a file and makes an equal one from it (F05)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DEMO_PASSWORD
from tests.e2e.looks import no_sideways_scroll, serious


def _wait_for(page: Page, what: str) -> None:
    """Wait for the worker as people without script do: look again."""
    for _look in range(60):
        if page.locator(what).count():
            return
        page.wait_for_timeout(500)
        page.goto(page.url)
    expect(page.locator(what).first).to_be_visible()


@pytest.mark.parametrize(("scripts", "language"), [(True, "zh"), (False, "en")])
def test_a_project_goes_out_in_a_file_and_comes_in_again(
    sign_in: Callable[..., Page], device: str, scripts: bool, language: str, tmp_path: Path
) -> None:
    page = sign_in("fang.ning", device, language=language, java_script_enabled=scripts)
    code = f"copy-{device}-{language}"
    page.goto("/projects/complaints/export/")
    page.locator("main form button[type=submit]").click()
    _wait_for(page, "main a[href^='/files/']")
    with page.expect_download() as download:
        page.locator("main a[href^='/files/']").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)

    page.goto("/projects/import/")
    page.locator("input[type=file]").set_input_files(file)
    page.locator("main form button[type=submit]").click()
    _wait_for(page, "main a.btn-primary[href^='/projects/import/']")
    page.locator("main a.btn-primary[href^='/projects/import/']").click()
    if page.locator("input[type=password]").count():
        page.locator("input[type=password]").fill(DEMO_PASSWORD)
        page.locator("main form button[type=submit]").click()
    expect(page.locator("[name=stays]")).to_be_visible()
    assert no_sideways_scroll(page)
    if scripts:
        assert serious(page) == []
    page.locator("[name=code]").fill(code)
    page.locator("[name=stays]").check()
    page.locator("main form button[type=submit]").click()
    _wait_for(page, f"main a[href='/projects/{code}/']")
    page.locator(f"main a[href='/projects/{code}/']").click()

    expect(page.locator("main [role=note]")).to_contain_text("complaints")
    assert no_sideways_scroll(page)


def test_half_a_file_is_refused_beside_its_field(sign_in: Callable[..., Page], tmp_path: Path) -> None:
    page = sign_in("fang.ning")
    file = tmp_path / "half.procstd"
    file.write_bytes(b"PK\x03\x04" + b"\x00" * 4_000)

    page.goto("/projects/import/")
    page.locator("input[type=file]").set_input_files(file)
    page.locator("main form button[type=submit]").click()

    expect(page.locator(".invalid-feedback")).to_contain_text("damaged")
