"""Clocks in the browser, on the real sweeps: time is moved by moving the clocks of one case into the past."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from zoneinfo import ZoneInfo

import psycopg
from playwright.sync_api import Page, expect

from procstd.notices.queries.mails import read_mails
from tests.e2e.test_cases import Journey
from tests.stack import Stack

HOUSE = ZoneInfo("Asia/Shanghai")
MOVED = ("started_at", "running_since", "due_at", "promised_at", "fire_at")
SAFETY = {"a_grade": "urgent", "a_risk": "Somebody could be hurt"}


def let_pass(stack: Stack, number: str, hours: int) -> None:
    """Let *hours* pass for the clocks of one case."""
    earlier = ", ".join(f"{column} = {column} - interval '{hours} hours'" for column in MOVED)
    with psycopg.connect(stack.environment["DATABASE_URL"], autocommit=True) as database:
        database.execute(
            f"UPDATE cases_clock SET {earlier} WHERE case_id = %s AND ended_at IS NULL",  # noqa: S608
            [int(number.removeprefix("C-"))],
        )


def make_late(stack: Stack, number: str, step: str) -> None:
    """Move the clock of the open step of a case twelve days back: past all thresholds, at any hour."""
    moved = ", ".join(f"{column} = {column} - interval '12 days'" for column in MOVED)
    with psycopg.connect(stack.environment["DATABASE_URL"], autocommit=True) as database:
        changed = database.execute(
            f"UPDATE cases_clock SET {moved} "  # noqa: S608
            "WHERE case_id = %s AND target = 'step' AND step = %s AND ended_at IS NULL",
            [int(number.removeprefix("C-")), step],
        )
    assert changed.rowcount == 1


def is_told(page: Page, words: str, *, seconds: float = 20) -> bool:
    """Tell whether the list of notices says *words* within some seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        page.goto("/notices/")
        if words in page.locator("main").inner_text():
            return True
        time.sleep(0.5)
    return False


def put_on_friday_evening(stack: Stack, number: str) -> datetime:
    """Move hold and clocks of a case: begun at 17:20 of a Friday whose weekend is over, on hold since 17:30."""
    now = datetime.now(HOUSE)
    monday = (now - timedelta(days=now.weekday(), hours=9)).date()  # the last Monday that has begun to work
    monday -= timedelta(days=monday.weekday())
    friday = datetime.combine(monday - timedelta(days=3), clock_time(17, 30), tzinfo=HOUSE)
    case = int(number.removeprefix("C-"))
    with psycopg.connect(stack.environment["DATABASE_URL"], autocommit=True) as database:
        database.execute(
            "UPDATE cases_hold SET asked_at = %s, decided_at = %s, held_from = %s, until_most = %s WHERE case_id = %s",
            [friday, friday, friday, now + timedelta(days=1), case],
        )
        database.execute(
            "UPDATE cases_clock SET started_at = %s, promised_at = %s, consumed_s = 600 "
            "WHERE case_id = %s AND ended_at IS NULL",
            [friday - timedelta(minutes=10), friday + timedelta(minutes=20), case],
        )
    return friday


def mails_to(stack: Stack, person: str) -> list[str]:
    """Return the texts of the mails that were written to a person so far."""
    mails = [mail for path in stack.mails.glob("*.log") for mail in read_mails(path)]
    return [mail.text for mail in mails if person in mail.to]


def test_an_urgent_complaint_goes_up_from_the_handler_to_the_project_lead(
    stack: Stack, sign_in: Callable[..., Page], new_page: Callable[..., Page]
) -> None:
    journey = Journey(sign_in, new_page, "desktop", "en")
    journey.file("Smoke comes out of three pumps")
    journey.work("s1")
    journey.work("s2", **SAFETY)
    page = journey.overview()
    expect(page.locator("main")).to_contain_text("First response")

    let_pass(stack, journey.number, 3)  # the first response of an urgent complaint: two hours around the clock

    overdue = f"Overdue: {journey.number}, First response"
    assert is_told(journey.window("chen.jing"), overdue)
    assert is_told(journey.window("zhao.min"), overdue)
    escalated = f"Escalated: {journey.number}, First response"
    assert not is_told(journey.window("sun.yue"), escalated, seconds=2)
    let_pass(stack, journey.number, 9)
    assert is_told(journey.window("sun.yue"), escalated)
    journey.work("s3")
    let_pass(stack, journey.number, 25)  # the solution: 24 hours around the clock
    assert is_told(journey.window("wang.lei"), f"Overdue: {journey.number}, 4 ")
    assert is_told(journey.window("ma.jun"), f"Overdue: {journey.number}, 4 ")
    history = journey.overview().locator(".events")
    expect(history).to_contain_text("Overdue · First response")
    expect(history).to_contain_text("Escalated · First response")


