"""Kinds of job: write cases as an event log."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from cases.apps import LOG_READERS
from cases.domain.eventlog.choosing import cases_of_log
from cases.domain.eventlog.traces import People, traces_of
from cases.domain.eventlog.writing import write_csv, write_xes
from processes.models import Process
from procstd.access import may_call
from procstd.errors import DomainError
from procstd.files.domain.keeping import keep_result
from procstd.jobs.domain.running import Run
from procstd.jobs.kinds import kind


@kind("case-log", title=_("Cases as an event log"), result_template="cases/job_case_log.html")
def write_log(run: Run) -> dict[str, Any]:
    """Write what the job's owner sees now; the file belongs to the job."""
    facts, owner, now = run.facts, run.job.owner, timezone.now()
    process = Process.objects.visible_to(owner).filter(code=facts["process"]).first()
    if process is None or not may_call(owner, frozenset(LOG_READERS)):
        raise DomainError(_("This process is not there any more."))
    days = {name: date.fromisoformat(facts[name]) for name in ("opened_from", "opened_until")}
    cases = cases_of_log(process, owner, **days)
    run.advance(0, total=cases.count())
    with translation.override(facts["language"]):
        traces = traces_of(cases, People(by_name=bool(facts["by_name"])), at=now)
        if facts["format"] == "csv":
            content, written = write_csv(traces, run.advance)
        else:
            content, written = write_xes(traces, run.advance, name=str(process))
    run.advance(written.cases)
    ending = "csv" if facts["format"] == "csv" else "xes.gz"
    name = f"{process.code}-{facts['opened_from']}-{facts['opened_until']}.{ending}"
    file = keep_result(content, name=name, owner=owner, at=now, belongs_to=run.job)
    back = f"{reverse('cases:case-log')}?process={process.code}"
    return {"file": str(file.key), "cases": written.cases, "events": written.events, "back": back}
