"""The demo's story is true: every part of it was made by an act, at its time, and says what H2.4.4 says."""

from __future__ import annotations

from datetime import UTC, datetime
from statistics import fmean

import pytest
from django.utils import translation

from audits.domain.verifying import verify_audit
from audits.models import Audit, Finding
from audits.reports.audit import AUDIT_REPORT
from audits.reports.scores import SCORE_SHEET
from cases.domain.chain import broken_chains
from cases.models import Case, Event
from cases.queries.facts import facts_of
from cases.queries.indicators import Share, measure
from improvements.demo import load
from improvements.demo.stage import CODE, PROJECT
from improvements.models import Effect, Evaluation, Suggestion
from improvements.reports.annual import ANNUAL
from improvements.reports.evaluation import EVALUATION
from pilots.models import Pilot, Way
from pilots.reports.feedback import FEEDBACK
from processes import demo as processes_demo
from processes.models import Process
from procstd.calendars import demo as calendars_demo
from procstd.notices.models import Delivery, Notice
from procstd.organisation import demo as organisation_demo
from procstd.organisation.models import User
from projects.models import Project
from projects.reports.plan import PLAN
from rollouts.models import Attendance, Wave, WaveState
from rollouts.queries.coverage import coverage_of
from rollouts.reports.deck import DECK
from rollouts.reports.material import MATERIAL
from surveys.reports.drawing import REPORT as SURVEYED
from tests.manuals import every_said

pytestmark = pytest.mark.django_db
#: Whenever it is loaded after the autumn of 2026 it is the same story.
NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
DAY_HOURS = 8


def test_the_demo_tells_a_project_from_its_plan_to_the_effect_of_its_second_version() -> None:
    organisation_demo.load()
    calendars_demo.load()
    processes_demo.load()

    made = load(NOW)

    process = Process.objects.get(code=CODE)
    cases = Case.objects.filter(process=process)
    assert made == cases.count()
    assert load(NOW) == 0
    assert not Event.objects.filter(case__in=cases, at__gt=NOW).exists()
    assert list(broken_chains(cases)) == []
    project = Project.objects.get(code=PROJECT)
    assert sorted(project.closings.values_list("phase", flat=True)) == [1, 2, 3, 4, 5]

    # What was changed by hand carries the days of the story too.
    drafted = process.revisions.order_by("pk")[0].history.order_by("history_id").first()
    assert (drafted.history_date.month, drafted.history_date.day) == (2, 9)
    assert max(project.history.values_list("history_date", flat=True)) < NOW
    for evaluation in Evaluation.objects.filter(process=process).exclude(decided_at=None):
        assert evaluation.history.latest("history_id").history_date == evaluation.decided_at
    for attendance in Attendance.objects.all():
        assert attendance.history.earliest("history_id").history_date == attendance.invited_at

    # Phase 4: from 4 days and 75 % to 2.5 days and 90 %.
    pilot = Pilot.objects.get(process=process)
    assert [row.way for row in pilot.decisions.all()] == [Way.GO]
    tried = list(facts_of(cases.filter(created__gte=pilot.begun_at, created__lt=pilot.ended_at), at=NOW))
    assert 10 <= len(tried) <= 15
    assert fmean(row.cycle_s for row in tried) / 3600 / DAY_HOURS == pytest.approx(2.5, abs=0.15)
    satisfied = measure("satisfaction", tried)
    assert isinstance(satisfied, Share)
    assert satisfied.rate == pytest.approx(0.9, abs=0.02)
    assert pilot.issues.exclude(proposal_en="").count() == 2

    # Phase 5: three waves, everybody confirmed; two audits whose draw can be drawn again.
    assert list(Wave.objects.values_list("state", flat=True)) == [WaveState.RELEASED] * 3
    first = process.revisions.get(major=1, minor=0).definition
    rows = coverage_of(first, None, NOW)
    assert all(row.confirmed == row.concerned for row in rows)
    audits = list(Audit.objects.filter(process=process))
    assert [audit.month_from.month for audit in sorted(audits, key=lambda row: row.month_from)] == [5, 6]
    assert all(verify_audit(audit).is_sound for audit in audits)
    assert Finding.objects.filter(audit__in=audits).exists()
    assert Finding.objects.exclude(recurs=None).exists()

    # Phase 6: six suggestions, two of them V1.1, which is measured.
    suggestions = Suggestion.objects.filter(process=process)
    assert suggestions.count() == 6
    assert suggestions.filter(effective_version="V1.1").count() == 2
    assert suggestions.filter(proposer=None).count() == 1
    effect = Effect.objects.get(definition__revision__process=process)
    assert '"code":"cycle"' in effect.content
    assert Evaluation.objects.filter(process=process, outcome="keep").count() == 2

    # Nobody is told of March today.
    assert not Delivery.objects.filter(notice__url__contains="/pilots/").exists()
    assert not Notice.objects.filter(url__contains="/pilots/", read_at=None).exists()
    _reports_say_the_same_whatever_language_their_maker_reads(process)


def _reports_say_the_same_whatever_language_their_maker_reads(process: Process) -> None:
    admin = User.objects.get(username="fang.ning")
    newest = process.revisions.exclude(definition=None).latest("pk").definition
    wanted = [
        (FEEDBACK, "P-0001"), (MATERIAL, str(newest.pk)), (DECK, f"{newest.pk}:quality-engineer"),
        (AUDIT_REPORT, f"A-2026-06-{CODE}"), (SCORE_SHEET, "service:2026"), (EVALUATION, "E-0002"), (ANNUAL, "2026"),
        (SURVEYED, "S-0001"), (PLAN, PROJECT),
    ]  # fmt: skip
    for report, key in wanted:
        for choice in ("en", "zh-hans", "both"):
            told = []
            for language in ("en", "zh-hans"):
                with translation.override(language):
                    written = report.write(report.find(admin, key), choice=choice, at=NOW)[0]
                    told.append([said.parts for said in every_said(written)])
            assert told[0] == told[1], report.code
