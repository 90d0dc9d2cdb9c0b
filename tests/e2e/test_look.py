"""Axe reads every page: in both languages, light and dark, at the desk and on the phone.

With PROCSTD_SHOTS=folder every page is photographed too, for people to look at.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page, expect

PAGES = [
    "/", "/people/", "/people/zhao.min/", "/people/add/", "/departments/", "/departments/service/", "/posts/",
    "/posts/service-agent/", "/substitutes/", "/substitutes/add/", "/sheets/", "/sheets/people/import/", "/jobs/",
    "/account/", "/account/password/", "/account/sessions/", "/account/tokens/", "/projects/", "/processes/",
    "/cases/", "/cases/all/", "/cases/C-000055/", "/cases/C-000010/", "TASK", "/cases/open/", "/cases/open/complaint/",
    "/cases/import/complaint/", "/processes/add/", "/processes/complaint/", "/processes/complaint/1.0/manual/",
    "/processes/complaint/draft/", "/processes/complaint/1.0/release/", "/processes/complaint/releases/1/end/",
    "/pilots/", "/audits/", "/improvements/", "/nothing-here/", "/design/",
]  # fmt: skip
SHOTS = Path(os.environ["PROCSTD_SHOTS"]) if "PROCSTD_SHOTS" in os.environ else None


def _photograph(page: Page, path: Path) -> None:
    """Take a picture of the whole page; a busy machine's browser now and then fails at the first try."""
    try:
        page.screenshot(path=path, full_page=True)
    except Error:
        page.wait_for_timeout(1000)
        page.screenshot(path=path, full_page=True)


def _serious(page: Page) -> list[str]:
    results = Axe().run(page)
    return [
        f"{page.url} {finding['id']}: {finding['nodes'][0]['target']} ({len(finding['nodes'])})"
        for finding in results.response["violations"]
        if finding["impact"] in ("serious", "critical")
    ]


#: Every device with every language, every device with every theme, every language with every theme.
LOOKS = [("desktop", "en", "light"), ("desktop", "zh", "dark"), ("phone", "zh", "light"), ("phone", "en", "dark")]


@pytest.mark.parametrize(("device", "language", "theme"), LOOKS)
def test_axe_finds_nothing_serious(sign_in: Callable[..., Page], device: str, language: str, theme: str) -> None:
    page = sign_in("fang.ning", device, language=language, color_scheme=theme)
    found = []
    for path in PAGES:
        if path == "TASK":
            page.goto("/cases/C-000055/")
            page.locator("a.task-row-step").first.click()
        else:
            page.goto(path)
        expect(page.locator("#main")).to_be_visible()
        name = path.strip("/").replace("/", "-") or "home"
        if SHOTS:
            SHOTS.mkdir(parents=True, exist_ok=True)
            _photograph(page, SHOTS / f"{name}-{language}-{theme}-{device}.png")
        found += _serious(page)

    assert found == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_axe_finds_nothing_serious_before_sign_in(new_page: Callable[..., Page], device: str, language: str) -> None:
    page = new_page(device, language=language)
    found = []
    for path in (
        "/sign-in/", "/password/forgotten/", "/password/mailed/", "/password/set/MQ/used/", "/cases/public/",
        "/cases/public/complaint/", "/cases/public/status/C-000001/wrong/",
    ):  # fmt: skip
        page.goto(path)
        found += _serious(page)

    assert found == []


def test_the_design_page_opens_and_closes_its_dialog_by_keyboard(sign_in: Callable[..., Page]) -> None:
    page = sign_in("fang.ning")
    page.goto("/design/")
    opener = page.get_by_role("link", name="Open the dialog")

    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#dialog")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("#dialog")).to_be_hidden()
    expect(opener).to_be_focused()
