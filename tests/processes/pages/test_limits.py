"""Limits in the editor: written, shown worked out, read again in draft, manual and PDF (F13, F61)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from processes.domain.definition import build
from processes.domain.drafting import write_draft
from processes.domain.parsing import parse
from processes.domain.standard import Dissatisfaction, Limit
from processes.models import Revision
from procstd.calendars.domain.current import DEFAULT_PLAN, ensure_default
from procstd.calendars.models import Calendar, CalendarVersion
from procstd.organisation.models import Department, Post
from procstd.roles import Role
from tests.processes.pages.desk import errors_of, person_as, save
from tests.standards import RELEASED_AT, Data, complaint, organisation, process_named, released, standard, step

pytestmark = pytest.mark.django_db
BASE = "/processes/complaint/1.0/"
#: A Tuesday at 17:05 in Shanghai.
NOW = "2026-11-24T09:05:00Z"


@pytest.fixture
def writer(signed_in: Any) -> Client:
    organisation()
    client: Client = signed_in(person_as(Role.PROCESS_SPECIALIST, username="he.lin"))
    return client


def _draft(data: Data | None = None, code: str = "complaint") -> Revision:
    return write_draft(process_named(code), data or complaint(), by=None, reason="Test", at=RELEASED_AT)


def _words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# --- worked out while it is typed ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "unit", "now", "friday"),
    [
        ("24", "hours", "Wed 25 Nov 2026, 17:05", "Sat 28 Nov 2026, 17:00"),
        ("30", "minutes", "Tue 24 Nov 2026, 17:35", "Fri 27 Nov 2026, 17:30"),
        ("2", "days", "Thu 26 Nov 2026, 17:05", "Sun 29 Nov 2026, 17:00"),
        ("2", "working_hours", "Wed 25 Nov 2026, 10:05", "Mon 30 Nov 2026, 10:00"),
        ("90", "working_minutes", "Wed 25 Nov 2026, 09:35", "Mon 30 Nov 2026, 09:30"),
        ("3", "working_days", "Fri 27 Nov 2026, 18:00", "Wed 2 Dec 2026, 18:00"),
        ("0", "hours", "Tue 24 Nov 2026, 17:05", "Fri 27 Nov 2026, 17:00"),
        ("0", "working_days", "Tue 24 Nov 2026, 18:00", "Fri 27 Nov 2026, 18:00"),
    ],
)
def test_a_limit_is_worked_out_from_now_and_from_friday_evening(
    writer: Client, amount: str, unit: str, now: str, friday: str
) -> None:
    """R1 to R5 on the standard calendar: Monday to Friday, 09:00–12:00 and 13:30–18:00."""
    _draft()

    with time_machine.travel(NOW, tick=False):
        answer = writer.get(f"{BASE}limit-example/", {"amount": amount, "unit": unit})

    text = _words(answer.content.decode())
    assert f"Started now (Tue 24 Nov 2026, 17:05): due {now}." in text
    assert f"Started on Fri 27 Nov 2026, 17:00: due {friday}." in text
    assert "By “Standard calendar”, Asia/Shanghai." in text


def test_the_calendar_is_that_of_the_process_s_department_with_its_holidays(writer: Client) -> None:
    _draft()
    ensure_default()
    service = Department.objects.get(code="service")
    calendar = Calendar.objects.create(code="service", name_zh="客服", name_en="Service desk", department=service)
    plan = {**DEFAULT_PLAN, "holidays": {"2026-11-25": "Inventory", "2026-11-26": "Inventory"}}
    version = CalendarVersion(
        calendar=calendar, number=1, plan=plan, created_at=RELEASED_AT, published_at=RELEASED_AT,
        known_until=date(2026, 11, 30),
    )  # fmt: skip
    version.freeze()
    version.save()

    with time_machine.travel(NOW, tick=False):
        answer = writer.get(f"{BASE}limit-example/", {"amount": "2", "unit": "working_days"})

    text = _words(answer.content.decode())
    assert "due Mon 30 Nov 2026, 18:00. By" not in text
    assert "Started now (Tue 24 Nov 2026, 17:05): due Mon 30 Nov 2026, 18:00. Started on" in text
    assert "due Tue 1 Dec 2026, 18:00. (provisional)" in text
    assert "By “Service desk”, Asia/Shanghai. Provisional: holidays after 30 Nov 2026 are not known yet." in text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Write an amount to see when it would be due."),
        ({"amount": " ", "unit": "hours"}, "Write an amount to see when it would be due."),
        ({"amount": "soon", "unit": "hours"}, "An amount is a whole number from 0 on."),
        ({"amount": "-1", "unit": "hours"}, "An amount is a whole number from 0 on."),
        ({"amount": "1.5", "unit": "hours"}, "An amount is a whole number from 0 on."),
        ({"amount": "٣", "unit": "hours"}, "An amount is a whole number from 0 on."),
        ({"amount": "3", "unit": "moons"}, "Choose a unit to see when it would be due."),
        ({"amount": "3"}, "Choose a unit to see when it would be due."),
        ({"amount": "99999999", "unit": "working_days"}, "the calendar ends with the year 2099."),
        ({"amount": "99999999", "unit": "working_hours"}, "the calendar ends with the year 2099."),
        ({"amount": "27000", "unit": "days"}, "the calendar ends with the year 2099."),
        ({"amount": "9" * 9, "unit": "days"}, "the calendar ends with the year 2099."),
        ({"amount": "9" * 5000, "unit": "minutes"}, "the calendar ends with the year 2099."),
        ({"of": "x", "in": "y", "x": "\x00", "y": "hours"}, "An amount is a whole number from 0 on."),
    ],
)
def test_whatever_is_typed_is_answered_in_a_sentence(writer: Client, typed: dict[str, str], sentence: str) -> None:
    _draft()

    answer = writer.get(f"{BASE}limit-example/", typed)

    assert answer.status_code == 200
    assert sentence in _words(answer.content.decode())


def test_the_page_shows_its_limits_worked_out_without_script_and_says_where_to_ask_with_it(writer: Client) -> None:
    _draft()

    with time_machine.travel(NOW, tick=False):
        page = writer.get(f"{BASE}parts/totals/").content.decode()

    assert "Started now (Tue 24 Nov 2026, 17:05): due Tue 1 Dec 2026, 18:00." in _words(page)
    asked = re.findall(r'hx-get="([^"]+)" hx-include="#([^,]+), #([^"]+)"', page)
    address, amount, unit = next(row for row in asked if row[1] == "id_rows-0-amount")
    assert f'id="{unit}"' in page
    answer = writer.get(address.replace("&amp;", "&"), {amount[3:]: "5", unit[3:]: "working_days"})
    assert answer.status_code == 200
    query = address.replace("&amp;", "&") + f"&{amount[3:]}=5&{unit[3:]}=working_days"
    assert "Started now" in writer.get(query).content.decode()


def test_an_example_and_the_pages_with_limits_cost_the_same_with_one_row_and_thirty(writer: Client) -> None:
    def cost(address: str) -> int:
        writer.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert writer.get(address).status_code == 200
        return len(captured)

    def draft(code: str, count: int) -> str:
        keys = [f"s{n}" for n in range(1, count + 1)]
        chain = [{"kind": "breach", "recipients": ["post:service-agent", "handler"]}]
        warned = [*chain, *({"kind": "warn", "percent": n, "recipients": ["head"]} for n in range(1, count))]
        one = standard()["exceptions"][0]
        when = {"field": "note.way", "value": "a"}
        rows = [{"limit": {"amount": 1, "unit": "hours"}, "until": "s1", "when": when}] * count
        data = standard(
            *(step(key, following) for key, following in zip(keys, [*keys[1:], None], strict=True)),
            thresholds={**dict.fromkeys(keys, chain), "total": warned}, responses=rows, totals=rows,
            exceptions=[{**one, "step": key} for key in keys],
        )  # fmt: skip
        _draft(data, code)
        return f"/processes/{code}/1.0/"

    few, many = draft("few", 1), draft("many", 30)

    for part in ("limit-example/?amount=2&unit=hours", "parts/totals/", "parts/thresholds/", "parts/exceptions/",
                 "parts/clockwork/", "steps/s1/", ""):  # fmt: skip
        assert cost(few + part) == cost(many + part) <= 40, part


# --- written ---------------------------------------------------------------------------------------


def test_a_first_response_is_added_changed_and_deleted(writer: Client) -> None:
    revision = _draft()

    added = save(
        writer, f"{BASE}parts/totals/", responses_2_amount="8", responses_2_unit="working_hours",
        responses_2_until="s4", responses_0_amount="12", responses_1_DELETE="on",
    )  # fmt: skip

    assert added.status_code == 302, errors_of(added)
    first, second = parse(build(Revision.objects.get(pk=revision.pk))).responses
    assert (first.limit, first.until, first.condition and first.condition.value) == (Limit(12, "hours"), "s3", "normal")
    assert (second.limit, second.until, second.condition) == (Limit(8, "working_hours"), "s4", None)


def test_who_is_told_is_a_row_of_boxes_and_a_post(writer: Client) -> None:
    _draft()

    answer = save(
        writer, f"{BASE}parts/thresholds/",
        total_4_kind="escalate", total_4_minutes="960", total_4_percent="70", total_4_recipients=["lead"],
        total_4_post="quality-engineer", response_0_recipients=["handler", "head"], step_1_DELETE="on",
        single_0_step="s6", single_0_kind="breach", single_0_recipients=[], single_0_post="sales-representative",
    )  # fmt: skip

    assert answer.status_code == 302, errors_of(answer)
    read = parse(build(Revision.objects.get()))
    latest = read.thresholds["total"][-1]
    assert (latest.minutes, latest.percent, latest.recipients) == (960, 0, ("lead", "post:quality-engineer"))
    assert read.thresholds["response"][0].recipients == ("handler", "head")
    assert [row.kind for row in read.thresholds["step"]] == ["warn", "escalate", "escalate"]
    assert [row.recipients for row in read.thresholds["s6"]] == [("post:sales-representative",)]
    page = writer.get(f"{BASE}parts/thresholds/").content.decode()
    box = next(tag for tag in re.findall(r"<input[^>]+>", page) if 'value="post:quality-engineer"' in tag)
    assert "checked" in box
    assert "exactly one line must say who is told" in writer.get(BASE).content.decode()


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"total_4_kind": "breach"}, {"recipients": ["Choose who is told."]}),
        ({"total_4_kind": "warn", "total_4_percent": "0", "total_4_recipients": ["head"]},
         {"percent": ["A warning comes at 1 to 99 percent of the limit."]}),
        ({"total_0_percent": "100"}, {"percent": ["Ensure this value is less than or equal to 99."]}),
        ({"total_4_kind": "breach", "total_4_recipients": ["boss"]},
         {"recipients": ["Select a valid choice. boss is not one of the available choices.", "Choose who is told."]}),
        ({"total_4_kind": "escalate", "total_4_minutes": "-1", "total_4_recipients": ["head"]},
         {"minutes": ["Ensure this value is greater than or equal to 0."]}),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_is_refused_beside_its_field(
    writer: Client, changes: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    _draft()
    before = build(Revision.objects.get())

    answer = save(writer, f"{BASE}parts/thresholds/", **changes)

    assert errors_of(answer) == [errors]
    assert build(Revision.objects.get()) == before


def test_a_post_that_was_abolished_is_shown_and_found(writer: Client) -> None:
    _draft()
    Post.objects.filter(code="service-supervisor").update(is_active=False)

    page = writer.get(f"{BASE}parts/thresholds/").content.decode()
    faults = {str(message): address for message, address in writer.get(BASE).context["faults"]}

    assert "Service supervisor" in page
    assert faults["“Who is told when” names “Service supervisor”, which is abolished."] == (
        f"{BASE}parts/thresholds/#table-exception"
    )
    assert 'id="table-exception"' in page


def test_the_rules_for_clocks_are_written_and_a_rating_needs_its_step(writer: Client) -> None:
    _draft()

    refused = save(writer, f"{BASE}parts/clockwork/", dissatisfied_step="")
    changed = save(writer, f"{BASE}parts/clockwork/", hold_days="3", dissatisfied_at_most="1", dissatisfied_step="s4")

    assert errors_of(refused) == [{"dissatisfied_step": ["Choose the step at which the case is opened again."]}]
    assert changed.status_code == 302, errors_of(changed)
    read = parse(build(Revision.objects.get()))
    assert read.clockwork.hold_days == 3
    assert read.dissatisfaction == Dissatisfaction(at_most=1, step="s4")
    save(writer, f"{BASE}parts/clockwork/", dissatisfied_at_most="")
    assert parse(build(Revision.objects.get())).dissatisfaction is None


def test_a_step_waits_for_the_customer_and_an_exception_starts_by_itself(writer: Client) -> None:
    _draft()

    waits = save(writer, f"{BASE}steps/s4/", customer_days="7", limit_amount="45", limit_unit="minutes")
    too_long = save(writer, f"{BASE}steps/s5/", customer_days="91")
    starts = save(writer, f"{BASE}parts/exceptions/", rows_0_starts="incomplete")

    assert (waits.status_code, starts.status_code) == (302, 302)
    assert errors_of(too_long) == [{"customer_days": ["Ensure this value is less than or equal to 90."]}]
    read = parse(build(Revision.objects.get()))
    fourth = read.step("s4")
    assert fourth is not None
    assert (fourth.customer_days, fourth.limit and fourth.limit.budget) == (7, 45 * 60)
    assert read.exceptions[0].starts == "incomplete"


def test_what_is_left_of_a_deleted_step_can_be_mended(writer: Client) -> None:
    data = standard(
        step("s1", None), step("s2", None), dissatisfaction={"at_most": 2, "step": "s2"},
        responses=[{"limit": {"amount": 1, "unit": "hours"}, "until": "s2", "when": None}],
        thresholds={"s2": [{"kind": "breach", "recipients": ["head"]}]},
    )  # fmt: skip
    _draft(data)
    writer.post(f"{BASE}steps/s2/delete/", {"reason": "Not needed"})

    addresses = {address for _message, address in writer.get(BASE).context["faults"]}

    assert addresses == {
        f"{BASE}parts/totals/#table-responses", f"{BASE}parts/thresholds/#table-single",
        f"{BASE}parts/clockwork/#id_dissatisfied_step",
    }  # fmt: skip
    mended = [
        save(writer, f"{BASE}parts/totals/", responses_0_until="s1"),
        save(writer, f"{BASE}parts/thresholds/", single_0_DELETE="on"),
        save(writer, f"{BASE}parts/clockwork/", dissatisfied_step="s1"),
    ]
    assert [answer.status_code for answer in mended] == [302, 302, 302]
    assert writer.get(BASE).context["faults"] == []


# --- read ------------------------------------------------------------------------------------------

SAID = {
    "en": [
        "Grade = Normal: 24 hours, around the clock · until the end of: 3 Assign the work order",
        "Grade = Urgent: 2 hours, around the clock · until the end of: 3 Assign the work order",
        "Grade = Normal: 5 working days", "Grade = Urgent: 3 working days",
        "A case may be on hold for 10 days at most at a stretch",
        "Step 6 “Obtain the customer's confirmation”: while the customer is asked the clocks stand still, 5 days",
        "A limit “at once” counts as exceeded 15 min after its moment.",
        "at least 30 min of it is left",
        "A rating of 2 of 5 or less opens the case again at step “8 Call the customer and close”.",
        "First response, The whole case, Each step at 80 % of the limit Handler",
        "when the limit is exceeded Handler, Supervisor (accountable post)", "2 h after it was due Department head",
        "8 h after it was due Project lead", "Exceptions at 50 % of the limit Handler",
        "when the limit is exceeded Handler, Service supervisor",
        "Starts by itself when the case is sent back to the step.", "2 hours, around the clock",
    ],
    "zh-hans": [
        "24 小时（连续计时）", "3 个工作日", "等待客户", "首次响应、整个案例、各步骤", "用时达到时限的 50%",
        "主管（问责岗位）", "评分为 2 分及以下（满分 5 分）时", "到期后 2 小时",
    ],
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_manual_says_every_limit_and_who_is_told_when(writer: Client, language: str) -> None:
    released()
    writer.post("/language/", {"language": language})

    page = _words(writer.get(f"{BASE}manual/").content.decode())

    for words in SAID[language]:
        assert words in page.replace("&#x27;", "'"), words


def test_the_draft_shows_the_same_to_those_who_only_read_it(writer: Client, signed_in: Any) -> None:
    _draft()
    head = signed_in(person_as(Role.DEPARTMENT_HEAD))

    page = head.get(BASE)
    text = _words(page.content.decode()).replace("&#x27;", "'")

    for words in SAID["en"][:14]:
        assert words in text, words
    assert "Worth a second look" in text
    assert "steps on time can exceed the whole case’s 3 working days" in text
    assert "parts/thresholds/" not in page.content.decode()


def test_a_standard_that_says_nothing_of_limits_says_so(writer: Client) -> None:
    data = standard(step("s1", None), clockwork={"hold_days": 0, "grace_minutes": 0})
    released(data)

    page = _words(writer.get(f"{BASE}manual/").content.decode())

    assert "First response No limit of its own." in page
    assert "A case may not be put on hold." in page
    assert "counts as exceeded 0 min after its moment" in page
    assert "No rating sets anything going by itself." in page


def test_a_post_that_is_told_and_does_nothing_else_is_named_in_the_manual() -> None:
    """Its name is released with the text: it does not change when the post is renamed."""
    rows = [{"kind": "breach", "recipients": ["post:repair-technician"]}]
    release = released(standard(step("s1", None), thresholds={"total": rows}))
    Post.objects.filter(code="repair-technician").update(name_en="Somebody else")

    with translation.override("en"):
        read = parse(release.definition.load())
        page = render_to_string("processes/time_standards.html", {"standard": read})

    assert "The whole case when the limit is exceeded Repair technician" in _words(page)
