"""A specialist observes two cycles with a phone that loses its connection, and reports what it means (H2.2)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.conftest import DEMO_PASSWORD
from tests.e2e.looks import looks_right
from tests.e2e.surveying import surveyed
from tests.files.corpus import picture
from tests.stack import Stack

#: Sets the clock of the phone by so many milliseconds; performance.now() goes on as it was.
#: The server has said its moment: what is asked before the network goes must not be answered after it.
CLOCK_IS_SURE = """() => Object.entries(localStorage).some(
    ([name, value]) => name.startsWith("procstd-clock:") && JSON.parse(value).doubts === 0
)"""
SET_CLOCK = "(by) => { const real = Date.now.bind(Date); Date.now = () => real() + by; }"

#: Lets the next laps reach the server, and holds the answer back until goOn() is called.
HOLD_ANSWER = """() => {
    const real = window.fetch;
    window.fetch = async (address, options) => {
        const answer = await real(address, options);
        if (typeof options?.body !== "string") return answer;
        window.fetch = real;
        await new Promise((resolve) => { window.goOn = resolve; });
        return answer;
    };
}"""


def _begin(page: Page, number: str, subject: str, step: str = "") -> None:
    """Begin an observation that one keeps oneself; with *step* start its first lap."""
    page.goto(f"/surveys/{number}/observations/add/")
    page.locator("[name=subject]").fill(subject)
    page.locator("main form button[type=submit]").click()
    expect(page.locator("#watch-state")).to_have_text(re.compile(r"Everything is sent|已全部发送"))
    if step:
        _start(page, step)


def _start(page: Page, step: str) -> None:
    """Choose a step, or type it if there is none of this name; press the large button."""
    choice = page.locator(".watch-step", has_text=step)
    if choice.count():
        choice.locator("input").check()
    else:
        page.locator("#watch-what").fill(step)
    page.locator("form[data-watch=start] button").click()
    expect(page.locator("#watch-running")).to_contain_text(step)


def _note(page: Page, step: str, anomaly: str, photo: bytes = b"") -> None:
    row = page.locator(".watch-lap", has_text=step)
    row.locator("[data-watch=open]").click()
    row.locator("textarea").fill(anomaly)
    if photo:
        row.locator("input[type=file]").set_input_files({"name": "p.jpg", "mimeType": "image/jpeg", "buffer": photo})
    row.locator("form button").click()
    expect(row.locator(".watch-lap-anomaly")).to_have_text(anomaly)
    expect(row.locator("[data-watch=open]")).to_be_focused()


def _offline(page: Page) -> None:
    """Cut the connection, once the page itself is kept."""
    page.wait_for_function(
        "async () => Boolean(navigator.serviceWorker.controller) && await caches.has('procstd-watch')"
        " && Boolean(await (await caches.open('procstd-watch')).match(location.pathname, { ignoreVary: true }))"
    )
    page.context.set_offline(True)


def test_two_cycles_are_observed_through_a_lost_connection_and_become_a_report(
    stack: Stack, sign_in: Callable[..., Page]
) -> None:
    number = surveyed(stack)
    phone = sign_in("he.lin", "phone", language="zh")
    _begin(phone, number, "第一轮", "接收投诉")
    looks_right(phone)
    _offline(phone)
    _start(phone, "判定责任")
    _start(phone, "在旧系统里查型号")
    _note(phone, "在旧系统里查型号", "型号要在旧系统里查", picture("JPEG", (2400, 1800), gps=True))
    _note(phone, "判定责任", "等签字")
    phone.locator("#watch-odd").click()
    expect(phone.locator(".watch-lap", has_text="在旧系统里查型号").locator("textarea")).to_be_focused()
    expect(phone.locator(".watch-note textarea")).to_have_value("型号要在旧系统里查")
    expect(phone.locator("#watch-state")).to_contain_text("有 3 次计时保存在本手机上")
    looks_right(phone)
    # Nothing is lost when the page is loaded anew: it opens from the phone, with what the phone keeps.
    phone.reload()
    expect(phone.locator(".watch-lap")).to_have_count(3)
    expect(phone.locator("#watch-state")).to_contain_text("有 3 次计时保存在本手机上")
    phone.locator("form[data-watch=stop] button").click()
    expect(phone.locator("#watch-now")).to_be_hidden()
    phone.locator("form[data-watch=end] button").click()
    expect(phone.locator("#watch-state")).to_contain_text("请先等本手机")
    phone.context.set_offline(False)
    expect(phone.locator("#watch-state")).to_have_text("已全部发送。", timeout=20_000)
    phone.locator("form[data-watch=end] button").click()
    expect(phone.locator("main")).to_contain_text("实测时长已写入现状步骤")
    expect(phone.locator("tbody tr")).to_have_count(3)
    expect(phone.get_by_role("link", name="照片")).to_have_count(1)
    looks_right(phone)
    _begin(phone, number, "第二轮", "接收投诉")
    phone.locator("form[data-watch=stop] button").click()
    expect(phone.locator("#watch-state")).to_have_text("已全部发送。")
    phone.locator("form[data-watch=end] button").click()
    expect(phone.locator("main")).to_contain_text("实测时长已写入现状步骤")

    desk = sign_in("he.lin")
    desk.goto(f"/surveys/{number}/observations/")
    expect(desk.locator("tr", has_text="1 Receive").locator("[data-label=Laps]")).to_have_text("2")
    expect(desk.locator("tr", has_text="1 Receive")).to_contain_text("1 min (n=2)")
    looks_right(desk)
    _three_pains(desk, number)
    _causes(desk, number)
    _both_charts(desk, number)
    _report(desk, number)


def _three_pains(page: Page, number: str) -> None:
    """Two anomalies become pain points with a click each; one is named by what people told."""
    for place in (1, 2):
        page.goto(f"/surveys/{number}/observations/1/")
        page.get_by_role("button", name="Make it a pain point").first.click()
        expect(page.locator("h1")).to_contain_text(f"P{place} ")
        expect(page.locator("#evidence").locator("xpath=ancestor::section")).to_contain_text("O1-")
    page.goto(f"/surveys/{number}/observations/1/")
    page.get_by_role("link", name="Change O1-1").click()
    expect(page.locator("[name=step]")).to_be_visible()
    looks_right(page)
    page.goto(f"/surveys/{number}/pains/add/")
    page.locator("[name=text_en]").fill("The call comes 3 days after the end")
    page.locator("[name=times_a_month]").fill("30")
    page.locator("[name=lost_minutes]").fill("3 d")
    page.get_by_label("4 Call back").check()
    page.locator("main form button[type=submit]").click()
    expect(page.locator("h1")).to_contain_text("P3 ")
    page.goto(f"/surveys/{number}/pains/")
    expect(page.locator(".pain-line")).to_have_count(3)
    looks_right(page)


def _causes(page: Page, number: str) -> None:
    """Each is asked why until there is something to act on."""
    for place in (1, 2, 3):
        page.goto(f"/surveys/{number}/pains/{place}/")
        page.locator(".why-form [name=text_en]").fill("Nobody is told")
        page.locator(".why-form button").click()
        expect(page.locator(".why")).to_have_count(1)
        page.locator(".why a[href$='/why/']").click()
        page.locator("[name=text_en]").fill("The system has no message")
        page.locator("[name=is_actionable]").check()
        page.locator("main form button[type=submit]").click()
        expect(page.locator(".why")).to_have_count(2)
    looks_right(page)


def _both_charts(page: Page, number: str) -> None:
    page.goto(f"/surveys/{number}/flow/")
    expect(page.locator("main svg[role=img]").first).to_be_visible()
    drawn = page.locator("main svg[role=img]").evaluate_all("nodes => nodes.map((node) => node.textContent)")
    assert any("Receive" in text for text in drawn)
    assert len(drawn) >= 2
    looks_right(page)


def _report(page: Page, number: str) -> None:
    page.goto(f"/surveys/{number}/report/")
    expect(page.locator("main")).to_contain_text("型号要在旧系统里查")
    expect(page.locator("main")).to_contain_text("observed")
    page.locator("form[action$='/report/make/'] button[value=pdf]").click()
    link = page.locator("a[href*='/files/']").first
    expect(link).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        link.click()
    assert download.value.path().read_bytes().startswith(b"%PDF")


def _moments(page: Page) -> Any:
    return page.evaluate("() => Object.values(localStorage).map(JSON.parse).filter((row) => row?.key)")


def test_a_clock_that_is_set_while_there_is_no_network_is_noticed_and_put_right(
    stack: Stack, sign_in: Callable[..., Page]
) -> None:
    number = surveyed(stack)
    phone = sign_in("he.lin", "phone")
    _begin(phone, number, "A clock that is set", "1 Receive")
    expect(phone.locator("#watch-state")).to_have_text("Everything is sent.")
    phone.wait_for_function(CLOCK_IS_SURE)
    phone.context.set_offline(True)
    phone.evaluate(SET_CLOCK, 3_600_000)
    phone.locator("form[data-watch=stop] button").click()
    (kept,) = _moments(phone)
    assert kept["until"] - kept["from"] > 3_600_000
    assert kept["shaky"] == {"until": 1}

    phone.context.set_offline(False)
    expect(phone.locator("#watch-state")).to_contain_text(
        "Everything is sent. The clock of this phone was set", timeout=20_000
    )
    phone.goto(f"/surveys/{number}/observations/1/")

    expect(phone.locator("[data-label=Duration]")).to_have_text("1 min")
    expect(phone.locator("main")).not_to_contain_text("clock of the phone was set")
    # Set twice without a network: nobody can tell, so nobody pretends to.
    phone.goto(f"/surveys/watch/{number}/1/")
    phone.wait_for_function(CLOCK_IS_SURE)
    phone.context.set_offline(True)
    phone.evaluate(SET_CLOCK, 3_600_000)
    _start(phone, "2 Judge")
    phone.evaluate(SET_CLOCK, 7_200_000)
    phone.locator("form[data-watch=stop] button").click()
    phone.context.set_offline(False)
    expect(phone.locator("#watch-state")).to_contain_text("Everything is sent.", timeout=20_000)
    expect(phone.locator(".watch-lap", has_text="2 Judge")).to_contain_text("clock of the phone was set")


def test_a_clock_that_is_set_back_does_not_make_a_step_longer(stack: Stack, sign_in: Callable[..., Page]) -> None:
    number = surveyed(stack)
    phone = sign_in("he.lin", "phone")
    _begin(phone, number, "A clock that is set back", "1 Receive")
    expect(phone.locator("#watch-state")).to_have_text("Everything is sent.")
    phone.wait_for_function(CLOCK_IS_SURE)
    phone.context.set_offline(True)
    phone.evaluate(SET_CLOCK, -3_600_000)
    phone.locator("form[data-watch=stop] button").click()
    (kept,) = _moments(phone)
    assert kept["until"] < kept["from"]

    phone.context.set_offline(False)
    expect(phone.locator("#watch-state")).to_contain_text(
        "Everything is sent. The clock of this phone was set", timeout=20_000
    )
    phone.goto(f"/surveys/{number}/observations/1/")

    expect(phone.locator("[data-label=Duration]")).to_have_text("1 min")
    expect(phone.locator("main")).not_to_contain_text("clock of the phone was set")


def test_a_stop_while_a_lap_with_a_photo_is_on_its_way_is_sent_after_it(
    stack: Stack, sign_in: Callable[..., Page]
) -> None:
    number = surveyed(stack)
    phone = sign_in("he.lin", "phone")
    _begin(phone, number, "Stopped meanwhile", "1 Receive")
    expect(phone.locator("#watch-state")).to_have_text("Everything is sent.")
    phone.evaluate(HOLD_ANSWER)
    _note(phone, "1 Receive", "Waited", picture("JPEG", (40, 30)))
    phone.wait_for_function("() => window.goOn")
    phone.locator("form[data-watch=stop] button").click()
    phone.evaluate("() => window.goOn()")

    expect(phone.locator("#watch-state")).to_have_text("Everything is sent.", timeout=20_000)
    phone.goto(f"/surveys/{number}/observations/1/")
    expect(phone.locator("[data-label=Duration]")).to_have_text("1 min")
    expect(phone.get_by_role("link", name="Photo")).to_have_count(1)


def test_two_windows_of_a_phone_know_what_the_other_sent(stack: Stack, sign_in: Callable[..., Page]) -> None:
    number = surveyed(stack)
    phone = sign_in("he.lin", "phone")
    _begin(phone, number, "Two windows")
    other = phone.context.new_page()
    other.goto(phone.url)
    expect(other.locator("#watch-state")).to_have_text("Everything is sent.")
    what = phone.locator("#watch-what")
    phone.locator("form[data-watch=start] button").click()
    expect(what).to_have_attribute("aria-invalid", "true")
    expect(what).to_have_accessible_description("Choose a step, or type what it is called.")
    _start(phone, "1 Receive")
    expect(what).not_to_have_attribute("aria-invalid", "true")
    expect(phone.locator("#watch-state")).to_have_text("Everything is sent.")
    expect(other.locator("#watch-running")).to_have_text("1 Receive")

    other.locator("form[data-watch=stop] button").click()

    expect(phone.locator("#watch-now")).to_be_hidden()
    expect(other.locator("#watch-state")).to_have_text("Everything is sent.")


def test_two_phones_that_change_the_same_lap_both_keep_their_change(stack: Stack, sign_in: Callable[..., Page]) -> None:
    number = surveyed(stack)
    first, second = sign_in("he.lin", "phone"), sign_in("he.lin", "phone")
    _begin(first, number, "Two phones", "1 Receive")
    expect(first.locator("#watch-state")).to_have_text("Everything is sent.")
    second.goto(first.url)
    second.wait_for_function(CLOCK_IS_SURE)
    second.context.set_offline(True)
    second.locator("form[data-watch=stop] button").click()
    _note(first, "1 Receive", "Waited")
    expect(first.locator("#watch-state")).to_have_text("Everything is sent.")

    second.context.set_offline(False)

    expect(second.locator("#watch-state")).to_have_text("Everything is sent.", timeout=20_000)
    expect(second.locator(".watch-lap-anomaly")).to_have_text("Waited")
    second.goto(f"/surveys/{number}/observations/1/")
    expect(second.locator("[data-label=Duration]")).to_have_text("1 min")
    expect(second.locator(".lap-anomaly")).to_have_text("Waited")


def test_a_session_that_ends_loses_nothing(stack: Stack, sign_in: Callable[..., Page]) -> None:
    number = surveyed(stack)
    phone = sign_in("he.lin", "phone")
    _begin(phone, number, "Signed out")
    phone.context.clear_cookies()
    _start(phone, "1 Receive")
    phone.locator("form[data-watch=stop] button").click()
    expect(phone.locator("#watch-state")).to_contain_text("1 lap kept on this phone, will be sent. You are signed out.")

    other = phone.context.new_page()
    other.goto("/sign-in/")
    other.locator("[name=username]").fill("he.lin")
    other.locator("[name=password]").fill(DEMO_PASSWORD)
    other.locator("main button[type=submit]").click()
    expect(other.locator("main .panels")).to_be_visible()

    expect(phone.locator("#watch-state")).to_have_text("Everything is sent.", timeout=20_000)
    expect(phone.locator(".watch-lap")).to_have_count(1)


def test_who_is_asked_to_observe_needs_no_script(stack: Stack, sign_in: Callable[..., Page]) -> None:
    number = surveyed(stack)
    desk = sign_in("he.lin")
    desk.goto(f"/surveys/{number}/observations/add/")
    desk.locator("[name=subject]").fill("Second floor")
    desk.locator("[name=observer]").select_option(label="Zhou Tao (zhou.tao)")
    desk.locator("main form button[type=submit]").click()
    expect(desk.locator("main")).to_contain_text("is asked to observe")

    phone = sign_in("zhou.tao", "phone", java_script_enabled=False)
    phone.get_by_role("link", name="O1 Second floor").click()
    phone.locator(".watch-step", has_text="1 Receive").locator("input").check()
    phone.locator("form[data-watch=start] button").click()
    expect(phone.locator("#watch-running")).to_have_text("1 Receive")
    phone.locator("#watch-what").fill("Look for the batch")
    phone.locator("form[data-watch=start] button").click()
    phone.locator("form[data-watch=stop] button").click()
    expect(phone.locator("#watch-now")).to_be_hidden()
    phone.locator(".watch-lap", has_text="Look for the batch").locator("a").click()
    phone.locator("[name=anomaly]").fill("Nobody knew it")
    phone.locator("main form button[type=submit]").click()
    expect(phone.locator(".watch-lap", has_text="Look for the batch")).to_contain_text("Nobody knew it")
    phone.locator("form[data-watch=end] button").click()
    expect(phone.locator("tbody tr")).to_have_count(2)
