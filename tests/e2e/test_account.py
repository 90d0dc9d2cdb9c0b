"""Journeys of one's own account: wrong passwords, sign in, language, password by mail, sessions."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DEMO_PASSWORD, LOGIN_WAIT, VIEWPORTS, speak
from tests.e2e.looks import no_sideways_scroll
from tests.stack import Stack


def _try(page: Page, code: str, password: str) -> None:
    page.locator("[name=username]").fill(code)
    page.locator("[name=password]").fill(password)
    page.locator("main button[type=submit]").click()


def test_seven_wrong_passwords_lock_and_the_right_one_opens_after_the_wait(
    new_page: Callable[..., Page], device: str
) -> None:
    code = {"desktop": "xu.hai", "phone": "qian.xin"}[device]
    page = new_page(device)
    page.goto("/sign-in/")

    for _try_number in range(7):
        _try(page, code, "not the password")
        expect(page.locator("main")).to_contain_text(re.compile("do not match|Too many wrong tries"))
    expect(page.locator("main .alert-danger")).to_contain_text("Too many wrong tries")
    _try(page, code, DEMO_PASSWORD)
    expect(page.locator("main .alert-danger")).to_contain_text("Too many wrong tries")

    time.sleep(LOGIN_WAIT + 0.5)  # the lock is a real one and ends by the clock
    _try(page, code, DEMO_PASSWORD)

    expect(page.locator("main .panels")).to_be_visible()


def test_the_language_is_switched_and_remembered(sign_in: Callable[..., Page], new_page: Callable[..., Page]) -> None:
    page = sign_in("tang.wei", language="en")
    expect(page.get_by_role("link", name="Processes")).to_be_visible()

    speak(page, "zh")
    page.goto("/people/")

    expect(page.get_by_role("heading", level=1)).to_have_text("人员")
    again = new_page()
    again.goto("/sign-in/")
    _try(again, "tang.wei", DEMO_PASSWORD)
    expect(again.locator("html")).to_have_attribute("lang", "zh-Hans")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_forgotten_password_is_set_anew_by_mail(
    stack: Stack, new_page: Callable[..., Page], device: str, language: str
) -> None:
    code = "liu.fang"
    page = new_page(device, language=language)
    page.goto("/sign-in/")
    page.locator("main a[href*=forgotten]").click()
    before = set(stack.mails.glob("*")) if stack.mails.exists() else set()

    page.locator("[name=email]").fill(f"{code}@huayuan.example")
    page.locator("main button[type=submit]").click()

    link = _link_in_new_mail(stack.mails, before)
    page.goto(link)
    password = f"a new one for {device} {language}"
    page.locator("[name=new_password1]").fill(password)
    page.locator("[name=new_password2]").fill(password)
    page.locator("main button[type=submit]").click()
    expect(page.locator("[role=status] .alert-success")).to_be_visible()
    _try(page, code, password)
    expect(page.locator("main .panels")).to_be_visible()


def _link_in_new_mail(folder: Path, before: set[Path]) -> str:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        # Notices are mailed meanwhile; of mails of one second several can be in a file.
        for file in set(folder.glob("*")) - before if folder.exists() else ():
            for mail in file.read_bytes().split(b"\n-----"):
                text = message_from_bytes(mail.lstrip(b"-\n"), policy=policy.default).get_body(("plain",))
                found = re.search(r"https?://\S+/password/set/\S+", str(text.get_content() if text else ""))
                if found:
                    return found[0]
        time.sleep(0.2)
    raise AssertionError("No mail with a link came within 20 seconds.")


def test_a_session_on_another_device_is_ended_from_the_list(sign_in: Callable[..., Page]) -> None:
    phone, desk = sign_in("huang.li", "phone", anew=True), sign_in("huang.li", "desktop", anew=True)
    desk.goto("/account/sessions/")
    rows = desk.locator("tbody tr")
    expect(rows.first).to_be_visible()

    desk.get_by_role("button", name="End all others").click()

    expect(rows).to_have_count(1)
    phone.goto("/people/")
    expect(phone).to_have_url(re.compile("/sign-in/"))


def test_everything_works_without_script(sign_in: Callable[..., Page], device: str) -> None:
    page = sign_in("he.lin", device, java_script_enabled=False)

    page.get_by_role("link", name="People").click()
    page.locator("[name=q]").fill("Chen")
    page.get_by_role("button", name="Find").click()

    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("a.account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("He Lin")


def test_the_keyboard_reaches_the_content_first(sign_in: Callable[..., Page]) -> None:
    page = sign_in("sun.yue")

    page.goto("/people/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("#main")).to_be_focused()


def test_no_page_scrolls_sideways_on_a_narrow_phone(sign_in: Callable[..., Page]) -> None:
    page = sign_in("fang.ning", "phone")
    page.set_viewport_size({**VIEWPORTS["phone"], "width": 360})
    too_wide = []
    for path in (
        "/", "/people/", "/people/zhao.min/", "/people/add/", "/departments/", "/departments/service/", "/posts/",
        "/substitutes/", "/substitutes/add/", "/sheets/", "/sheets/people/import/", "/jobs/", "/account/",
        "/account/sessions/", "/account/tokens/", "/account/password/", "/projects/", "/processes/", "/cases/",
        "/pilots/", "/audits/", "/improvements/", "/design/",
    ):  # fmt: skip
        page.goto(path)
        if not no_sideways_scroll(page):
            too_wide.append(path)

    assert too_wide == []
