"""Manuals on a phone without a network: kept, read, expired, gone after signing out (F35)."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Error, Page, expect

from tests.e2e.looks import no_sideways_scroll, serious
from tests.stack import Stack

#: Writes a kept copy anew as if it had been kept long ago.
AGE = """async (address) => {
  const cache = await caches.open("procstd-pack");
  const copy = await cache.match(address, { ignoreVary: true });
  const headers = new Headers(copy.headers);
  headers.set("X-Pack-Until", String(Math.floor(Date.now() / 1000) - 60));
  await cache.put(address, new Response(await copy.text(), { status: 200, headers }));
}"""


def test_a_manual_is_kept_read_without_a_network_and_expires(sign_in: Callable[..., Page], stack: Stack) -> None:
    page = sign_in("chen.jing", "phone")
    page.goto("/processes/")
    page.get_by_role("link", name="Without a network").click()
    expect(page.locator("[data-pack-state]").first).to_have_text("not kept")
    # Whichever version of it is in force: other journeys on the same stack release new ones.
    manual = page.locator("[name=keep][value*='/complaint/']:checked").first.get_attribute("value") or ""
    assert manual
    page.get_by_role("button", name="Keep the chosen ones on this device").click()
    expect(page.locator("#pack-news")).to_contain_text("Done:")
    expect(page.locator(".state--done").first).to_contain_text("kept until")
    assert no_sideways_scroll(page)
    assert serious(page) == []

    page.context.set_offline(True)
    page.goto(manual)
    expect(page.locator("#pack-copy")).to_contain_text("A copy on a device holds until")
    expect(page.locator(".manual")).to_contain_text("Purpose")
    # The style sheets are kept with it.
    assert page.evaluate("document.styleSheets.length") >= 2
    assert no_sideways_scroll(page)
    page.get_by_role("link", name="Manuals without a network").click()
    expect(page.locator(".state--done").first).to_contain_text("kept until")
    page.evaluate(AGE, manual)
    page.reload()
    expect(page.locator(".state--failed").first).to_contain_text("expired on")
    page.goto(manual)
    expect(page.get_by_text("This copy has expired")).to_be_visible()
    expect(page.locator(".manual")).to_have_count(0)

    # With a network again what is in force is read, and the copy is fresh.
    page.context.set_offline(False)
    page.goto(manual)
    expect(page.locator("#pack-copy")).to_be_visible()
    page.context.set_offline(True)
    page.goto(manual)
    expect(page.locator("#pack-copy")).to_be_visible()
    page.context.set_offline(False)

    page.goto("/")
    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("[name=password]")).to_be_visible()
    assert page.evaluate("caches.has('procstd-pack')") is False
    page.context.set_offline(True)
    try:
        page.goto(manual)
        shown = page.content()
    except Error:
        shown = ""
    assert "pack-copy" not in shown


def test_the_page_reads_in_chinese(sign_in: Callable[..., Page]) -> None:
    page = sign_in("zhou.tao", "desktop", language="zh")
    page.goto("/processes/pack/")
    page.locator("#pack-keep").click()
    expect(page.locator("#pack-news")).to_contain_text("已完成")
    page.locator("#pack-drop").click()
    expect(page.locator("#pack-news")).to_contain_text("此设备上不再保存")
    assert page.evaluate("caches.has('procstd-pack')") is False
