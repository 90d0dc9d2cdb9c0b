"""Two versions compared: which ones, what changes for my posts, where it comes from; at the desk and on the phone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.looks import looks_right
from tests.e2e.releasing import sign_and_release
from tests.stack import Stack

REDLINE = "/processes/complaint/redline/"


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """A company of its own: others release the demo's next version, or throw it away."""
    redis = os.environ["REDIS_URL"].rsplit("/", 1)[0]
    running = Stack("procstd_redline", REDIS_URL=f"{redis}/15")
    try:
        yield running.start()
    finally:
        running.stop()


@pytest.mark.parametrize(("device", "language"), [("desktop", "en"), ("phone", "zh")])
def test_a_writer_compares_a_draft_and_says_where_its_changes_come_from(
    sign_in: Callable[..., Page], device: str, language: str
) -> None:
    writer = sign_in("he.lin", device, language=language)
    writer.goto("/processes/complaint/")
    writer.locator(f"a[href='{REDLINE}']").click()
    expect(writer.locator("h1, h2.page-title").first).to_contain_text("V1.0 → V1.1")
    moved = writer.locator(".redline-kind--moved")
    expect(moved).to_have_count(1)
    expect(writer.locator("ins", has_text="Link model" if language == "en" else "批次").first).to_be_visible()
    expect(writer.locator(".flow-mark--moved")).to_have_count(2)
    expect(writer.locator(".redline-origin", has_text="S-2026-011").first).to_be_visible()
    looks_right(writer)

    writer.goto("/processes/complaint/1.1/changes/")
    looks_right(writer)
    if device == "desktop":
        writer.locator(".redline-open a").first.click()
        expect(writer.locator("[name=anchors]:checked")).to_have_value("step:s8/example")
        writer.locator("[name=origin][value=law]").check()
        writer.locator("[name=effect]").fill("Figures that can be compared")
        looks_right(writer)
        writer.locator("main form button[type=submit]").last.click()
    expect(writer.locator(".redline-open")).to_have_count(0)

    writer.goto("/processes/complaint/trace/")
    looks_right(writer)
    writer.goto("/processes/complaint/trace/s4/")
    looks_right(writer)


@pytest.mark.parametrize("scripted", [True, False])
def test_once_it_is_released_an_engineer_reads_what_changes_for_the_post(
    sign_in: Callable[..., Page], *, scripted: bool
) -> None:
    if scripted:
        lead = sign_in("li.guoqiang")
        sign_and_release(lead, "/processes/complaint/1.1/")
    reader = sign_in("wang.lei", java_script_enabled=scripted)
    reader.goto("/processes/complaint/1.0/manual/")
    band = reader.locator(".validity-band")
    expect(band).to_contain_text("Obsolete since")
    if scripted:
        looks_right(reader)
    band.locator("a", has_text="What differs").click()
    lines = reader.locator(".redline-line")
    expect(lines.first).to_be_visible()
    everything = lines.count()

    reader.locator("[name=mine]").check()
    reader.locator(".redline-choice button").click()

    expect(reader).to_have_url(f"{reader.url.split('/processes')[0]}{REDLINE}?from=1.0&to=1.1&mine=1")
    expect(reader.locator("[name=mine]")).to_be_checked()
    assert 0 < lines.count() < everything
    if scripted:
        looks_right(reader)
    with reader.expect_download() as download:
        reader.locator("a[href*='redline.pdf']").click()
    assert download.value.suggested_filename == "complaint-V1.0-V1.1-en.pdf"
