"""Kinds of job: check an Excel list of cases, and open them; count clocks anew; move running cases."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases import longjobs_log, longjobs_seals
from cases.domain.clocks.recalendaring import cases_to_recount, recount_all
from cases.domain.dryrun import KEEP, NEXT, NOW
from cases.domain.importing import ExaminedCases, columns_of, examine_cases, form_for_import, open_examined
from cases.domain.moving import choose
from cases.queries.moving import Targets, running_cases
from processes.models import Process
from procstd.bilingual import in_each_language
from procstd.errors import DomainError
from procstd.files.models import StoredFile
from procstd.jobs.domain.running import Run
from procstd.jobs.kinds import kind
from procstd.sheets import read_workbook

__all__ = ["longjobs_log", "longjobs_seals"]

#: A page shows so many errors.
ERRORS_SHOWN = 100


@kind("recalendar", title=_("Count open clocks by the new calendar"), result_template="cases/job_recalendar.html")
def recount_clocks(run: Run) -> dict[str, Any]:
    """Count every open clock by the calendar that is in force now (R14). Done twice it changes nothing."""
    run.advance(0, total=len(cases_to_recount()))
    changed = 0
    for done, so_far in recount_all(at=timezone.now()):
        changed = so_far
        run.advance(done)
    return {"changed": changed}


@kind("case-check", title=_("Check of a list of cases"), result_template="cases/job_case_check.html")
def check_cases(run: Run) -> dict[str, Any]:
    """Examine a file and tell which cases it would open. Nothing is saved."""
    process, examined = _examine(run)
    return _told(process, examined)


@kind("case-import", title=_("Import of a list of cases"), result_template="cases/job_case_import.html")
def import_cases(run: Run) -> dict[str, Any]:
    """Open the cases of a file: of all rows, or of the valid ones if that was asked for."""
    process, examined = _examine(run)
    told = _told(process, examined)
    run.advance(0, total=len(examined.new))
    told["opened"] = open_examined(
        process,
        examined,
        valid_rows_only=bool(run.facts.get("valid_rows_only")),
        by=run.job.owner,
        at=timezone.now(),
        told=run.advance,
    )
    return told


@kind("case-moves", title=_("Running cases and another version"), result_template="cases/job_case_moves.html")
def move_cases(run: Run) -> dict[str, Any]:
    """Do with running cases what was chosen: keep, move at the next step, move now (F52). Done twice it is done once.

    Each case is a transaction of its own; those that cannot move are told with their reasons, and stay as they are.
    """
    process = Process.objects.select_related("department").get(code=run.facts["process"])
    owner, at = run.job.owner, timezone.now()
    targets = Targets(process, at)
    if "keys" not in run.checkpoint:  # an attempt after a crash goes on with the same cases
        run.save_checkpoint(keys=_cases_to_move(run, process, targets))
    keys: list[int] = run.checkpoint["keys"]
    run.advance(0, total=len(keys))
    told: dict[str, Any] = {"process": process.code, NOW: 0, NEXT: 0, KEEP: 0, "refused": 0, "refusals": []}
    for done, key in enumerate(keys, 1):
        case = running_cases(process, owner).filter(pk=key).first()
        choice = run.facts["all"] or run.facts["choices"][str(key)]
        target = targets.for_department(case.department_id) if case else None
        try:
            if case is None or target is None or target.definition_id not in run.facts["seen"]:
                raise DomainError(_("The case was closed, or another version is in force meanwhile. Look again."))
            choose(case, choice, to=target.definition, reason=run.facts["reason"], by=owner, at=timezone.now())
            told[choice] += 1
        except DomainError as refusal:
            told["refused"] += 1
            if len(told["refusals"]) < ERRORS_SHOWN:
                told["refusals"].append({"case": f"C-{key:06d}", **in_each_language(refusal.message)})
        run.advance(done)
    return told


def _cases_to_move(run: Run, process: Process, targets: Targets) -> list[int]:
    """Return the cases about which something was chosen, by key."""
    if not run.facts["all"]:
        return sorted(int(key) for key in run.facts["choices"])
    release = next((row for row in targets if row.pk == run.facts["release"]), None)
    rows = targets.behind(running_cases(process, run.job.owner), release=release)
    if run.facts["all"] == KEEP:
        rows = rows.exclude(moves_to=None)
    return list(rows.values_list("pk", flat=True))


def _examine(run: Run) -> tuple[Process, ExaminedCases]:
    process = Process.objects.select_related("department").get(code=run.facts["process"])
    form = form_for_import(process, timezone.now())
    file = StoredFile.objects.visible_to(run.job.owner).get(key=run.facts["file"])
    with file.content.open("rb") as content:
        rows = read_workbook(content, columns_of(form))
    run.advance(0, total=len(rows))
    return process, examine_cases(process, form, rows, told=run.advance)


def _told(process: Process, examined: ExaminedCases) -> dict[str, Any]:
    return {
        "process": process.code,
        "new": len(examined.new),
        "known": examined.known,
        "bad_rows": examined.bad_rows,
        "error_count": len(examined.errors),
        "errors": [
            {"row": error.row, "column": error.column, "value": error.value[:80], **in_each_language(error.message)}
            for error in examined.errors[:ERRORS_SHOWN]
        ],
    }
