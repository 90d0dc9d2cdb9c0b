"""The bench measures what it says, as one JSON object for each subject, and the statements stay within their bounds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SUBJECTS = ["cases", "pages", "pdf", "compile", "wall", "clocks", "projects", "authoring", "audit"]
KEYS = ["what", "n", "queries", "ms_p50", "ms_p95", "cpu_ms", "peak_mb"]


@pytest.mark.pure
def test_every_subject_prints_one_json_object_and_asks_no_more_than_it_may() -> None:
    environment = {**os.environ, "DATABASE_URL": "", "REDIS_URL": ""}
    command = [sys.executable, "manage.py", "bench", *SUBJECTS, "--json", "--n", "3"]

    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    read = [json.loads(line) for line in done.stdout.splitlines()]

    assert [(subject["name"], subject["database"]) for subject in read] == [(name, "sqlite") for name in SUBJECTS]
    rows = [row for subject in read for row in subject["rows"]]
    assert all(list(row) == KEYS for row in rows)
    queries = {row["what"]: row["queries"] for row in rows}
    assert set(queries) == {
        "case.domain", "case.http", "viewflow.domain", "viewflow.http", "page.inbox", "page.cases", "page.case",
        "page.status", "page.wall", "page.wall of a post", "manual.pdf", "definition.compile",
        "sweep.idle", "sweep.due", "sweep.due, each", "recalendar", "worktime.add",
        "page.portfolio", "page.project", "page.results", "picture.as-is", "report.pdf, demo", "report.pdf",
        "report.docx", "plan.pdf",
        "checker.zh-hans", "checker.en", "editor.open", "editor.save", "editor.save of 30 cells", "editor.presence",
        "chart.live", "redline.zh-hans", "redline.en", "redline.pictures", "manual.content",
        "manual.pdf.12 pages.zh-hans", "manual.docx.12 pages.zh-hans", "search", "search.http", "centre.http",
        "evaluation", "conformance", "sample.draw", "scores",
    }  # fmt: skip
    assert queries["sweep.idle"] == 1
    # 85 without clocks, and no more than 12 for them.
    assert queries["case.domain"] <= 85 + 12
    assert queries["case.http"] <= 9 * 2 * 12
    assert max(queries["page.inbox"], queries["page.cases"]) <= 15
    assert max(queries["page.wall"], queries["page.wall of a post"]) <= 12
    assert max(queries["page.case"], queries["page.status"]) <= 20
    assert max(queries["page.portfolio"], queries["page.project"]) <= 45
    assert queries["page.results"] <= 12
    assert queries["picture.as-is"] == 0
    assert max(queries["checker.zh-hans"], queries["checker.en"]) <= 7
    assert queries["editor.open"] <= 30
    assert max(queries["editor.save"], queries["editor.save of 30 cells"]) <= 18
    assert queries["search"] <= 8
    assert max(queries["search.http"], queries["centre.http"]) <= 12
    # However many cases there are, up to a chunk; each statement of a draw stores a hundred.
    assert queries["evaluation"] <= 55
    assert queries["conformance"] <= 14
    assert queries["sample.draw"] <= 40
    assert queries["scores"] <= 110
