"""What a customer can do by the secret link, and what nobody can without it (F53)."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from cases.domain import following
from cases.domain.customer import secret_for
from cases.models import Case
from procstd.errors import DomainError
from tests.cases.journeys import START_AT, Team, finish, opened

pytestmark = pytest.mark.django_db


def picture(name: str = "leak.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue())


def test_only_number_and_secret_together_open_a_case() -> None:
    case = opened(request_key="a")
    other = opened(case.process, request_key="b")
    secret = secret_for("a")

    assert following.case_by_link(case.number, secret) == case
    wrong = [
        (case.number, secret_for("b")),
        (other.number, secret),
        ("C-999999", secret),
        (case.number, ""),
        ("x", "y"),
    ]
    assert [following.case_by_link(*pair) for pair in wrong] == [None] * 5


def test_a_customer_adds_words_and_a_photo_until_the_case_is_closed() -> None:
    case = opened()

    following.add_information(case, text="It got worse", photo=picture(), at=START_AT)
    with pytest.raises(DomainError, match="Write something"):
        following.add_information(case, text=" ", at=START_AT)
    with pytest.raises(DomainError) as refusal:
        following.add_information(
            case, text="", photo=SimpleUploadedFile("a.jpg", b"<svg onload=alert(1)>"), at=START_AT
        )
    finish(case, Team())
    with pytest.raises(DomainError, match="closed"):
        following.add_information(case, text="Thanks", at=START_AT)

    assert refusal.value.field == "photo"
    assert [note.text for note in case.notes.all()] == ["It got worse"]
    assert [document.name for document in case.attachments.all()] == ["leak.jpg"]


def test_a_customer_rates_once_and_only_after_the_close() -> None:
    case = opened()

    with pytest.raises(DomainError, match="once it is closed"):
        following.rate(case, rating=5, at=START_AT)
    finish(case, Team())
    with pytest.raises(DomainError, match="1 to 5"):
        following.rate(case, rating=6, at=START_AT)
    following.rate(case, rating=4, at=START_AT)
    with pytest.raises(DomainError, match="already"):
        following.rate(case, rating=5, at=START_AT)

    assert Case.objects.get().rating == 4
    assert case.events.last().body == {"rating": 4}
