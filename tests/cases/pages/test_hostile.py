"""What people should not type, and what comes of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.models import Case
from processes.models import Process
from tests.cases.journeys import Team, open_task, opened
from tests.files.corpus import picture
from tests.standards import released

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script>{{7*7}}${7*7}"


@pytest.fixture
def process() -> Process:
    return released().process


def _opens(signed_in: Any, process: Process, **fields: Any) -> Any:
    data = {
        "a_customer": "Lihua", "a_contact": "1", "a_product": "HY-200", "a_problem": "It leaks",
        "request_key": "k" * 32, "outcome": "received", **fields,
    }  # fmt: skip
    return signed_in(Team()["service-agent"]).post(f"/cases/open/{process.code}/", data)


def test_scripts_and_templates_in_every_field_are_only_words(signed_in: Any, process: Process) -> None:
    fields = {f"a_{name}": SCRIPT for name in ("customer", "contact", "product", "problem")}
    assert _opens(signed_in, process, **fields).status_code == 302
    case = Case.objects.get()
    client = signed_in(Team()["service-supervisor"])

    for address in (case.get_absolute_url(), open_task(case).get_absolute_url(), "/cases/all/", "/cases/"):
        page = client.get(address).content.decode()
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page


def test_emoji_and_marks_that_turn_the_writing_are_kept_as_typed(signed_in: Any, process: Process) -> None:
    text = "漏油 😀👩🏽‍🔧 \u202eabc\u202c עברית"

    assert _opens(signed_in, process, a_problem=text).status_code == 302
    assert Case.objects.get().data["register"]["problem"] == text


def test_control_characters_are_refused_or_dropped_not_stored(signed_in: Any, process: Process) -> None:
    answer = _opens(signed_in, process, a_problem="a\x00b")

    assert answer.status_code == 200
    assert "a_problem" in answer.context["form"].errors


def test_ten_megabytes_of_text_get_a_plain_answer(signed_in: Any, process: Process) -> None:
    answer = _opens(signed_in, process, a_problem="油" * 3_500_000)  # ten megabytes as UTF-8

    assert answer.status_code == 413
    assert "This is too much at once" in answer.content.decode()
    assert not Case.objects.exists()


def test_a_body_longer_than_any_form_is_refused_before_it_is_read(signed_in: Any, process: Process) -> None:
    client = signed_in(Team()["service-agent"])

    answer = client.post("/cases/public/complaint/", b"", content_type="multipart/form-data; boundary=x",
                         CONTENT_LENGTH=str(10**12))  # fmt: skip

    assert answer.status_code == 413


def test_text_a_little_too_long_is_refused_beside_its_field(signed_in: Any, process: Process) -> None:
    answer = _opens(signed_in, process, a_problem="x" * 20_001)

    assert "a_problem" in answer.context["form"].errors
    assert not Case.objects.exists()


def test_sixty_megabytes_of_photo_are_refused_beside_the_field(signed_in: Any, process: Process, settings: Any) -> None:
    photo = SimpleUploadedFile("big.png", picture() + b"\0" * (60 * 1024 * 1024))

    answer = _opens(signed_in, process, a_photo=photo)

    assert "a_photo" in answer.context["form"].errors
    assert not Case.objects.exists()


@pytest.mark.parametrize("number", ["C-0", "C-99999999999999999", "C-١", "x", "%00", "C--1", "C-1.5"])
def test_numbers_that_are_none_are_not_found(signed_in: Any, process: Process, number: str) -> None:
    opened(process)
    client = signed_in(Team()["service-agent"])

    assert client.get(f"/cases/{number}/").status_code == 404


def test_a_script_in_a_standard_is_only_words_on_pages_and_in_the_pdf(signed_in: Any) -> None:
    from tests.manuals import content_of, file_of
    from tests.standards import standard, step

    evil = {"zh": f"标题{SCRIPT}", "en": f"Title {SCRIPT}"}
    data = standard(step("s1", None, title=evil, operation=evil))
    data["forms"][0]["fields"][0] |= {"help": evil, "label": evil}
    data["forms"][0]["fields"][1]["options"][0] |= evil
    data["purpose"] = {"zh": f'"}}{SCRIPT}', "en": f'"}} @page {{ size: A3 }} {SCRIPT}<img src="file:///etc/passwd">'}
    release = released(data)
    client = signed_in(Team()["service-agent"])
    number = release.definition.revision.number

    page = client.get(f"/processes/{release.process.code}/{number}/manual/").content.decode()
    pdf = content_of(file_of(client, release.process.code, number))

    assert "<script>alert(1)" not in page
    assert "{{7*7}}" in page
    assert pdf.startswith(b"%PDF-")
    case = opened(release.process, {"text": "It leaks"}, channel="staff")
    for address in (
        case.get_absolute_url(),
        open_task(case).get_absolute_url(),
        f"/cases/open/{release.process.code}/",
    ):
        assert "<script>alert(1)" not in client.get(address).content.decode(), address
