"""Twelve people answer a questionnaire on phones; whoever misuses an anonymous link gets nothing (H2.2.1, F06)."""

from __future__ import annotations

import http.client
import re
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import Page, expect

from tests.e2e.looks import looks_right
from tests.e2e.surveying import asked_without_names
from tests.stack import Stack


def _answer(page: Page, mark: int) -> None:
    """Fill the usual questions in."""
    for name in page.locator(".answer-form input[type=radio]").evaluate_all(
        "boxes => [...new Set(boxes.map((box) => box.name))]"
    ):
        boxes = page.locator(f"input[name={name}]")
        boxes.nth(min(mark, boxes.count()) - 1).check()
    page.locator(".answer-form input[type=number]").fill(str(mark))
    page.locator(".answer-form textarea").fill("质量部判定太慢" if mark < 3 else "")


def test_twelve_people_answer_on_phones_and_the_specialist_reads_what_they_say_together(
    stack: Stack, new_page: Callable[..., Page], sign_in: Callable[..., Page]
) -> None:
    questionnaire, codes = asked_without_names(stack, count=12)
    for number, code in enumerate(codes):
        page = new_page("phone", language="zh")
        if number < 2:
            # As it stands on paper: in groups, typed with a Chinese keyboard's wide letters.
            page.goto("/surveys/code/")
            if not number:
                looks_right(page)
            typed = " ".join(re.findall("....", code))
            page.locator("[name=code]").fill(typed if number else "".join(chr(ord(sign) + 0xFEE0) for sign in code))
            page.locator("main form button[type=submit]").click()
        else:
            page.goto(f"/surveys/answer/{code}/")
        expect(page.locator(".alert-info")).to_contain_text("匿名")
        if not number:
            looks_right(page)
        _answer(page, 1 + number % 5)
        page.locator("main form button[type=submit]").click()
        expect(page).to_have_url(re.compile("/surveys/answer/thanks/$"))
        page.context.close()

    desk = sign_in("he.lin", language="zh")
    desk.goto(f"/surveys/questionnaires/{questionnaire}/results/")
    expect(desk.locator(".answer-bars")).to_have_count(0)
    desk.goto(f"/surveys/questionnaires/{questionnaire}/")
    expect(desk.locator(".rate-lead")).to_contain_text("100")
    desk.locator(f"form[action='/surveys/questionnaires/{questionnaire}/close/'] button").click()
    desk.goto(f"/surveys/questionnaires/{questionnaire}/results/")
    expect(desk.locator(".answer-bars").first).to_be_visible()
    expect(desk.locator("main")).to_contain_text("质量部判定太慢")
    looks_right(desk)


def test_a_shared_link_counts_once_and_whoever_is_late_is_told(
    stack: Stack, new_page: Callable[..., Page], sign_in: Callable[..., Page]
) -> None:
    questionnaire, (code,) = asked_without_names(stack, count=1)
    first, second = new_page("phone"), new_page("desktop")
    for page in (first, second):
        page.goto(f"/surveys/answer/{code}/")
        _answer(page, 4)

    first.locator("main form button[type=submit]").click()
    expect(first).to_have_url(re.compile("/thanks/$"))
    second.locator("main form button[type=submit]").click()
    expect(second.locator("h1")).to_have_text("This link does not open anything")
    # Back and once more, or by the typed code: it stays used.
    first.goto(f"/surveys/answer/{code}/")
    expect(first.locator("h1")).to_have_text("This link does not open anything")
    first.goto("/surveys/code/")
    first.locator("[name=code]").fill(code)
    first.locator("main form button[type=submit]").click()
    expect(first.locator(".invalid-feedback")).to_contain_text("opens nothing")
    looks_right(first)

    desk = sign_in("he.lin")
    desk.goto(f"/surveys/questionnaires/{questionnaire}/")
    expect(desk.locator(".rate-lead")).to_contain_text("1 of 1")


class _Script:
    """A script that answers: from an address of its own, so that it alone is kept out."""

    def __init__(self, stack: Stack) -> None:
        self.host, self.cookie, self.token = urlsplit(stack.address).netloc, "", ""

    def ask(self, path: str, data: dict[str, str] | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection(self.host, timeout=10, source_address=("127.0.0.7", 0))
        headers = {"Cookie": self.cookie, "Accept-Language": "en"}
        if data is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{self.host}"}
            data = {"csrfmiddlewaretoken": self.token, **data}
        connection.request("GET" if data is None else "POST", path, urlencode(data or {}), headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        if cookie := answer.headers.get("Set-Cookie"):
            self.cookie = cookie.partition(";")[0]
        if found := re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text):
            self.token = found[1]
        connection.close()
        return answer.status, text


def test_a_script_answers_once_at_most_and_is_kept_out_when_it_guesses(
    stack: Stack, sign_in: Callable[..., Page]
) -> None:
    questionnaire, (code, other) = asked_without_names(stack, count=2)
    script, path = _Script(stack), f"/surveys/answer/{code}/"
    blind, _text = script.ask(path, {"q1": "5"})
    _status, page = script.ask(path)
    fields = re.findall(r'name="(q\d+)"', page)
    filled = dict.fromkeys(fields, "3") | dict(re.findall(r'name="(q\d+)" value="(\w+)"', page))
    trapped, _text = script.ask(path, {**filled, "website": "http://example.com"})
    empty, _text = script.ask(path, {})

    answered = [script.ask(path, filled)[0] for _number in range(5)]
    guesses = [script.ask("/surveys/code/", {"code": f"{number:032x}"})[0] for number in range(40)]

    assert (blind, trapped, empty) == (403, 302, 200)
    assert answered == [302, 404, 404, 404, 404]
    assert guesses == [200] * 26 + [429] * 14
    assert script.ask(f"/surveys/answer/{other}/")[0] == 429
    desk = sign_in("he.lin")
    desk.goto(f"/surveys/questionnaires/{questionnaire}/")
    expect(desk.locator(".rate-lead")).to_contain_text("1 of 2")
    # Nobody else is kept out by it.
    desk.goto(f"/surveys/answer/{other}/")
    expect(desk.locator(".answer-form")).to_be_visible()
