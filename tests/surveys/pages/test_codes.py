"""Codes typed from paper: any way a person types, and no way to guess (A7)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings

from procstd.ratelimits import cache
from surveys.domain.asking import close_questionnaire, print_codes
from surveys.domain.codes import read_code, written_code
from surveys.models import Sheet
from surveys.views.answers import WRONG_CODES
from tests.surveys.field import AT, keys, questionnaire

pytestmark = pytest.mark.django_db
CODE = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def _uncounted() -> None:
    cache.clear()


@pytest.mark.parametrize(
    "typed",
    [
        written_code(CODE), CODE.upper(), f"  {CODE} ", written_code(CODE).replace(" ", "-"),
        "".join(chr(ord(sign) + 0xFEE0) for sign in CODE), CODE.replace("0", "O").replace("1", "l"),
        written_code(CODE).replace(" ", "\u3000"),
    ],
)  # fmt: skip
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert read_code(typed) == CODE


def test_a_code_from_paper_leads_to_its_questionnaire_and_is_good_for_one_answer(client: Any) -> None:
    made = questionnaire(anonymous=True)
    (code,) = print_codes(made, count=1, department=None, by=made.survey.owner, at=AT)

    typed = client.post("/surveys/code/", {"code": written_code(code).upper()})
    assert typed.headers["Location"] == f"/surveys/answer/{code}/"
    client.post(typed.headers["Location"], {f"q{keys(made)['scale']}": "4"})
    again = client.post("/surveys/code/", {"code": code}, headers={"accept-language": "en"})

    assert Sheet.objects.count() == 1
    assert "opens nothing" in again.content.decode()
    assert settings.SESSION_COOKIE_NAME not in client.cookies


def test_wrong_codes_are_counted_and_right_ones_are_not(client: Any) -> None:
    made = questionnaire(anonymous=True)
    (code,) = print_codes(made, count=1, department=None, by=made.survey.owner, at=AT)
    for _number in range(WRONG_CODES.times + 5):
        assert client.post("/surveys/code/", {"code": code}).status_code == 302

    answers = [client.post("/surveys/code/", {"code": f"{number}"}).status_code for number in range(31)]

    assert answers == [200] * 30 + [429]
    assert client.post("/surveys/code/", {"code": code}).status_code == 429
    # The limit is the one that wrong links have: neither is a way round the other.
    assert client.get(f"/surveys/answer/{code}/").status_code == 429


def test_an_empty_code_is_no_attempt(client: Any) -> None:
    for _number in range(40):
        assert client.post("/surveys/code/", {"code": ""}).status_code == 200


def test_a_code_of_a_closed_questionnaire_says_that_it_is_closed(client: Any) -> None:
    made = questionnaire(anonymous=True)
    (code,) = print_codes(made, count=1, department=None, by=made.survey.owner, at=AT)
    close_questionnaire(made, by=made.survey.owner, at=AT)

    assert client.post("/surveys/code/", {"code": code}, follow=True).status_code == 410


def test_neither_page_nor_log_holds_what_was_typed(client: Any, capsys: Any) -> None:
    page = client.post("/surveys/code/", {"code": CODE})
    page_of_a_broken_form = client.post("/surveys/code/", {"code": "x" * 121})

    assert page.status_code == page_of_a_broken_form.status_code == 200
    captured = capsys.readouterr()
    assert CODE not in captured.out + captured.err


def test_slips_show_the_code_in_groups_and_where_to_type_it(signed_in: Any) -> None:
    made = questionnaire(anonymous=True)

    page = signed_in(made.survey.owner).post(f"{made.get_absolute_url()}codes/", {"count": 2}).content.decode()

    assert len(re.findall(r'class="slip-code">(?:[0-9a-f]{4} ){7}[0-9a-f]{4}<', page)) == 2
    assert "/surveys/code/" in page
