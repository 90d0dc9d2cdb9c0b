"""Cases from an Excel list: looked at first, opened once, whatever the list says."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from cases.domain.importing import examine_cases, form_for_import
from cases.models import Case, Channel
from procstd.jobs.domain.running import claim, run_claimed
from procstd.jobs.models import Job, State
from procstd.organisation.models import User
from procstd.roles import Role
from procstd.sheets import SheetRow
from tests.factories import PersonFactory, PostFactory, PostHoldingFactory
from tests.files.corpus import archive
from tests.standards import released, standard, step, words

pytestmark = pytest.mark.django_db

HEADS = ["reference", "customer", "contact", "product", "problem", "channel"]
ROWS = [
    ["A-1", "Lihua Trading", "lihua@example.com", "HY-200", "It leaks", "phone"],
    ["A-2", "Nordwind", "1", "QV-40", "=1+1", ""],
]


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def lead() -> User:
    person = PersonFactory(username="lead")
    PostHoldingFactory(person=person, post=PostFactory(role=Role.PROJECT_LEAD))
    return person


def _book(rows: list[list[Any]], heads: list[str] = HEADS) -> SimpleUploadedFile:
    book, out = Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(heads)
    for row in rows:
        book.active.append([f"'{cell}" if str(cell).startswith("=") else cell for cell in row])
    book.save(out)
    return SimpleUploadedFile("cases.xlsx", out.getvalue())


def _ended(kind: str) -> Job:
    job = Job.objects.filter(kind=kind).latest("pk")
    run_claimed(claim(job.pk, at=timezone.now()))
    job.refresh_from_db()
    return job


def _imported(client: Any, book: SimpleUploadedFile, rows: str = "all") -> tuple[Job, Job]:
    answer = client.post(reverse("cases:case-import", args=["complaint"]), {"file": book})
    assert answer.status_code == 302, answer.context["form"].errors
    check = _ended("case-check")
    client.post(reverse("cases:case-import-run", args=[check.pk]), {"rows": rows})
    return check, _ended("case-import")


def test_a_list_is_looked_at_then_opened_and_twice_is_once(signed_in: Any, lead: User) -> None:
    released()
    client = signed_in(lead)

    check, done = _imported(client, _book(ROWS))
    again, nothing = _imported(client, _book(ROWS))

    assert (check.result["new"], check.result["bad_rows"]) == (2, 0)
    assert done.state == State.DONE
    assert done.result["opened"] == 2
    assert (again.result["new"], again.result["known"], nothing.result["opened"]) == (0, 2, 0)
    assert list(Case.objects.order_by("pk").values_list("channel", "opened_by__username")) == [
        (Channel.IMPORT, "lead"), (Channel.IMPORT, "lead"),
    ]  # fmt: skip
    page = client.get(check.get_absolute_url()).content.decode()
    assert "2" in page


def test_bad_rows_are_named_by_row_and_column_and_only_the_valid_ones_are_opened(signed_in: Any, lead: User) -> None:
    released()
    rows = [*ROWS, ["A-1", "B", "b", "x", "y", ""], ["A-4", "", "b", "x", "y", "pigeon"], ["", "C", "c", "x", "y", ""]]
    client = signed_in(lead)

    check, done = _imported(client, _book(rows), "valid")

    found = {(row["row"], row["column"]) for row in check.result["errors"]}
    assert found == {(4, "reference"), (5, "customer"), (5, "channel"), (6, "reference")}
    assert done.result["opened"] == Case.objects.count() == 2


def test_with_errors_nothing_is_opened_unless_asked_for(signed_in: Any, lead: User) -> None:
    released()

    _check, done = _imported(signed_in(lead), _book([*ROWS, ["A-3", "", "", "", "", ""]]))

    assert done.state == State.FAILED
    assert not Case.objects.exists()


def test_a_zip_bomb_named_xlsx_is_refused_beside_its_field(signed_in: Any, lead: User) -> None:
    released()
    bomb = archive(**{"[Content_Types].xml": b"<Types/>", "xl__main.xml": b"0" * (300 * 1024 * 1024)})

    answer = signed_in(lead).post(
        reverse("cases:case-import", args=["complaint"]), {"file": SimpleUploadedFile("cases.xlsx", bomb)}
    )

    assert answer.status_code == 200
    assert "file" in answer.context["form"].errors
    assert not Job.objects.exists()


def test_the_template_has_the_columns_of_the_first_form(signed_in: Any, lead: User) -> None:
    from python_calamine import CalamineWorkbook

    released()

    answer = signed_in(lead).get(reverse("cases:case-template", args=["complaint"]))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()

    assert rows[0] == HEADS


def test_nobody_opens_an_imported_case_by_guessing_its_reference(signed_in: Any, lead: User) -> None:
    released()
    _imported(signed_in(lead), _book(ROWS))
    key = Case.objects.order_by("pk").values_list("request_key", flat=True)[0]
    filed = {"a_customer": "X", "a_contact": "x", "a_product": "x", "a_problem": "x"}

    for guess in (key, key.removeprefix("import:"), hashlib.sha256(b"A-1").hexdigest()):
        answer = Client().post("/cases/public/complaint/", {**filed, "request_key": guess})
        assert (answer.status_code, answer.headers.get("Location")) == (200, None)

    assert Case.objects.count() == 2


def test_an_import_that_broke_off_goes_on_where_it_stopped(signed_in: Any, lead: User) -> None:
    process = released().process
    _imported(signed_in(lead), _book(ROWS[:1]))

    _check, done = _imported(signed_in(lead), _book([*ROWS, ["A-3", "C", "c", "x", "y", ""]]))

    assert (done.result["known"], done.result["opened"]) == (1, 2)
    assert process.cases.count() == 3


def test_a_long_list_is_examined_in_a_constant_number_of_statements(lead: User) -> None:
    data = standard(step("s1", None))
    data["forms"][0]["fields"] += [
        {"key": "who", "kind": "person", "label": words("Who")},
        {"key": "where", "kind": "department", "label": words("Where")},
    ]
    process = released(data).process
    form = form_for_import(process, timezone.now())

    def cost(rows: int) -> int:
        cells = {"reference": "", "text": "x", "way": "", "who": "lead", "where": "service"}
        sheet = [SheetRow(number, {**cells, "reference": f"R-{number}"}) for number in range(rows)]
        sheet.append(SheetRow(999, {**cells, "reference": "X", "who": "nobody"}))
        with CaptureQueriesContext(connection) as captured:
            examined = examine_cases(process, form, sheet)
        assert [(error.row, error.column) for error in examined.errors] == [(999, "who")]
        return len(captured)

    assert cost(1) == cost(60) == 3