#: Who is told of a late step, each of the highest threshold alone: handler, supervisor, head of the department.
TOLD_OF_STEP = {
    "s2": {"zhao.min": "Escalated"},
    "s3": {"chen.jing": "Overdue", "zhao.min": "Escalated"},
    "s4": {"wang.lei": "Overdue", "ma.jun": "Escalated"},
    "s5": {"ma.jun": "Escalated"},
    "s6": {"chen.jing": "Overdue", "zhao.min": "Escalated"},
    "s7": {"xu.hai": "Overdue"},
    "s8": {"chen.jing": "Overdue", "zhao.min": "Escalated"},
}


def test_an_urgent_complaint_late_at_each_step_reaches_each_recipient(
    stack: Stack, sign_in: Callable[..., Page], new_page: Callable[..., Page]
) -> None:
    journey = Journey(sign_in, new_page, "desktop", "en")
    journey.file("Sparks fly out of the pump")
    journey.work("s1")
    for key, people in TOLD_OF_STEP.items():
        make_late(stack, journey.number, key)
        for person, kind in {**people, "sun.yue": "Escalated"}.items():
            words = f"{kind}: {journey.number}, {key.removeprefix('s')} "
            assert is_told(journey.window(person), words), (person, words)
        journey.work(key, **(SAFETY if key == "s2" else {}))
    expect(journey.overview().locator("main")).to_contain_text("Closed")


def test_incomplete_information_goes_to_the_supervisor_after_two_hours(
    stack: Stack, sign_in: Callable[..., Page], new_page: Callable[..., Page]
) -> None:
    journey = Journey(sign_in, new_page, "desktop", "en")
    journey.file("It is broken")
    journey.work("s1")
    journey.work("s2", "incomplete", "Which model, since when?", a_grade="normal")
    expect(journey.overview().locator("main")).to_contain_text("Exception")

    let_pass(stack, journey.number, 1)
    assert not is_told(journey.window("zhao.min"), f"Overdue: {journey.number}, Exception", seconds=4)
    let_pass(stack, journey.number, 2)

    assert is_told(journey.window("zhao.min"), f"Overdue: {journey.number}, Exception")


def test_hold_go_on_more_time_and_another_grade_on_the_pages(
    sign_in: Callable[..., Page], new_page: Callable[..., Page]
) -> None:
    journey = Journey(sign_in, new_page, "phone", "en")
    journey.file("It hums")
    journey.work("s1")
    journey.work("s2")
    page = journey.task("chen.jing")
    page.locator("a[href$='/hold/']").click()
    page.locator("[name=reason]").fill("The customer is away")
    page.locator("[name=days]").fill("2")
    page.locator("main form button[type=submit]").click()
    assert is_told(journey.window("zhao.min"), f"asks for a hold of {journey.number}")

    head = journey.window("zhao.min")
    head.goto("/cases/")
    head.locator("a[href*='/holds/']", has_text=journey.number).or_(head.locator("a[href*='/holds/']")).last.click()
    head.locator("[name=is_allowed][value=yes], [name=is_allowed][value=True]").first.check()
    head.locator("main form button[type=submit]").click()
    held = journey.overview()
    expect(held.locator("main")).to_contain_text("On hold since")
    held.locator("form[action$='/resume/'] button").click()
    expect(held.locator("main")).not_to_contain_text("On hold since")

    page = journey.overview()
    page.locator("a[href$='/grade/']").first.click()
    page.locator("[name=grade][value='grading.grade=urgent']").check()
    page.locator("[name=reason]").fill("Two more customers call")
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url(re.compile(rf"/cases/{journey.number}/$"))
    expect(page.locator(".events")).to_contain_text("Graded anew")
    assert is_told(journey.window("chen.jing"), f"{journey.number}: your request is granted")


