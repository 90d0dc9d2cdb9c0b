"""A lead plans the complaint project from nothing to the closed gate of phase 1; the leader signs the choice."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.looks import looks_right

TEAM = [
    ("leader", "li.guoqiang"), ("department", "zhao.min"), ("department", "ma.jun"), ("specialist", "he.lin"),
    ("it", "fang.ning"),
]  # fmt: skip
SCORES = {"complaint": (5, 5, 3, 5), "order": (3, 2, 2, 4)}
DIMENSIONS = ("frequency", "reach", "difficulty", "fit")


def _save(page: Page) -> None:
    """Press the button of the page's form, and see that nothing was refused."""
    page.locator("#main form:has(.form-buttons) button[type=submit]").click()
    expect(page.locator("#main .is-invalid, #main .invalid-feedback")).to_have_count(0)


def _choose(page: Page, name: str, words: str) -> None:
    """Choose the option of a list that has these words."""
    option = page.locator(f"[name={name}] option", has_text=words).first
    page.locator(f"[name={name}]").select_option(option.get_attribute("value"))


@pytest.mark.parametrize(
    ("device", "language", "scripted"), [("desktop", "en", True), ("phone", "zh", True), ("desktop", "zh", False)]
)
def test_a_project_is_planned_from_nothing_to_its_first_gate(
    sign_in: Callable[..., Page], device: str, language: str, *, scripted: bool
) -> None:
    code = f"after-sales-{device}-{language}"
    base = f"/projects/{code}/"
    lead = sign_in("sun.yue", device, language=language, java_script_enabled=scripted)

    # The project and what it seeks.
    lead.goto("/projects/")
    lead.locator("a[href='/projects/add/']").first.click()
    for name, value in {
        "code": code, "name_zh": "售后投诉标准化", "name_en": "After-sales complaints", "figure_zh": "平均处理周期",
        "figure_en": "mean time to handle", "unit_zh": "天", "unit_en": "days", "baseline": "4", "target": "2.5",
        "reason": "Felt every day",
    }.items():  # fmt: skip
        lead.locator(f"[name={name}]").fill(value)
    _choose(lead, "lead", "sun.yue")
    lead.locator("[name=value][value=efficiency]").check()
    for department in {"zh": ("客户服务部", "质量部"), "en": ("Customer service", "Quality")}[language]:
        lead.get_by_role("checkbox", name=department).first.check()
    _save(lead)
    expect(lead).to_have_url(re.compile(f"{base}$"))

    # The team; the page says who is missing until nobody is.
    lead.goto(f"{base}team/")
    missing = lead.locator("section[aria-labelledby=missing] li")
    expect(missing.first).to_be_visible()
    for duty, person in TEAM:
        lead.goto(f"{base}team/add/")
        lead.locator(f"[name=duty][value={duty}]").check()
        _choose(lead, "person", f"({person})")
        _save(lead)
    expect(missing).to_have_count(0)

    # Candidates with scores and reasons, and the choice that the leader signs.
    for process, scores in SCORES.items():
        lead.goto(f"{base}scope/add/")
        _choose(lead, "process", {"zh": {"complaint": "产品质量投诉", "order": "订单"}, "en": {
            "complaint": "product-quality complaint", "order": "rder"}}[language][process])  # fmt: skip
        for name, score in zip(DIMENSIONS, scores, strict=True):
            lead.locator(f"[name={name}][value='{score}']").check()
            lead.locator(f"[name=why_{name}]").fill(f"{name}: {score}")
        lead.locator("[name=reason]").fill("Scored in the first meeting")
        _save(lead)
    expect(lead.locator("section[aria-labelledby=ranking] tbody tr")).to_have_count(2)
    leader = sign_in("li.guoqiang", device, language=language, java_script_enabled=scripted)
    leader.goto(f"{base}scope/choose/")
    leader.locator("[name=processes][value=complaint]").check()
    _save(leader)
    expect(leader.locator("section[aria-labelledby=choice] .manual-hash")).to_be_visible()

    # The plan in one click; a line that slips pushes what follows.
    lead.goto(f"{base}plan/")
    _save(lead)
    bars = lead.locator("svg.gantt .gantt-bar--phase")
    expect(bars).to_have_count(6)
    agreed = lead.locator("svg.gantt .gantt-agreed")
    expect(agreed).to_have_count(0)
    agreed_end = str(bars.first.get_attribute("data-end"))
    if scripted and device == "desktop":
        _drag_end(lead, bars.first, days=7)
        expect(lead.locator("[name=end_on]")).to_have_value(_weeks_after(agreed_end, 1))
    else:
        lead.goto(f"{base}plan/of/p1/move/")
        lead.locator("[name=end_on]").fill(_weeks_after(agreed_end, 1))
    lead.locator("[name=reason]").fill("The leader is away")
    _save(lead)
    expect(agreed.first).to_be_attached()
    if scripted:
        looks_right(lead)

    # Every task of phase 1, its deliverable, its gate.
    done = lead.locator("section[aria-labelledby=phase-p1] form[action$='/done/'] button")
    while left := done.count():
        done.first.click()
        expect(done).to_have_count(left - 1)
    lead.goto(f"{base}gate/1/")
    lead.locator("form[action$='/p1/confirm/'] button").click()
    close = lead.locator(f"form[action='{base}gate/1/close/'] button")
    expect(close).to_be_visible()
    if scripted:
        looks_right(lead)
    close.click()
    lead.goto(f"{base}gate/1/")
    expect(lead.locator("section[aria-labelledby=criteria] .manual-hash")).to_be_visible()

    # The plan as a document, made by the worker.
    lead.goto(f"{base}plan/document/")
    expect(lead.locator("article.manual svg.gantt")).to_be_visible()
    lead.locator("button[name=kind][value=pdf]").click()
    download = lead.locator("a[href^='/files/']")
    for _turn in range(40):
        if download.count():
            break
        lead.wait_for_timeout(500)
        if not scripted:
            lead.reload()
    answer = lead.request.get(str(download.get_attribute("href")))
    assert answer.body()[:5] == b"%PDF-"


def _drag_end(page: Page, bar: Locator, *, days: int) -> None:
    """Drag the right end of a bar of the Gantt picture."""
    bar.scroll_into_view_if_needed()
    per_day = float(page.locator("svg.gantt").get_attribute("data-per-day") or 0)
    box = bar.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] - 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + days * per_day / 2, y)
    page.mouse.move(x + days * per_day, y)
    page.mouse.up()
    expect(page).to_have_url(re.compile("/move/"))


def _weeks_after(day: str, weeks: int) -> str:
    return (date.fromisoformat(day) + timedelta(weeks=weeks)).isoformat()
