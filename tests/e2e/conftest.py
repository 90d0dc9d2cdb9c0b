"""A browser, a running stack, and people who use it. Desktop and phone, Chinese and English."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.stack import Stack

DEMO_PASSWORD = "procstd-demo"
VIEWPORTS = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
#: How long a wrong-password lock lasts in the stack of the tests, in seconds.
LOGIN_WAIT = 4
#: So many seconds after a password a test need not give it again; what is signed wants one of the last 15 minutes.
LATELY = 500
# Two stacks and two browsers share two cores: what takes a moment elsewhere may take some here.
expect.set_options(timeout=10_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


# Of the package, not of the session: the stack's sweeps go on for as long as it stands.
@pytest.fixture(scope="package")
def stack() -> Iterator[Stack]:
    running = Stack("procstd_e2e", PROCSTD_LOGIN_WAIT_SECONDS=str(LOGIN_WAIT))
    try:
        yield running.start()
    finally:
        running.stop()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {
        "executable_path": os.environ.get("CHROMIUM") or "/usr/bin/chromium",
        "args": [
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ],
    }


@pytest.fixture(scope="session", autouse=True)
def _an_act_ends_with_the_page_it_leads_to() -> Iterator[None]:
    """Let a click or a key wait for the page it leads to, so that what a test counts or measures next is there.

    Playwright waits until the browser has turned to the new page, not until that is read: between the two it has
    no elements at all, and what does not ask again by itself – ``count``, ``all``, ``evaluate`` – finds none.
    """

    def waiting(act: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(act)
        def act_and_wait(self: Locator, *arguments: Any, **options: Any) -> None:
            act(self, *arguments, **options)
            self.page.wait_for_load_state("domcontentloaded")

        return act_and_wait

    with pytest.MonkeyPatch.context() as patch:
        for name in ("click", "press"):
            patch.setattr(Locator, name, waiting(getattr(Locator, name)))
        yield


@pytest.fixture(params=["desktop", "phone"])
def device(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def new_page(browser: Browser, stack: Stack) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a fresh browser window: ``new_page(device, language="en")``.

    A page that logs an error to the console, or breaks the content security policy, fails the test.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(device: str = "desktop", *, language: str = "en", **options: Any) -> Page:
        context = browser.new_context(
            base_url=stack.address,
            viewport=VIEWPORTS[device],  # type: ignore[arg-type]
            locale="en-GB" if language == "en" else "zh-CN",
            **options,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()

        def listen(message: Any) -> None:
            # A 4xx answer is reported by the browser as a failed resource; the tests look at those themselves.
            # htmx calls an error what it gives up itself for a newer request.
            given_up = message.text.startswith(("htmx:afterRequest", "htmx:sendAbort"))
            if message.type == "error" and "Failed to load resource" not in message.text and not given_up:
                complaints.append(message.text)

        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="package")
def known() -> dict[tuple[str, str], tuple[float, Any]]:
    """Cookies of who has signed in lately, by person and language: a password costs a second, each time."""
    return {}


@pytest.fixture
def sign_in(new_page: Callable[..., Page], known: dict[tuple[str, str], tuple[float, Any]]) -> Callable[..., Page]:
    """Return a function that signs a person of the demo in: ``sign_in("he.lin", "phone")``.

    A person who signed in lately only opens another window; ``anew=True`` gives the password whatever was before,
    for tests that are about sessions.
    """

    def sign_in_as(
        code: str, device: str = "desktop", *, language: str = "en", anew: bool = False, **options: Any
    ) -> Page:
        home = "main .panels"
        since, cookies = known.get((code, language), (0.0, None))
        if time.monotonic() - since < LATELY and not anew:
            page = new_page(device, language=language, storage_state=cookies, **options)
            page.goto("/")
            if page.locator(home).is_visible():
                speak(page, language)
                return page
        page = new_page(device, language=language, **options)
        page.goto("/sign-in/")
        page.locator("[name=username]").fill(code)
        page.locator("[name=password]").fill(DEMO_PASSWORD)
        page.locator("main button[type=submit]").click()
        expect(page.locator(home)).to_be_visible()
        speak(page, language)
        if not anew:
            known[code, language] = time.monotonic(), page.context.storage_state()
        return page

    return sign_in_as


def speak(page: Page, language: str) -> None:
    """Switch the page to *language* ("en" or "zh") unless it is in it."""
    shown = page.locator("html").get_attribute("lang") or ""
    if shown.startswith("zh") != (language == "zh"):
        page.locator("form[action='/language/'] button").click()
        expect(page.locator("html")).to_have_attribute("lang", "zh-Hans" if language == "zh" else "en")
