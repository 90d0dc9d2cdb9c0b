"""I7 to I9: what comes in is what its name says, harmless, clean and counted."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from procstd.errors import DomainError
from procstd.files.domain.keeping import keep_upload
from procstd.files.models import StoredFile
from tests.factories import PersonFactory
from tests.files.corpus import EICAR, PDF, REFUSED, WELCOME, animation_of, picture, two_pictures_in_one

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _scratch(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def _keep(name: str, content: bytes, **facts: Any) -> StoredFile:
    owner = facts.pop("owner", None) or PersonFactory()
    return keep_upload(io.BytesIO(content), name=name, owner=owner, at=timezone.now(), **facts)


@pytest.mark.parametrize(("name", "make"), WELCOME, ids=[name for name, _make in WELCOME])
def test_a_good_file_is_kept(name: str, make: Callable[[], bytes]) -> None:
    file = _keep(name, make())

    content = file.content.read()
    assert file.name == name
    assert (file.size, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize(
    ("name", "make", "told"),
    REFUSED,
    ids=[f"{number}-{row[0]}".encode("ascii", "replace").decode() for number, row in enumerate(REFUSED)],
)
def test_a_bad_file_is_refused_with_a_reason(name: str, make: Callable[[], bytes], told: str) -> None:
    with pytest.raises(DomainError) as refusal:
        _keep(name, make())

    assert told in str(refusal.value.message)
    assert refusal.value.field == "file"
    assert not StoredFile.objects.exists()


def test_the_corpus_has_more_than_thirty_bad_files() -> None:
    assert len(REFUSED) > 30


def test_a_file_larger_than_allowed_is_refused_unread(settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 100

    with pytest.raises(DomainError, match=r"at most 100"):
        _keep("manual.pdf", PDF + b" " * 101)


def test_a_form_can_take_fewer_kinds() -> None:
    with pytest.raises(DomainError, match="Welcome: xlsx"):
        _keep("photo.png", picture(), kinds={"xlsx"})


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\Zhao\\投诉.txt", "投诉.txt"),
        ("a\nSet-Cookie: x.txt", "aSet-Cookie_ x.txt"),
        ("nul\0.txt", "nul.txt"),
        ("fdp\u202e.txt", "fdp.txt"),
        ('quo"te<.txt', "quo_te_.txt"),
        ("长" * 300 + ".txt", "长" * 116 + ".txt"),
    ],
)
def test_a_name_is_tidied(sent: str, kept: str) -> None:
    assert _keep(sent, b"text").name == kept


def test_on_disk_nothing_a_person_typed_is_left() -> None:
    file = _keep("../../evil name.txt", b"text")

    assert file.content.name == f"{str(file.key)[:2]}/{file.key}"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_loses_place_and_camera_and_stands_upright(kind: str) -> None:
    sent = picture(kind, (8, 6), gps=True)
    assert b"Canary camera" in sent

    content = _keep(f"photo.{kind.lower()}", sent).content.read()

    assert b"Canary" not in content
    with Image.open(io.BytesIO(content)) as kept:
        assert kept.size == (6, 8)
        assert not kept.getexif()


def test_an_animation_keeps_moving() -> None:
    make = dict(WELCOME)["machine.gif"]

    with Image.open(io.BytesIO(_keep("machine.gif", make()).content.read())) as kept:
        assert getattr(kept, "n_frames", 1) == 3


def test_a_transparent_picture_stays_transparent() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(out, "PNG")

    with Image.open(io.BytesIO(_keep("logo.png", out.getvalue()).content.read())) as kept:
        assert kept.convert("RGBA").getpixel((0, 0)) == (255, 0, 0, 0)


def test_the_space_of_a_person_is_limited_and_nobody_elses(settings: Any) -> None:
    settings.UPLOAD_QUOTA_BYTES = 250
    owner = PersonFactory()
    _keep("a.txt", b"x" * 200, owner=owner)

    with pytest.raises(DomainError, match="used up"):
        _keep("b.txt", b"x" * 51, owner=owner)
    _keep("c.txt", b"x" * 50, owner=owner)
    _keep("d.txt", b"x" * 200)
    assert StoredFile.objects.count() == 3


@pytest.fixture
def scanner(settings: Any, tmp_path: Path) -> Path:
    """A scanner that knows one virus: a real program, called as clamdscan is."""
    program = tmp_path / "scan"
    program.write_text('#!/bin/sh\nif grep -q EICAR-STANDARD-ANTIVIRUS-TEST-FILE "$2"; then exit 1; fi\nexit 0\n')
    program.chmod(0o755)
    settings.UPLOAD_SCAN_COMMAND = f"{program} --no-summary"
    return program


def test_the_scanner_keeps_a_virus_out(scanner: Path) -> None:
    with pytest.raises(DomainError, match="scanner objects"):
        _keep("letter.txt", EICAR)

    assert _keep("letter.txt", b"harmless").pk


def test_without_the_scanners_answer_nothing_comes_in(scanner: Path) -> None:
    scanner.unlink()

    with pytest.raises(DomainError, match="does not answer"):
        _keep("letter.txt", b"harmless")
    assert not StoredFile.objects.exists()


def test_of_a_phones_double_picture_the_first_is_kept() -> None:
    file = _keep("phone.jpg", two_pictures_in_one())

    with Image.open(file.content) as kept:
        assert (kept.format, kept.size, getattr(kept, "n_frames", 1)) == ("JPEG", (16, 12), 1)


def test_an_animation_that_would_fill_the_memory_is_refused() -> None:
    with pytest.raises(DomainError, match="too many or too large"):
        _keep("bomb.gif", animation_of(frames=60, side=1_000))


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("name", ["odd.png", "odd.jpg", "odd.gif", "odd.webp"])
def test_a_damaged_picture_is_refused_or_mended_whatever_the_damage(name: str) -> None:
    lots = random.Random(5)  # noqa: S311
    kinds = {"odd.jpg": picture("JPEG"), "odd.gif": animation_of(2, 20), "odd.webp": picture("WEBP")}
    whole, refused = kinds.get(name, picture()), 0
    for _each in range(80):
        content = bytearray(whole)
        for _byte in range(lots.randint(1, 6)):
            content[lots.randrange(8, len(content))] = lots.randrange(256)
        try:
            _keep(name, bytes(content))
        except DomainError:  # any other error would be the software's own
            refused += 1

    assert refused
