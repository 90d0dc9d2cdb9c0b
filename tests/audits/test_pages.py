"""Pages of audits: they answer, in both languages, to whom they are for; the same statements for one row and thirty."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from audits.domain.appealing import appeal
from audits.domain.checking import note_deviation
from audits.domain.drawing import draw_sample, replace_item
from audits.domain.examining import examine_sample
from audits.domain.findings import add_why, raise_finding
from audits.domain.freezing import freeze_population
from audits.domain.measures import decide_measure, finish_measure
from audits.domain.opening import open_audit
from audits.models import Audit, Deviation, Finding, Item, ScoreEntry
from audits.queries.months import month_at, month_before
from audits.queries.population import parts_of
from cases.bench_rows import COPIED, copy_cases, settle
from cases.models import Case
from procstd import history
from procstd.jobs.domain.running import claim, run_claimed
from procstd.jobs.models import Job, State
from procstd.notices.models import Notice
from procstd.roles import Role
from tests.audits.desk import IN_APRIL, auditor, checked, concluded, drawn, month_of_cases, opened_audit, person
from tests.standards import released

pytestmark = pytest.mark.django_db


def work(job: Job) -> Job:
    """Do a job at once."""
    taken = claim(job.pk, at=timezone.now())
    assert taken is not None
    run_claimed(taken)
    return Job.objects.get(pk=job.pk)


def head(department: str = "service") -> Any:
    return person(f"head-{department}", Role.DEPARTMENT_HEAD, department)


def found_at(audit: Audit) -> Finding:
    item = audit.items.order_by("position").first()
    note_deviation(item, kind="other", step="s2", text="No label", by=auditor(), at=IN_APRIL)
    return raise_finding(
        audit, department=item.department_id, kind="other", step="s2", text="Labels are missing", by=auditor(),
        at=IN_APRIL,
    )  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_answers_at_every_stage(signed_in: Any, language: str) -> None:
    process, _team, _cases = month_of_cases(3)
    client: Client = signed_in(auditor())
    client.cookies["django_language"] = language
    first = ("/audits/", "/audits/findings/", "/audits/scores/", "/audits/add/")
    empty = [client.get(path).status_code for path in first]
    opened = opened_audit(process)
    fresh = client.get(opened.get_absolute_url()).status_code
    audit = Audit.objects.get(pk=opened.pk)
    freeze_population(audit, by=auditor(), at=IN_APRIL)
    frozen = client.get(opened.get_absolute_url()).status_code
    draw_sample(audit, auditors=[auditor()], by=auditor(), at=IN_APRIL)
    examine_sample(audit, at=IN_APRIL)
    finding = found_at(audit)
    base, number = audit.get_absolute_url(), finding.number
    pages = [
        base, f"{base}?show=mine", f"{base}?show=open", f"{base}draw/", f"{base}extend/", f"{base}conclude/",
        f"{base}population.csv", f"{base}draw.py", f"{base}excel/", f"{base}report/", f"{base}report/?language=both",
        f"{base}raise/?department=service&kind=other&step=s2", f"{base}sample/1/", f"{base}sample/1/add/",
        f"{base}sample/1/evidence/", f"{base}sample/1/auditor/", f"{base}sample/1/replace/", "/audits/",
        "/audits/findings/", "/audits/findings/?show=all", *(f"/audits/findings/{number}/{tail}" for tail in (
            "", "answer/", "why/", "actions/add/", "close/")),
    ]  # fmt: skip
    answers = {page: client.get(page).status_code for page in pages}

    assert {*empty, fresh, frozen} == {200}
    assert {page: code for page, code in answers.items() if code != 200} == {}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_of_scores_answer(signed_in: Any, language: str) -> None:
    process, _team, _cases = month_of_cases(2)
    audit = concluded(process, percent=100)
    entry = ScoreEntry.objects.get()
    made = appeal(entry, text="Why?", by=head(), at=IN_APRIL)
    year = entry.at.year
    pages = [
        audit.get_absolute_url(), f"{audit.get_absolute_url()}report/?language=both", f"/audits/scores/?year={year}",
        f"/audits/scores/of/service/?year={year}", f"/audits/scores/of/service/excel/?year={year}",
        f"/audits/scores/of/service/document/?year={year}&language=both", f"/audits/scores/appeals/{made.pk}/",
    ]  # fmt: skip
    client: Client = signed_in(auditor("second"))
    client.cookies["django_language"] = language

    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)


def test_an_audit_goes_from_the_form_to_the_drawn_sample_by_its_pages(signed_in: Any) -> None:
    last = month_before(month_at(timezone.now()))
    process, _team, cases = month_of_cases(12)
    Case.objects.update(finished=last.begin + timedelta(days=3))
    client: Client = signed_in(auditor())

    refused = client.post("/audits/add/", {"process": process.pk, "month": "2999-01", "percent": 10, "floor": 5,
                                           "rounding": "up", "minimum": 1})  # fmt: skip
    answer = client.post("/audits/add/", {"process": process.pk, "month": last.name, "percent": 10, "floor": 5,
                                          "rounding": "up", "minimum": 1})  # fmt: skip
    audit = Audit.objects.get()
    client.post(f"{answer['Location']}freeze/")
    freezing = work(Job.objects.latest("pk"))
    client.post(f"{answer['Location']}draw/", {"auditors": [auditor().pk]})
    drawing = work(Job.objects.latest("pk"))
    client.post(f"{answer['Location']}verify/")
    verified = work(Job.objects.latest("pk"))

    assert "not over yet" in refused.content.decode()
    assert audit.number == f"A-{last.name}-complaint"
    assert (freezing.state, drawing.state, verified.state) == (State.DONE, State.DONE, State.DONE)
    assert (freezing.result["count"], drawing.result["size"]) == (len(cases), 5)
    assert verified.result["is_sound"] is True
    assert audit.items.count() == 5
    for job in (freezing, drawing, verified):
        assert client.get(job.get_absolute_url()).status_code == 200


def test_a_check_goes_from_the_flag_to_its_end_by_its_pages(signed_in: Any) -> None:
    process, _team, (case,) = month_of_cases(1)
    case.clocks.filter(step="s2", target="step").update(breached_at=IN_APRIL)
    audit = drawn(process)
    flag = Deviation.objects.get()
    client: Client = signed_in(auditor())
    base = f"{audit.get_absolute_url()}sample/1/"

    early = client.post(f"{base}finish/")
    shown = client.get(base).content.decode()
    client.post(f"{base}flags/{flag.pk}/", {"is_confirmed": "no", "reason": "The calendar was wrong"})
    client.post(f"{base}add/", {"kind": "other", "step": "s2", "text": "=HYPERLINK(1)"})
    client.post(f"{base}evidence/", {"file": SimpleUploadedFile("note.txt", b"Seen on the shelf")})
    done = client.post(f"{base}finish/", {"note": "Twice looked at"})

    assert "1 flags wait for your word" in early.content.decode()
    assert "Limit exceeded (Step)" in shown
    assert done.status_code == 302
    assert Item.objects.get().check_done.complies is False
    assert "note.txt" in client.get(base).content.decode()


def test_cells_of_the_workbook_compute_nothing(signed_in: Any) -> None:
    process, _team, _cases = month_of_cases(1)
    audit = drawn(process)
    note_deviation(audit.items.get(), kind="other", text="=HYPERLINK(1)", by=auditor(), at=IN_APRIL)

    content = signed_in(auditor()).get(f"{audit.get_absolute_url()}excel/").content
    book = load_workbook(io.BytesIO(content))

    cells = [cell for sheet in book for row in sheet for cell in row if cell.value is not None]
    assert all(cell.data_type != "f" for cell in cells)
    assert "'=HYPERLINK(1)" in [cell.value for cell in cells]


def test_the_list_is_handed_out_byte_for_byte_to_those_who_oversee(signed_in: Any) -> None:
    process, _team, _cases = month_of_cases(2)
    audit = drawn(process)
    address = f"{audit.get_absolute_url()}population.csv"

    answer = signed_in(auditor()).get(address)

    assert b"".join(answer.streaming_content) == b"".join(parts_of(audit))
    assert signed_in(head()).get(address).status_code == 403


def test_heads_read_the_strata_of_their_own_departments_and_verify_nothing(signed_in: Any) -> None:
    process, team, cases = month_of_cases(6)
    Case.objects.filter(pk=cases[0].pk).update(department=team["quality-engineer@quality"].department)
    audit = drawn(process, percent=100)
    base = audit.get_absolute_url()
    client: Client = signed_in(head())

    pages = [client.get(address).content.decode() for address in (base, f"{base}report/")]
    answers = [client.post(address).status_code for address in (f"{base}verify/", "/audits/scores/verify/")]
    seen_by_all = signed_in(auditor()).get(base).content.decode()

    assert [("service/normal" in page, "quality/normal" in page) for page in pages] == [(True, False)] * 2
    assert answers == [403, 403]
    assert "quality/normal" in seen_by_all


def test_a_head_is_not_led_to_the_finding_of_another_department(signed_in: Any) -> None:
    process, team, _cases = month_of_cases(1)
    first = found_at(drawn(process))
    elsewhere = Finding.objects.create(
        year=2026, serial=900, audit=first.audit, process=process, kind="other", step="s2", text="Again",
        department=team["quality-engineer@quality"].department, recurs=first, raised_by=auditor(), raised_at=IN_APRIL,
    )  # fmt: skip
    theirs = signed_in(head("quality")).get(elsewhere.get_absolute_url()).content.decode()
    ours = signed_in(head()).get(first.get_absolute_url()).content.decode()
    whole = signed_in(auditor()).get(elsewhere.get_absolute_url()).content.decode()

    assert (first.number in theirs, "in another department" in theirs) == (False, True)
    assert elsewhere.number not in ours
    assert first.get_absolute_url() in whole


def test_the_button_of_a_change_is_for_those_who_write_the_standard(signed_in: Any) -> None:
    process, _team, _cases = month_of_cases(1)
    finding = found_at(drawn(process))
    address = f"{finding.get_absolute_url()}change/"
    writer = person("writer", Role.PROCESS_SPECIALIST)
    sent = {"text_zh": "贴标签", "text_en": "Label the parts", "effect": "No part is mixed up"}

    pages = [signed_in(who).get(finding.get_absolute_url()).content.decode() for who in (head(), writer)]
    refused = signed_in(head()).post(address, sent).status_code
    done = signed_in(writer).post(address, sent)
    again = signed_in(writer).post(address, sent).content.decode()

    assert [address in page for page in pages] == [False, True]
    assert (refused, done.status_code) == (404, 302)
    assert "a change of that draft already" in again


def test_an_action_is_given_to_somebody_else_by_its_page(signed_in: Any) -> None:
    process, _team, _cases = month_of_cases(1)
    finding = found_at(drawn(process))
    add_why(finding, text="No printer", is_actionable=True, by=auditor(), at=IN_APRIL)
    owner, checker, new = (person(name, Role.FRONTLINE, "service") for name in ("owner", "checker", "new"))
    measure = decide_measure(finding, text="Buy a printer", owner=owner, due_on=IN_APRIL.date(), checker=checker,
                             by=auditor(), at=IN_APRIL)  # fmt: skip
    address = f"{finding.get_absolute_url()}actions/{measure.pk}/people/"
    client: Client = signed_in(head())

    shown = client.get(finding.get_absolute_url()).content.decode()
    unsaid = client.post(address, {"owner": new.pk}).status_code
    done = client.post(address, {"owner": new.pk, "reason": "She left"})
    measure.refresh_from_db()

    assert address in shown
    assert (unsaid, done.status_code) == (200, 302)
    assert (measure.owner, measure.checker) == (new, checker)


def test_a_replaced_case_says_who_replaced_it_and_what_was_flagged(signed_in: Any) -> None:
    process, _team, cases = month_of_cases(2)
    for case in cases:
        case.clocks.filter(step="s2", target="step").update(breached_at=IN_APRIL)
    audit = drawn(process, percent=100)
    other = auditor("other")
    replace_item(audit.items.get(position=1), reason="Withdrawn", by=other, at=IN_APRIL)
    client: Client = signed_in(auditor())
    words = f"by {other}; the software had 1 flag"

    pages = [client.get(f"{audit.get_absolute_url()}{tail}").content.decode() for tail in ("", "report/")]
    book = load_workbook(io.BytesIO(client.get(f"{audit.get_absolute_url()}excel/").content))

    assert [words in page for page in pages] == [True, True]
    assert f"Withdrawn ({words})" in [cell.value for row in book.worksheets[0] for cell in row]


def test_the_secret_stands_on_no_page_before_the_draw(signed_in: Any) -> None:
    process, _team, _cases = month_of_cases(2)
    audit = opened_audit(process)
    secret = audit.commitments.get()
    client = signed_in(auditor())

    page = client.get(audit.get_absolute_url()).content.decode()

    assert secret.sha256 in page
    assert secret.nonce not in page


def test_heads_see_the_cases_and_findings_of_their_own_departments_only(signed_in: Any) -> None:
    process, team, cases = month_of_cases(3)
    quality = team["quality-engineer@quality"].department
    Case.objects.filter(pk=cases[0].pk).update(department=quality)
    audit = drawn(process, percent=100)
    finding = found_at(audit)
    mine, theirs = signed_in(head("quality")), signed_in(head("sales"))

    listed = re.findall(r"C-\d{6}", mine.get(audit.get_absolute_url()).content.decode())

    assert set(listed) == {cases[0].number}
    assert theirs.get(audit.get_absolute_url()).status_code == 404
    same = finding.department == quality  # the first case of the sheet may be of either
    assert mine.get(finding.get_absolute_url()).status_code == (200 if same else 404)
    assert signed_in(head()).get(finding.get_absolute_url()).status_code == (404 if same else 200)


def test_the_owner_of_a_process_opens_the_finding_that_he_is_told_of_and_nobody_s_else(signed_in: Any) -> None:
    process, _team, _cases = month_of_cases(1)
    owner, other = person("owner", Role.FRONTLINE), person("other", Role.FRONTLINE)
    for row, who in ((process, owner), (released(code="other").process, other)):
        row.owner = who
        history.save(row, by=None, reason="Test", update_fields=["owner"])
    finding = found_at(drawn(process))
    item = finding.audit.items.get()

    told = Notice.objects.get(person=owner, rule="audit.finding")
    page = signed_in(owner).get(told.url)

    assert (page.status_code, told.url) == (200, finding.get_absolute_url())
    assert item.get_absolute_url() not in page.content.decode()  # the case itself is not the owner's to read
    assert signed_in(owner).get(item.get_absolute_url()).status_code in (403, 404)
    assert finding.number in signed_in(owner).get("/audits/findings/").content.decode()
    assert signed_in(owner).get(f"{told.url}change/").status_code == 200
    assert "Only the heads" in signed_in(owner).post(f"{told.url}why/", {"text": "No printer"}).content.decode()
    assert signed_in(other).get(told.url).status_code == 404
    assert finding.number not in signed_in(other).get("/audits/findings/").content.decode()


def test_the_findings_of_an_owner_cost_the_same_however_many_they_are(signed_in: Any) -> None:
    process, _team, (case,) = month_of_cases(1)
    process.owner = person("owner", Role.FRONTLINE)
    history.save(process, by=None, reason="Test", update_fields=["owner"])
    copy_cases(case.pk, 9)
    settle(*COPIED)
    audit = drawn(process, percent=100)
    client = signed_in(process.owner)
    first = found_at(audit)
    before = [_counted(client, address) for address in ("/audits/findings/", first.get_absolute_url())]
    for step in ("s1", "s3", ""):
        item = audit.items.order_by("position").first()
        note_deviation(item, kind="other", step=step, text="No label", by=auditor(), at=IN_APRIL)
        raise_finding(audit, department=item.department_id, kind="other", step=step, text="Labels are missing",
                      by=auditor(), at=IN_APRIL)  # fmt: skip

    after = [_counted(client, address) for address in ("/audits/findings/", first.get_absolute_url())]

    assert Finding.objects.visible_to(process.owner).count() == 4
    assert after == before


def _counted(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_pages_ask_the_same_for_one_row_and_for_thirty(signed_in: Any) -> None:
    process, _team, (case,) = month_of_cases(1)
    one = checked(drawn(process, percent=100))
    client: Client = signed_in(auditor())
    addresses = ["/audits/", "/audits/findings/?show=all"]
    few = {address: _counted(client, address) for address in addresses}
    few["audit"] = _counted(client, one.get_absolute_url())

    keys = copy_cases(case.pk, 29)
    settle(*COPIED)
    Case.objects.filter(pk__in=keys).update(finished=IN_APRIL + timedelta(days=3))
    many = drawn(process, percent=100, month=IN_APRIL.date(), at=IN_APRIL + timedelta(days=60))
    checked(many)
    for number in range(29):
        item = many.items.order_by("position")[number]
        Finding.objects.create(
            year=2026, serial=100 + number, audit=many, process=process, department=item.department, kind="other",
            step=f"x{number}", text="Found", raised_by=auditor(), raised_at=IN_APRIL,
        )  # fmt: skip
    for month in range(1, 13):
        for year in (2023, 2024):
            open_audit(process, month=date(year, month, 1), by=auditor(), at=IN_APRIL)
    lots = {address: _counted(client, address) for address in addresses}
    lots["audit"] = _counted(client, many.get_absolute_url())

    # The first list of findings was empty: its rows come with their whys and measures, in a statement each.
    assert lots["/audits/"] == few["/audits/"]
    assert lots["audit"] == few["audit"]
    assert lots["/audits/findings/?show=all"] <= few["/audits/findings/?show=all"] + 3


def test_the_report_says_the_rate_the_bound_and_how_it_was_drawn(signed_in: Any) -> None:
    process, _team, _cases = month_of_cases(6)
    audit = concluded(process, percent=100)

    page = signed_in(auditor()).get(f"{audit.get_absolute_url()}report/").content.decode()

    proven = "This proves that the 90 % wanted are reached."
    for words in (audit.population.sha256, audit.draws.get().nonce, "100 %", proven):
        assert words in page


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_report_and_score_sheet_are_made_as_files(signed_in: Any, kind: str) -> None:
    process, _team, _cases = month_of_cases(2)
    audit = concluded(process, percent=100)
    client: Client = signed_in(auditor())

    sheet = f"/audits/scores/of/service/document/make/?year={IN_APRIL.year}"
    for address in (f"{audit.get_absolute_url()}report/make/", sheet):
        client.post(address, {"kind": kind, "language": "both"})
        job = work(Job.objects.latest("pk"))
        assert (job.state, job.error_en) == (State.DONE, "")


def test_the_home_page_shows_what_waits_for_whom_and_nothing_to_others(signed_in: Any) -> None:
    process, _team, _cases = month_of_cases(3)
    finding = found_at(drawn(process))
    owner, checker = person("owner", Role.FRONTLINE, "service"), person("checker", Role.PROCESS_SPECIALIST)
    add_why(finding, text="No printer", is_actionable=True, by=auditor(), at=IN_APRIL)
    measure = decide_measure(finding, text="Buy a printer", owner=owner, due_on=IN_APRIL.date(), checker=checker,
                             by=auditor(), at=IN_APRIL)  # fmt: skip
    before = signed_in(checker).get("/audits/panels/mine/").content.decode()
    todo = signed_in(owner).get("/audits/panels/mine/").content.decode()
    finish_measure(measure, text="Bought", by=owner, at=IN_APRIL)
    after = signed_in(checker).get("/audits/panels/mine/").content.decode()

    assert "3 cases wait for you" in signed_in(auditor()).get("/audits/panels/mine/").content.decode()
    assert "Buy a printer" in todo
    assert (before, "Did it work?" in after) == ("", True)
    assert signed_in(head("sales")).get("/audits/panels/mine/").content.decode() == ""
