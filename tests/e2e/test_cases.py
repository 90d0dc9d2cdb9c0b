"""A complaint travels from the customer to its close: in both languages, at the desk and on the phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.cases.live.visitors import OUTCOMES, WORKERS
from tests.e2e.conftest import speak
from tests.e2e.looks import no_sideways_scroll, serious
from tests.e2e.releasing import sign_and_release
from tests.files.corpus import picture

FILLED = {
    "s1": {},
    "s2": {"a_grade": "normal"},
    "s3": {},
    "s4": {"a_cause": "磨损的密封圈", "a_department": "production", "a_kind": "repair", "a_plan": "更换密封圈"},
    "s5": {"a_opinion": "同意"},
    "s6": {"a_confirmed": "yes"},
    "s7": {"a_done_on": "2026-03-05", "a_result": "已更换，试运行正常"},
    "s8": {"a_satisfaction": "5"},
}  # fmt: skip
COMBINATIONS = [("desktop", "zh"), ("phone", "en")]


def _fill(page: Page, name: str, value: str) -> None:
    box = page.locator(f"[name={name}]").first
    if box.get_attribute("type") in ("radio", "checkbox"):
        page.locator(f"[name={name}][value='{value}']").check()
    elif box.evaluate("element => element.tagName") == "SELECT":
        box.select_option(value)
    else:
        box.fill(value)


@dataclass
class Journey:
    """One case, and the windows of those who work on it."""

    sign_in: Callable[..., Page]
    new_page: Callable[..., Page]
    device: str
    language: str
    number: str = ""
    link: str = ""
    windows: dict[str, Page] = field(default_factory=dict)

    def window(self, person: str) -> Page:
        if person not in self.windows:
            self.windows[person] = self.sign_in(person, self.device, language=self.language)
        return self.windows[person]

    def file(self, problem: str) -> None:
        """The customer files the complaint on the public page, with a photo."""
        page = self.windows["customer"] = self.new_page(self.device, language=self.language)
        page.goto("/cases/public/")
        speak(page, self.language)
        page.locator("a[href='/cases/public/complaint/']").click()
        for name, text in {"customer": "丽华商贸", "contact": "lihua@example.com", "product": "HY-200"}.items():
            _fill(page, f"a_{name}", text)
        _fill(page, "a_problem", problem)
        page.locator("[name=a_photo]").set_input_files(
            {"name": "seal.png", "mimeType": "image/png", "buffer": picture()}
        )
        page.locator("main form button[type=submit]").click()
        self.link = page.locator("#link").input_value()
        found = re.search(r"C-\d{6}", self.link)
        assert found
        self.number = found[0]
        assert no_sideways_scroll(page)

    def task(self, person: str) -> Page:
        """Open the task of the case from the person's inbox."""
        page = self.window(person)
        page.goto("/cases/")
        self._row(page).locator(".task-row-step").click()
        expect(page.locator("h1")).to_be_visible()
        assert no_sideways_scroll(page)
        return page

    def _row(self, page: Page) -> Locator:
        row = page.locator(".task-row", has_text=self.number)
        while not row.count():
            page.locator("a[rel=next]").last.click()
        return row.first

    def work(self, key: str, outcome: str = "", reason: str = "", **filled: str) -> None:
        """Do the step that the case is at, with its form and outcome."""
        page = self.task(WORKERS[key])
        for name, value in {**FILLED[key], **filled}.items():
            _fill(page, name, value)
        if reason:
            _fill(page, "reason", reason)
        page.locator(f"button[name=outcome][value={outcome or OUTCOMES[key]}]").click()
        expect(page).to_have_url(re.compile(r"/cases/$"))

    def rate(self, stars: int) -> None:
        page = self.windows["customer"]
        page.goto(self.link)
        page.locator(f"[name=rating][value='{stars}']").check()
        page.locator("form[action$='/rate/'] button").click()
        expect(page.locator("form[action$='/rate/']")).to_have_count(0)

    def overview(self) -> Page:
        page = self.window("zhao.min")
        page.goto(f"/cases/{self.number}/")
        return page


@pytest.fixture(params=COMBINATIONS, ids="-".join)
def journey(request: pytest.FixtureRequest, sign_in: Callable[..., Page], new_page: Callable[..., Page]) -> Journey:
    device, language = request.param
    return Journey(sign_in, new_page, device, language)


def test_a_normal_complaint_from_the_customer_to_a_closed_case_with_a_rating(journey: Journey) -> None:
    journey.file("Since nine o'clock oil runs from the housing 😀")
    for key in ("s1", "s2", "s3"):
        journey.work(key)
    customer = journey.windows["customer"]
    customer.goto(journey.link)
    expect(customer.locator("main")).to_contain_text(
        {"zh": "分析原因并制定方案", "en": "Analyse the cause and draft the solution"}[journey.language]
    )
    customer.locator("[name=text]").fill("It drips faster now")
    customer.locator("form[enctype] button").click()
    expect(customer.locator("main")).to_contain_text("It drips faster now")
    for key in ("s4", "s5", "s6", "s7", "s8"):
        journey.work(key)
    journey.rate(4)

    page = journey.overview()

    expect(page.locator(".flow-step--done")).to_have_count(8)
    expect(page.locator(".events .event")).to_have_count(12)  # filed, added to, eight steps, closed, rated
    expect(page.locator("main")).to_contain_text("It drips faster now")
    assert serious(page) == []


