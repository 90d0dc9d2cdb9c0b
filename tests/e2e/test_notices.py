"""The bell rings without a new page, leads to the notices, and works without script."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.looks import no_sideways_scroll
from tests.stack import ROOT, Stack

#: Tells one person something, from another process.
TELL = """
import sys
import django
django.setup()
from django.utils import timezone
from procstd.notices.domain.telling import Note, tell
from procstd.organisation.models import User
person = User.objects.get(username=sys.argv[1])
tell([Note(person.pk, "house.news", sys.argv[2], "铃响了", "The bell has rung", url="/cases/")], at=timezone.now())
"""


def _tell(stack: Stack, code: str, key: str) -> None:
    environment = {**stack.environment, "DJANGO_SETTINGS_MODULE": "procstd.settings"}
    subprocess.run([sys.executable, "-c", TELL, code, key], cwd=ROOT, env=environment, check=True, timeout=60)


def _unread(page: Page) -> int:
    """Return the number at the bell: the demo tells different people of different things."""
    bell = page.get_by_role("link", name=re.compile(r"Notices: \d+ unread"))
    expect(bell).to_be_visible()
    found = re.search(r"Notices: (\d+) unread", bell.text_content() or "")
    assert found
    return int(found[1])


def test_the_bell_rings_while_one_looks_and_leads_to_what_it_is_about(
    sign_in: Callable[..., Page], stack: Stack, device: str
) -> None:
    code = {"desktop": "tang.wei", "phone": "qian.xin"}[device]
    page = sign_in(code, device)
    unread = _unread(page)

    _tell(stack, code, f"rings:{device}")
    # What a browser says when the page is looked at again; otherwise twenty seconds pass.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(page.get_by_role("link", name=f"Notices: {unread + 1} unread")).to_be_visible()
    expect(page.locator("#bell-news")).to_have_text(f"A new notice has come; {unread + 1} are unread.")
    page.get_by_role("link", name=f"Notices: {unread + 1} unread").click()
    assert no_sideways_scroll(page)
    page.get_by_role("button", name="The bell has rung", exact=True).click()
    expect(page).to_have_url(f"{stack.address}/cases/")
    expect(page.get_by_role("link", name=f"Notices: {unread} unread")).to_be_visible()


def test_a_hidden_page_does_not_ask(sign_in: Callable[..., Page]) -> None:
    page = sign_in("he.lin")
    unread = _unread(page)
    asked: list[str] = []
    # A browser fetches its icon when it likes; only what the bell asks for counts.
    page.on("request", lambda request: asked.append(request.url) if "/notices/" in request.url else None)

    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(300)
    hidden = list(asked)
    page.evaluate("Object.defineProperty(document, 'hidden', {value: false, configurable: true})")
    with page.expect_request(f"**/notices/bell/?seen={unread}"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    assert hidden == []


def test_without_script_the_bell_is_a_link_and_notices_are_read_by_buttons(sign_in: Callable[..., Page]) -> None:
    page = sign_in("guo.peng", java_script_enabled=False)
    page.get_by_role("link", name="My notices").first.click()
    expect(page.get_by_role("heading", name="My notices")).to_be_visible()

    page.get_by_role("button", name="Mark as read: Choose how you want to be told").click()
    # More may come meanwhile, as of a standard that takes effect: only the one that was read is gone.
    expect(page.locator(".notice", has_text="Choose how you want to be told")).to_have_count(0)
    expect(page.locator(".notice").first).to_be_visible()
    page.get_by_role("button", name="Mark all as read").click()

    expect(page.get_by_text("All notices are marked as read.")).to_be_visible()
    expect(page.locator(".notice")).to_have_count(0)


def test_quiet_hours_are_kept(sign_in: Callable[..., Page], device: str) -> None:
    page = sign_in("ma.jun" if device == "desktop" else "wang.lei", device)
    page.goto("/notices/preferences/")
    page.get_by_label("Quiet from").fill("22:00")
    page.get_by_label("Quiet until").fill("07:00")
    page.get_by_label("News about procstd and its standards").select_option("at_once")
    page.get_by_role("button", name="Save").click()

    expect(page.locator("[role=status] .alert-success")).to_be_visible()
    expect(page.get_by_label("Quiet from")).to_have_value("22:00")
    expect(page.get_by_label("News about procstd and its standards")).to_have_value("at_once")
    assert no_sideways_scroll(page)
