"""What evaluations, traces and annual reports read of audits and pilots (F81, F82)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from audits.models import Audit, Conclusion, Finding
from improvements.domain.bringing_in import bring_in
from improvements.domain.evaluating import gather_evidence
from improvements.domain.planning import plan_special
from improvements.domain.watching import watch
from improvements.models import Trigger
from improvements.queries.annual import year_of
from improvements.queries.evidence_audits import addresses_of, recurring
from improvements.queries.trace import traced
from improvements.reports.annual import ANNUAL, AnnualYear
from processes.models import Origin
from tests.audits.desk import IN_APRIL, concluded, month_of_cases
from tests.audits.domain.test_findings import raised
from tests.improvements.desk import lead, specialist

pytestmark = pytest.mark.django_db
APRIL, LATER = date(2026, 4, 1), datetime.fromisoformat("2026-12-30T00:00:00+00:00")


def test_the_evidence_of_an_evaluation_has_the_findings_of_its_period() -> None:
    finding = raised()
    evaluation = plan_special(
        finding.process, occasion="product", occasion_on=None, why_zh="新", why_en="New", by=lead(),
        at=IN_APRIL + timedelta(days=30),
    )  # fmt: skip

    data = gather_evidence(evaluation, by=lead(), at=IN_APRIL + timedelta(days=30)).data

    (row,) = data["findings"]
    assert (row["number"], row["text"], row["step"], row["recurs"], row["is_closed"]) == (
        finding.number, "Grading takes too long", "s2", "", False,
    )  # fmt: skip


def test_a_finding_that_comes_back_asks_for_an_evaluation() -> None:
    first = raised()
    Finding.objects.filter(pk=first.pk).update(raised_at=IN_APRIL - timedelta(days=40), recurs=None)
    second = Finding.objects.get(pk=first.pk)
    second.pk, second.serial, second.kind, second.recurs, second.raised_at = None, 2, "skipped", first, IN_APRIL
    second.save()

    monday = datetime(2026, 4, 6, 1, tzinfo=IN_APRIL.tzinfo)
    planned = watch(at=monday)

    assert recurring(first.process, IN_APRIL, monday) == "NC-2026-0002"
    assert [(row.trigger, row.why_en) for row in planned] == [
        (Trigger.RECURRENCE, "The finding NC-2026-0002 is one that was there before.")
    ]


def test_a_finding_in_the_trace_leads_to_where_it_is_read() -> None:
    finding = raised()
    bring_in(
        finding.process, code=finding.number, origin=Origin.AUDIT, text=finding.text, effect="Fewer", text_zh="改",
        text_en="Change", major=False, by=specialist(), at=IN_APRIL, reason="Finding",
    )  # fmt: skip

    (version,) = traced(finding.process, specialist(), weeks=8, at=IN_APRIL)

    assert version.lines[0].source.url == finding.get_absolute_url()
    assert addresses_of({"NC-2026-9999", "NC-odd", "P-0001-I1", "S-0001"}) == {}


def test_the_annual_report_has_the_compliance_that_the_audits_found() -> None:
    process, _team, _cases = month_of_cases(6)
    audit = concluded(process, percent=100)

    (row,) = year_of(2026, at=LATER).audited
    manual, _standard = ANNUAL.write(AnnualYear(2026), choice="en", at=LATER)

    whole = Conclusion.objects.get().facts["whole"]
    assert (row["number"], row["n"], row["hits"]) == (audit.number, 6, whole["hits"])
    assert row["lower"] == whole["low"]
    assert audit.number in str(manual.sections)
    assert Audit.objects.count() == 1
