"""A department's variant: begun, varied beside what it inherits, released, brought up to a newer version."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.looks import looks_right
from tests.e2e.releasing import sign_and_release
from tests.e2e.test_review import begin_draft

WORDS = {
    "en": ("2 working hours instead of 1 working hour", "differs", "behind"),
    "zh": ("2 个工作小时，而不是1 个工作小时", "有差异", "落后于"),
}


def _submit(page: Page) -> None:
    page.locator("main form .form-buttons .btn-primary").click()


@pytest.mark.parametrize(
    ("device", "language", "scripted", "department"),
    [("desktop", "en", True, "sales"), ("phone", "zh", True, "quality"), ("desktop", "zh", False, "production")],
)
def test_a_variant_is_begun_varied_released_and_brought_up(
    sign_in: Callable[..., Page], device: str, language: str, *, scripted: bool, department: str
) -> None:
    looks = {"language": language, "java_script_enabled": scripted}
    delta, differs, behind = WORDS[language]
    writer = sign_in("he.lin", device, **looks)
    writer.goto("/processes/complaint/")
    writer.locator("a[href$='/variants/add/']").click()
    writer.locator("[name=department]").select_option(department)
    writer.locator("[name=reason]").fill("Faster here")
    _submit(writer)
    expect(writer).to_have_url(re.compile(rf"/complaint/\d\.\d-{department}/$"))
    base = "/" + writer.url.split("/", 3)[3]
    if scripted:
        looks_right(writer)

    # What is refused stays typed, beside its field; what equals the inherited is not stored.
    writer.goto(f"{base}vary/step:s2/")
    writer.locator("[name=limit_amount]").fill("2")
    writer.locator("[name=customer_days]").fill("91")
    _submit(writer)
    expect(writer.locator("#div_id_customer_days .invalid-feedback")).to_be_visible()
    expect(writer.locator("[name=limit_amount]")).to_have_value("2")
    if scripted:
        looks_right(writer)
    writer.locator("[name=customer_days]").fill("3")
    writer.locator("[name=operation_zh]").fill("按本部门的规定定级：一般或紧急。")
    writer.locator("[name=operation_en]").fill("Grade it by the rules of this department: normal or urgent.")
    writer.locator("[name='A-0-post']").focus()
    writer.locator("[name=reason]").fill("Customers of ours wait less")
    _submit(writer)
    expect(writer).to_have_url(re.compile(rf"{re.escape(base)}$"))
    expect(writer.locator("section:has(#deltas)")).to_contain_text(delta)
    expect(writer.locator("section:has(#deltas) li")).to_have_count(3)
    expect(writer.locator("section:has(#varying) .variant-differs .state")).to_have_text([differs] * 3)
    expect(writer.locator("section:has(#story-title)")).to_contain_text("Customers of ours wait less")
    if scripted:
        looks_right(writer)
    writer.locator("form:has([value=customer_days]) button").click()
    expect(writer.locator("section:has(#deltas) li")).to_have_count(2)
    writer.goto(f"{base}write/")
    expect(writer).to_have_url(re.compile(rf"{re.escape(base)}$"))

    lead = sign_in("sun.yue", device, **looks)
    sign_and_release(lead, base)
    expect(lead.locator("section:has(#deltas)")).to_contain_text(delta)
    if scripted:
        looks_right(lead)
    newer = begin_draft(writer)
    writer.goto(f"{newer}steps/s2/")
    writer.locator("[name=operation_en]").fill(f"Grade it: normal or urgent ({department}).")
    writer.locator("[name=operation_zh]").fill(f"判定级别：一般或紧急（{department}）。")
    writer.locator("main form button[type=submit]").first.click()
    sign_and_release(lead, newer)

    writer.goto("/processes/complaint/")
    expect(writer.locator("section:has(#variants)")).to_contain_text(behind)
    if scripted:
        looks_right(writer)
    writer.locator(f"a[href='{base}rebase/']").click()
    expect(writer.locator("section:has(#stays)")).to_contain_text(delta)
    if scripted:
        looks_right(writer)
    writer.locator("[value=keep]").check()
    _submit(writer)
    expect(writer).to_have_url(re.compile(rf"{re.escape(newer[:-1])}-{department}/$"))
    expect(writer.locator("section:has(#deltas) li")).to_have_count(2)
    # The next journey begins another draft of the same process.
    sign_and_release(lead, "/" + writer.url.split("/", 3)[3])
