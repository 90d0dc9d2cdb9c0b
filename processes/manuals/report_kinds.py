"""Kinds of report: each a content of one row, read on its page and made as PDF and Word by one job (F33, H2.0).

A room registers its reports in its module ``longjobs`` and serves each by two views of
:mod:`processes.views.reports`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from processes.manuals.blocks import Line, Manual
from processes.manuals.reports import draw_report
from processes.models.release import DefinitionBroken
from procstd.errors import DomainError
from procstd.files.domain.keeping import keep_result
from procstd.jobs.domain.running import Run
from procstd.jobs.kinds import kind


def _first_of_the_cover(manual: Manual) -> Line:
    return manual.cover.rows[0][1][0]


@dataclass(frozen=True)
class ReportKind:
    """A report of a row. *code* names the job that draws it; nobody gets a file of what they do not see."""

    code: str
    title: Any
    #: The row of a key, as somebody sees it; None if they do not.
    find: Callable[[Any, str], Any]
    #: What it says of a row in the languages of ``choice``, as it is ``at`` a moment; ``standard``: of its pictures.
    write: Callable[..., tuple[Manual, Any]]
    #: The key of a row.
    key: Callable[[Any], str]
    #: Where it is read on the screen.
    address: Callable[[Any], str]
    #: How its files are named, without language and ending.
    stem: Callable[[Any], str]
    #: Who is named as its author in the file's properties: the first line of the cover, unless it says otherwise.
    author: Callable[[Manual], Line] = _first_of_the_cover

    def file(self, row: Any, format: str, choice: str, *, at: datetime) -> bytes:
        """Return the report as a file. Raises NotDrawable where PDFs cannot be drawn."""
        manual, standard = self.write(row, choice=choice, at=at)
        return draw_report(manual, format, author=self.author(manual), standard=standard)


def register(report: ReportKind) -> ReportKind:
    """Let the worker make the report's files."""
    kind(report.code, title=report.title, result_template="processes/job_report.html")(partial(make_file, report))
    return report


def make_file(report: ReportKind, run: Run) -> dict[str, Any]:
    """Draw the report as the job's owner may read it now; the file belongs to the job.

    Refuses one that says something of a standard whose text was altered.
    """
    now = timezone.now()
    try:
        row = report.find(run.job.owner, run.facts["key"])
        if row is None:
            raise DomainError(_("What the report is about is not there any more."))
        run.advance(0, total=2)
        content = report.file(row, run.facts["format"], run.facts["choice"], at=now)
    except DefinitionBroken:
        raise DomainError(_("The stored text of this standard is not the one that was released.")) from None
    run.advance(1)
    name = f"{report.stem(row)}-{run.facts['choice']}.{run.facts['format']}"
    file = keep_result(content, name=name, owner=run.job.owner, at=now, belongs_to=run.job)
    run.advance(2)
    return {"file": str(file.key), "back": report.address(row)}
