"""Files of manuals for tests, made as the worker makes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.test import Client

from processes.manuals.blocks import Manual, Said, Section, Terms
from processes.manuals.drawing import Read, read
from processes.models import Revision
from procstd.jobs.models import Job
from procstd.jobs.sweeps import run_job
from tests.standards import RELEASED_AT


def file_of(client: Client, code: str, number: str = "1.0", *, kind: str = "pdf", language: str = "en") -> Any:
    """Have a file made by the button, then return the answer that brings it."""
    address = f"/processes/{code}/{number}/"
    answer = client.post(f"{address}manual/make/", {"kind": kind, "language": language})
    assert answer.status_code == 302, answer.status_code
    run_job(int(answer.headers["Location"].rstrip("/").rpartition("/")[2]))
    job = Job.objects.latest("pk")
    assert job.state == "done", job.error_en
    return client.get(f"{address}manual.{kind}?language={language}")


def content_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def read_of(revision: Revision | None = None, *, at: datetime = RELEASED_AT) -> Read:
    rows = Revision.objects.select_related("process__department", "process__owner", "definition")
    return read(rows.get(pk=revision.pk) if revision else rows.get(), at=at)


def every_said(manual: Manual) -> Iterator[Said]:
    """Yield everything that a manual says, but pictures."""

    def of(section: Section) -> Iterator[Said]:
        yield section.title.said
        for block in section.blocks:
            if isinstance(block, Terms):
                for _key, term, meaning in block.rows:
                    yield from (term.said, meaning.said)
            elif block.kind == "lines":
                yield from (line.said for line in block.lines)  # type: ignore[union-attr]
            elif block.kind == "facts":
                yield from _facts(block)
            elif block.kind == "table":
                yield from (head.said for head in block.heads)  # type: ignore[union-attr]
                yield from (line.said for row in block.rows for cell in row for line in cell)  # type: ignore[union-attr]
            elif block.kind == "sample":
                for field in block.fields:  # type: ignore[union-attr]
                    yield field.label.said
                    yield from (line.said for line in (*field.told, *field.options))
        for below in section.sections:
            yield from of(below)

    yield manual.title.said
    yield from _facts(manual.cover)
    for section in (*manual.front, *manual.sections):
        yield from of(section)


def _facts(block: Any) -> Iterator[Said]:
    for label, lines in block.rows:
        yield label.said
        yield from (line.said for line in lines)
