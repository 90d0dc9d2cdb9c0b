"""On a phone an agent finds a step by typing Chinese, opens it, stars it; a site frames the manual in force."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.looks import looks_right


@pytest.mark.parametrize(("language", "scripted"), [("zh", True), ("en", True), ("zh", False)])
def test_a_step_is_found_opened_and_starred(sign_in: Callable[..., Page], language: str, *, scripted: bool) -> None:
    page = sign_in("chen.jing", "phone", language=language, java_script_enabled=scripted)
    page.goto("/centre/")
    if scripted:
        looks_right(page)
    box = page.locator("input[name=q]")
    if scripted:
        box.press_sequentially("投诉分级", delay=30)
    else:
        box.fill("投诉分级")
        box.press("Enter")

    row = page.locator("#results .found", has=page.locator("a[href$='#step-s2']")).first
    expect(row).to_be_visible()
    if scripted:
        expect(page).to_have_url(re.compile("q="))
        looks_right(page)
    row.locator(".star").click()
    expect(page.locator("#results .found .star--on").first).to_be_visible()
    page.locator("#results a[href$='#step-s2']").first.click()
    expect(page).to_have_url(re.compile(r"/manual/#step-s2$"))
    expect(page.locator("#step-s2")).to_be_in_viewport()

    page.goto("/centre/")
    mine = page.locator("section[aria-labelledby=favourites]")
    expect(mine.locator("a[href$='#step-s2']")).to_be_visible()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        mine.locator(".star").first.click()
    page.goto("/centre/")
    expect(mine.locator(".star")).to_have_count(0)


@pytest.fixture
def site() -> Iterator[Any]:
    """Serve a page of somebody else that frames what it is told."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(f"<h1>Intranet</h1><iframe src='{server.framed}' title='manual'></iframe>".encode())  # type: ignore[attr-defined]

        def log_message(self, *args: Any) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_manual_in_force_is_framed_by_the_named_site_until_it_is_revoked(
    sign_in: Callable[..., Page], new_page: Callable[..., Page], site: Any, language: str
) -> None:
    writer = sign_in("he.lin", "desktop", language=language)
    writer.goto("/centre/of/complaint/embeds/")
    writer.locator("[name=label]").fill(f"Intranet {language}")
    writer.locator("select[name=language]").select_option("zh-hans" if language == "zh" else "en")
    writer.locator("[name=origins]").fill(f"http://127.0.0.1:{site.server_port}")
    writer.locator("[name=reason]").fill("Asked for by sales")
    writer.locator("main form[novalidate] button[type=submit]").click()
    token = writer.locator(".alert-success .token").first.inner_text().split("/embed/")[1].strip("/\n ")
    looks_right(writer)
    address = writer.url.split("/centre/")[0]
    site.framed = f"{address}/embed/{token}/"

    stranger = new_page("desktop", language=language)
    stranger.goto(f"http://127.0.0.1:{site.server_port}/")
    manual = stranger.frame_locator("iframe")
    expect(manual.locator("#step-s1 h3")).to_contain_text("受理投诉" if language == "zh" else "Receive the complaint")
    direct = new_page("phone", language=language)
    direct.goto(site.framed)
    looks_right(direct)

    writer.goto("/centre/of/complaint/embeds/")
    expect(writer.locator("tbody tr").first).to_contain_text("2")
    writer.locator("tbody form button").first.click()
    gone = direct.goto(site.framed)
    assert gone is not None
    assert gone.status == 404
    expect(direct.locator("#step-s1")).to_have_count(0)


def test_the_two_languages_of_a_draft_save_themselves(sign_in: Callable[..., Page]) -> None:
    writer = sign_in("he.lin", "phone", language="en")
    writer.goto("/processes/expense/1.0/languages/")
    looks_right(writer)
    text = writer.locator("textarea[data-row=s1][data-field=title_en]")
    before = text.input_value()
    text.fill(f"{before} again")
    expect(writer.locator("#editor-state")).to_have_attribute("data-state", "saved")

    writer.reload()
    expect(text).to_have_value(f"{before} again")
    text.fill(before)
    expect(writer.locator("#editor-state")).to_have_attribute("data-state", "saved")
