"""A lead decides about running cases of an earlier version: a dry run, then one moves, one later, one stays (F52)."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import speak
from tests.e2e.looks import no_sideways_scroll, serious
from tests.stack import ROOT, Stack

WORDS = {
    "en": {"later": "at the next step", "moved": "Moved to another version of the standard"},
    "zh": {"later": "下一步", "moved": "已转换到标准的另一版本"},
}


def _three_cases(stack: Stack) -> list[dict[str, int]]:
    """Open three cases, and put another version in force after them."""
    command = [sys.executable, "-m", "tests.cases.live.fill", json.dumps({"moving": 3})]
    done = subprocess.run(command, cwd=ROOT, env=stack.environment, check=True, capture_output=True, text=True)
    return list(json.loads(done.stdout.splitlines()[-1])["moving"])


@pytest.mark.parametrize(("device", "language"), [("desktop", "zh"), ("phone", "en")])
def test_one_moves_now_one_at_its_next_step_and_one_keeps_its_version(
    stack: Stack, sign_in: Callable[..., Page], device: str, language: str
) -> None:
    now, later, stays = _three_cases(stack)
    page, words = sign_in("sun.yue", device, language=language), WORDS[language]
    speak(page, language)

    page.goto("/processes/moving/")
    page.locator("a[href*='/cases/moves/moving/']").first.click()
    expect(page.locator(f"[name=choice_{now['case']}]")).to_have_value("keep")
    expect(page.locator("main")).to_contain_text("→ V1.")
    assert no_sideways_scroll(page)
    assert serious(page) == []
    for row, choice in ((now, "now"), (later, "next"), (stays, "keep")):
        page.locator(f"[name=choice_{row['case']}]").select_option(choice)
    page.locator("[name=reason]").fill("The new limits hold for running cases too")
    page.locator("main form button[type=submit]").click()

    expect(page).to_have_url(re.compile(r"/jobs/\d+/$"))
    expect(page.locator(".tile-number").first).to_have_text("1", timeout=20_000)
    expect(page.locator(".tile-number").nth(1)).to_have_text("1")
    expect(page.locator(".tile-number").nth(3)).to_have_text("0")
    assert serious(page) == []

    page.goto(f"/cases/C-{now['case']:06d}/")
    expect(page.locator(".events")).to_contain_text(words["moved"])
    expect(page.locator(".events")).to_contain_text("The new limits hold for running cases too")
    assert serious(page) == []
    page.goto(f"/cases/C-{stays['case']:06d}/")
    expect(page.locator(".events")).not_to_contain_text(words["moved"])

    page.goto(f"/cases/C-{later['case']:06d}/")
    expect(page.locator("main .alert-info")).to_contain_text(words["later"])
    assert no_sideways_scroll(page)
    agent = sign_in("chen.jing", device, language=language)
    agent.goto(f"/cases/tasks/{later['s1']}/")
    agent.locator("[name=a_text]").fill("Done by the version before")
    agent.locator("button[name=outcome]").first.click()
    expect(agent).to_have_url(re.compile(r"/cases/$"))
    page.reload()
    expect(page.locator("main .alert-info")).to_have_count(0)
    expect(page.locator(".events")).to_contain_text(words["moved"])


def test_one_case_is_looked_at_noted_and_kept_after_all(stack: Stack, sign_in: Callable[..., Page]) -> None:
    row = _three_cases(stack)[0]
    page = sign_in("sun.yue")
    address = f"/cases/C-{row['case']:06d}/"

    page.goto(address)
    page.locator(f"a[href='{address}move/']").click()
    expect(page.locator("main")).to_contain_text("No due time and no question changes.")
    assert serious(page) == []
    page.locator("[name=choice][value=next]").check()
    page.locator("[name=reason]").fill("From the next step on")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main .alert-info")).to_contain_text("at the next step")
    page.locator("form[action$='/move/withdraw/'] button").click()

    expect(page.locator(".events")).to_contain_text("Will not be moved")
    expect(page.locator(".events")).to_contain_text("From the next step on")