def test_a_hold_over_the_weekend_breaches_nothing_and_the_new_due_time_is_explained(
    stack: Stack, sign_in: Callable[..., Page], new_page: Callable[..., Page]
) -> None:
    journey = Journey(sign_in, new_page, "phone", "en")
    journey.file("The seal was sent to the laboratory")
    journey.work("s1")
    journey.work("s2")
    page = journey.task("chen.jing")
    page.locator("a[href$='/hold/']").click()
    page.locator("[name=reason]").fill("The laboratory answers on Monday")
    page.locator("[name=days]").fill("5")
    page.locator("main form button[type=submit]").click()
    head = journey.window("zhao.min")
    head.goto("/cases/")
    head.locator("a[href*='/holds/']", has_text=journey.number).or_(head.locator("a[href*='/holds/']")).last.click()
    head.locator("[name=is_allowed]").first.check()
    head.locator("main form button[type=submit]").click()
    expect(journey.overview().locator("main")).to_contain_text("On hold since")
    friday = put_on_friday_evening(stack, journey.number)

    time.sleep(3)  # three rounds of the sweep
    held = journey.overview()
    expect(held.locator(".events")).not_to_contain_text("Overdue")
    held.locator("form[action$='/resume/'] button").click()
    expect(held.locator("main")).not_to_contain_text("On hold since")

    limit = held.locator(".clock-row", has_text="3 Assign the work order")
    due = limit.locator(".clock-due time").get_attribute("datetime") or ""
    assert datetime.fromisoformat(due) > datetime.now(UTC) + timedelta(minutes=19)  # of 30 minutes 10 were used
    expect(limit).to_contain_text("20 min of working time left")
    limit.get_by_role("link", name="Why this due time?").click()
    explained = held.locator("main")
    expect(explained.locator(f"time[datetime='{due}']")).to_have_count(1)
    expect(explained.locator(".account-table")).to_contain_text(f"{friday.astimezone(HOUSE):%H:%M} – ")
    expect(explained.locator(".account-table")).to_contain_text("The laboratory answers on Monday")
    expect(explained).to_contain_text("No working day")
    expect(explained).to_contain_text("The case went on after a hold")
    time.sleep(2)
    expect(journey.overview().locator(".events")).not_to_contain_text("Overdue")


def test_more_time_is_asked_for_before_the_limit_and_the_first_due_time_stays_in_sight(
    sign_in: Callable[..., Page], new_page: Callable[..., Page]
) -> None:
    journey = Journey(sign_in, new_page, "desktop", "en")
    journey.file("The drawing is missing")
    journey.work("s1")
    journey.work("s2")
    page = journey.task("chen.jing")
    limit = page.locator(".clock-row", has_text="3 Assign the work order")
    first = limit.locator(".clock-due time").get_attribute("datetime") or ""
    limit.get_by_role("link", name="Ask for more time").click()
    page.locator("[name=amount]").fill("60")
    page.locator("[name=unit]").select_option("working_minutes")
    page.locator("[name=reason]").fill("Two workshops could do it")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("asks for more time")

    head = journey.window("zhao.min")
    head.goto("/cases/")
    head.locator("a[href*='/more-time/']").last.click()
    expect(head.locator("main")).to_contain_text("Two workshops could do it")
    head.locator("[name=is_allowed]").first.check()
    head.locator("main form button[type=submit]").click()

    limit = journey.overview().locator(".clock-row", has_text="3 Assign the work order")
    due = limit.locator(".clock-due time").get_attribute("datetime") or ""
    assert datetime.fromisoformat(due) >= datetime.fromisoformat(first) + timedelta(hours=1)
    expect(limit).to_contain_text("first due")
    expect(limit.locator(f"time[datetime='{first}']")).to_have_count(1)
    limit.get_by_role("link", name="Why this due time?").click()
    expect(journey.window("zhao.min").locator("main")).to_contain_text("more, asked for by Chen Jing")
    expect(journey.window("zhao.min").locator(".facts")).to_contain_text("First due")
    assert is_told(journey.window("chen.jing"), f"{journey.number}: your request is granted")


def test_a_daily_digest_is_one_mail_with_the_notes_of_the_day(
    stack: Stack, sign_in: Callable[..., Page], new_page: Callable[..., Page]
) -> None:
    journey = Journey(sign_in, new_page, "desktop", "en")
    reader = journey.window("chen.jing")
    reader.goto("/notices/preferences/")
    reader.locator("[name='rule-clock.breached']").select_option("digest")
    reader.locator("main form button[type=submit]").last.click()
    journey.file("Smoke and a smell of rubber")
    journey.work("s1")
    journey.work("s2", **SAFETY)

    let_pass(stack, journey.number, 72)  # past the first response and past the step

    notes = [f"Overdue: {journey.number}, First response", f"Overdue: {journey.number}, 3 Assign the work order"]
    assert all(is_told(reader, note) for note in notes)
    about = [text for text in mails_to(stack, "chen.jing") if journey.number in text and "Overdue" in text]
    assert about == []  # nothing is mailed before the hour of the digest
    with psycopg.connect(stack.environment["DATABASE_URL"], autocommit=True) as database:
        database.execute("UPDATE notices_delivery SET next_at = now() WHERE channel = 'digest' AND state = 'waiting'")
    until = time.monotonic() + 20
    while not about and time.monotonic() < until:
        time.sleep(0.5)
        about = [text for text in mails_to(stack, "chen.jing") if journey.number in text and "Overdue" in text]
    assert len(about) == 1
    assert [note for note in notes if note not in about[0]] == []
    assert "This is your daily digest" in about[0]
