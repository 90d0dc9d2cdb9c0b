"""A manual that is too long to be drawn is refused in time, in words, and not tried again by itself."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from processes.manuals.drawing import Read
from processes.manuals.making import definitions_without_manuals, lacks
from processes.manuals.store import make
from procstd.apart import TooMuch, apart
from procstd.documents import TooLong, to_pdf
from procstd.errors import DomainError
from tests.manuals import read_of
from tests.standards import RELEASED_AT, released

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


def _hostile(rows: int) -> Read:
    """Return a standard with so many steps, as nobody can write one by the editor."""
    found = read_of()
    first = replace(found.standard.steps[0], outcomes=())
    steps = tuple(replace(first, key=f"s{number}", number=number) for number in range(1, rows + 1))
    return Read(found.revision, replace(found.standard, steps=steps), found.facts, found.at)


def _remains() -> list[str]:
    """Return our children that have ended and that nobody waited for."""
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    states = [Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0] for child in children]
    return [state for state in states if state == "Z"]


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_five_thousand_steps_are_refused_when_their_time_is_over(
    settings: Any, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    settings.PDF_SECONDS = 2
    monkeypatch.setattr("procstd.apart._PATIENCE", 300)  # a busy machine gives us little of its time
    released()
    hostile = _hostile(5_000)

    with pytest.raises(TooLong) as refusal:
        make(hostile, "en", kind)

    assert "at most 300 pages, 2 seconds" in str(refusal.value)
    assert not _remains()
    # It is not tried again by itself; the other files are.
    assert not lacks(hostile.revision, hostile.facts, "en", kind)
    assert lacks(hostile.revision, hostile.facts, "both", kind)
    assert list(definitions_without_manuals(at=RELEASED_AT, most=5)) == [hostile.revision.definition.pk]


def test_a_document_with_too_many_pages_is_refused(settings: Any) -> None:
    settings.PDF_PAGES = 3
    page = "<html lang=en><title>x</title><p style='break-after: page'>x</p>"

    with pytest.raises(TooLong):
        to_pdf(page * 4, "")
    assert to_pdf("".join([page] * 2) + "</html>", "").startswith(b"%PDF-")


def test_memory_is_bounded_and_refusals_and_mistakes_come_back() -> None:
    def refuse() -> bytes:
        raise DomainError("No.")

    def fail() -> bytes:
        raise ZeroDivisionError("by zero")

    with pytest.raises(TooMuch) as memory:
        apart(lambda: bytes(3 * 1024**3), seconds=5)
    assert not memory.value.by_clock
    with pytest.raises(DomainError, match="No\\."):
        apart(refuse, seconds=5)
    with pytest.raises(RuntimeError, match="ZeroDivisionError: by zero"):
        apart(fail, seconds=5)
    assert apart(lambda: b"x" * 5_000_000, seconds=5) == b"x" * 5_000_000


def test_work_that_waits_is_ended_by_the_clock_and_may_be_tried_again(monkeypatch: Any) -> None:
    monkeypatch.setattr("procstd.apart._PATIENCE", 0)

    with pytest.raises(TooMuch) as refusal:
        apart(lambda: time.sleep(60) or b"", seconds=1)

    assert refusal.value.by_clock


def test_a_document_does_not_wait_for_the_one_of_another_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that another thread begins between our pipe and our fork would hold its end open."""
    fork, done = os.fork, threading.Event()

    def other() -> None:
        apart(lambda: time.sleep(3) or b"", seconds=5)
        done.set()

    thread = threading.Thread(target=other)

    def late_fork() -> int:
        if not thread.ident:
            thread.start()
            time.sleep(0.3)
        return fork()

    monkeypatch.setattr("procstd.apart.os.fork", late_fork)

    assert apart(lambda: b"x", seconds=5) == b"x"
    assert not done.is_set()
    thread.join()
