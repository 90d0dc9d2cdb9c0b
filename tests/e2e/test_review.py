"""Three reviewers, a comment, a mended text, approvals, the signature, the release: desk and phone, script and none."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.looks import looks_right
from tests.e2e.releasing import sign_and_release

REVIEWERS = ("zhao.min", "ma.jun", "shen.yi")
QUESTIONS = ("complete", "operable", "compliant", "clear")


def begin_draft(writer: Page) -> str:
    """Begin the next draft of the complaint standard, or take the one that is begun; return its address."""
    writer.goto("/processes/complaint/")
    begun = (
        writer.locator("#revisions")
        .locator("xpath=ancestor::section")
        .locator("li", has=writer.locator(".state--draft"))
    )
    if begun.count():
        return str(begun.first.locator("a").first.get_attribute("href"))
    writer.goto("/processes/complaint/draft/")
    writer.locator("[name=reason]").fill("Clearer words")
    writer.locator("main form button[type=submit]").click()
    expect(writer).to_have_url(re.compile(r"/complaint/\d+\.\d+/$"))
    return "/" + writer.url.split("/", 3)[3]


def _approve(page: Page, review: str) -> None:
    page.goto(review)
    for name in QUESTIONS:
        page.locator(f"[name={name}][value=yes]").check()
    page.locator("button[value=approved]").click()
    expect(page.locator(".toast, .alert-success").first).to_be_visible()


@pytest.mark.parametrize(
    ("device", "language", "scripted"), [("desktop", "en", True), ("phone", "zh", True), ("desktop", "zh", False)]
)
def test_a_draft_is_reviewed_mended_signed_and_released(
    sign_in: Callable[..., Page], device: str, language: str, *, scripted: bool
) -> None:
    looks = {"language": language, "java_script_enabled": scripted}
    writer = sign_in("he.lin", device, **looks)
    base = begin_draft(writer)
    review = f"{base}review/"
    writer.goto(f"{review}start/")
    for box in writer.locator("tbody [type=checkbox]").all():
        box.uncheck()
    writer.locator("[name=touches_compliance]").check()
    for name in ("赵敏", "马俊", "沈怡") if language == "zh" else ("Zhao Min", "Ma Jun", "Shen Yi"):
        writer.locator("tbody tr", has_text=name).locator("[type=checkbox]").check()
    if scripted:
        looks_right(writer)
    writer.locator("main form button[type=submit]").click()
    expect(writer).to_have_url(re.compile("/review/$"))

    first, second, third = (sign_in(code, device, **looks) for code in REVIEWERS)
    first.goto("/")
    first.locator(f"a[href='{review}']").first.click()
    first.locator("#clause-step-s3 .review-clause-head a").click()
    first.locator("[name=text]").fill("Who assigns when the agent is away?")
    first.locator(".review-form button, main form .btn-primary").first.click()
    expect(first.locator("#clause-step-s3 .review-thread")).to_contain_text("Who assigns")
    for name in QUESTIONS:
        first.locator(f"[name={name}][value=yes]").check()
    first.locator("[name=reason]").fill("See my comment")
    first.locator("button[value=returned]").click()
    if scripted:
        looks_right(first)
    _approve(second, review)

    writer.goto(f"{base}steps/s3/")
    words = f"The agent on duty assigns the work order ({base})."
    writer.locator("[name=operation_en]").fill(words)
    writer.locator("#id_reason").fill("Comment of Zhao Min")
    writer.locator("main form button[type=submit]").first.click()
    writer.goto(review)
    writer.locator(".review-thread .btn-list a").click()
    writer.locator("[name=text]").fill("The agent on duty; it says so now.")
    writer.locator(".review-form button, main form .btn-primary").first.click()
    expect(writer.locator(".review-answer")).to_contain_text("on duty")
    writer.locator("form[action$='/again/'] button").click()

    second.goto(review)
    expect(second.locator(".review-changes ins")).to_have_text(words)
    first.goto(review)
    first.locator(".review-thread form button").click()
    expect(first.locator(".review-thread--settled")).to_be_visible()
    for page in (first, second, third):
        _approve(page, review)

    lead = sign_in("sun.yue", device, **looks)
    lead.locator(f"a[href='{base}sign/']").click()
    if scripted:
        looks_right(lead)
    expect(lead.locator(".gate-row").first).to_be_visible()
    expect(lead.locator(".gate-row .btn")).to_have_count(0)
    sign_and_release(lead, base)
    expect(lead.locator("#approvals")).to_be_visible()
    if scripted:
        looks_right(lead)