def test_an_urgent_complaint_that_is_sent_back_twice(
    sign_in: Callable[..., Page], new_page: Callable[..., Page]
) -> None:
    journey = Journey(sign_in, new_page, "desktop", "en")
    journey.file("Three customers report smoke")
    journey.work("s1")
    page = journey.task("zhao.min")
    risk = page.locator("[name=a_risk]")
    expect(risk).to_be_hidden()
    page.locator("[name=a_grade][value='urgent']").check()
    expect(risk).to_be_visible()
    page.locator("button[name=outcome][value=graded]").click()
    expect(page.locator("#div_id_a_risk .invalid-feedback")).to_be_visible()
    risk.fill("Somebody could be hurt")
    page.locator("button[name=outcome][value=graded]").click()
    expect(page).to_have_url(re.compile(r"/cases/$"))
    journey.work("s3")
    journey.work("s4", "unclear", "Which batch is it?")
    for key in ("s1", "s2"):
        journey.work(key, **({"a_grade": "urgent", "a_risk": "Somebody could be hurt"} if key == "s2" else {}))
    journey.work("s3")
    journey.work("s4")
    journey.work("s5", "rejected", "The cause is not proved")
    for key in ("s4", "s5", "s6", "s7", "s8"):
        journey.work(key)
    journey.rate(3)

    text = journey.overview().locator("main").inner_text()

    assert "Which batch is it?" in text
    assert "The cause is not proved" in text
    assert "Urgent" in text


def test_a_case_keeps_its_standard_when_the_next_version_is_released_half_way(
    sign_in: Callable[..., Page], new_page: Callable[..., Page]
) -> None:
    journey = Journey(sign_in, new_page, "desktop", "en")
    journey.file("It began before the new version")
    journey.work("s1")
    writer, lead = sign_in("he.lin"), sign_in("sun.yue")
    # The demo's next version has other steps; here only words are to change.
    writer.goto("/processes/complaint/1.1/delete/")
    if writer.locator("[name=reason]").count():
        writer.locator("[name=reason]").fill("Another one is written")
        writer.locator("main form button[type=submit]").click()
    writer.goto("/processes/complaint/")
    version = "V1." + str(writer.locator("section[aria-labelledby=revisions] li").count())
    writer.get_by_role("link", name="Begin a draft").click()
    writer.locator("[name=reason]").fill("Shorter words")
    writer.locator("main form button[type=submit]").click()
    writer.get_by_role("link", name="3 Assign the work order", exact=True).click()
    assert serious(writer) == []
    writer.locator("[name=title_en]").fill(f"Dispatch ({version})")
    writer.locator("main form button[type=submit]").first.click()
    expect(writer.locator("main")).to_contain_text("Nothing keeps it from being released")
    sign_and_release(lead, f"/processes/complaint/{version[1:]}/")
    later = Journey(sign_in, new_page, "desktop", "en", windows={**journey.windows})
    later.file("It began after")

    journey.work("s2")
    later.work("s1")
    later.work("s2")

    before, after = journey.task("chen.jing"), None
    expect(before.locator("h1")).to_contain_text("3 Assign the work order")
    after = later.task("chen.jing")
    expect(after.locator("h1")).to_contain_text(f"3 Dispatch ({version})")
    for key in ("s3", "s4", "s5", "s6", "s7", "s8"):
        journey.work(key)
    page = journey.overview()
    expect(page.locator(".page-pretitle")).not_to_contain_text(version)
    expect(page.locator(".flow-step--done")).to_have_count(8)


def test_who_is_second_reads_who_was_first_and_keeps_the_text(
    sign_in: Callable[..., Page], new_page: Callable[..., Page]
) -> None:
    journey = Journey(sign_in, new_page, "phone", "en")
    journey.file("Two people want to help")
    late = journey.task("chen.jing")
    colleague = Journey(sign_in, new_page, "phone", "en", number=journey.number).task("zhou.tao")
    colleague.locator("button[name=outcome]").click()
    expect(colleague).to_have_url(re.compile(r"/cases/$"))

    _fill(late, "a_problem", "Typed with much patience")
    late.locator("button[name=outcome]").click()

    expect(late.locator("main")).to_contain_text("Zhou Tao completed this task on")
    expect(late.locator("[name=a_problem]")).to_have_value("Typed with much patience")


def test_the_work_is_done_without_script(sign_in: Callable[..., Page], new_page: Callable[..., Page]) -> None:
    journey = Journey(
        lambda *args, **facts: sign_in(*args, **facts, java_script_enabled=False),
        lambda *args, **facts: new_page(*args, **facts, java_script_enabled=False),
        "desktop", "en",
    )  # fmt: skip

    journey.file("No script here")
    journey.work("s1")
    journey.work("s2", a_grade="urgent", a_risk="A danger")

    journey.task("chen.jing")


def test_a_manual_is_made_by_the_worker_and_downloaded(sign_in: Callable[..., Page]) -> None:
    page = sign_in("chen.jing")
    speak(page, "en")
    for kind, title, name in (
        ("PDF", "English", "complaint-V1.0-en.pdf"), ("PDF", "中文", "complaint-V1.0-zh-hans.pdf"),
        ("Word", "中文 + English", "complaint-V1.0-both.docx"),
    ):  # fmt: skip
        page.goto("/processes/complaint/1.0/manual/")
        with page.expect_download(timeout=90_000) as download:
            page.locator(".manual-download", has_text=kind).get_by_text(title, exact=True).click()
            if "/jobs/" in page.url:
                page.get_by_role("link", name="Download").click(timeout=90_000)
        assert download.value.suggested_filename == name
