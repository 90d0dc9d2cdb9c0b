"""The one way out, and what becomes of files that nobody wants (I7, A2)."""

from __future__ import annotations

import io
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from procstd.files.domain.keeping import keep_result, keep_upload
from procstd.files.domain.removing import remove_file
from procstd.files.models import StoredFile
from procstd.files.sweeps import remove_unused_files
from tests.factories import JobFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _scratch(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def file(engineer: Any) -> StoredFile:
    """A text of one's own, with a Chinese name."""
    return keep_upload(io.BytesIO(b"<script>x</script>"), name="投诉 1.txt", owner=engineer, at=timezone.now())


def test_the_owner_gets_it_as_an_attachment_that_no_browser_opens(
    signed_in: Any, engineer: Any, file: StoredFile
) -> None:
    response = signed_in(engineer).get(file.get_absolute_url())

    assert b"".join(response.streaming_content) == b"<script>x</script>"
    assert response.headers["Content-Type"] == "text/plain"
    assert response.headers["Content-Disposition"] == "attachment; filename*=utf-8''%E6%8A%95%E8%AF%89%201.txt"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in response.headers["Cache-Control"]


def test_for_everybody_else_it_does_not_exist(
    signed_in: Any, seller: Any, head: Any, admin_person: Any, file: StoredFile
) -> None:
    codes = {signed_in(person).get(file.get_absolute_url()).status_code for person in (seller, head, admin_person)}

    assert codes == {404}
    assert Client().get(file.get_absolute_url()).status_code == 302


def test_the_file_of_a_row_is_seen_by_those_who_see_the_row(signed_in: Any, engineer: Any, seller: Any) -> None:
    job = JobFactory(owner=seller)
    file = keep_result(b"x", name="out.txt", owner=engineer, at=timezone.now(), belongs_to=job)

    assert signed_in(seller).get(file.get_absolute_url()).status_code == 200
    assert signed_in(engineer).get(file.get_absolute_url()).status_code == 404


def test_a_file_lost_on_disk_is_told_as_missing(signed_in: Any, engineer: Any, file: StoredFile) -> None:
    os.unlink(file.content.path)

    assert signed_in(engineer).get(file.get_absolute_url()).status_code == 404


def test_removing_takes_the_bytes_after_the_commit_only(
    file: StoredFile, django_capture_on_commit_callbacks: Any
) -> None:
    path = Path(file.content.path)

    with transaction.atomic():
        remove_file(StoredFile.objects.get(pk=file.pk))
        transaction.set_rollback(True)
    assert path.exists()
    assert StoredFile.objects.filter(pk=file.pk).exists()

    with django_capture_on_commit_callbacks(execute=True):
        remove_file(StoredFile.objects.get(pk=file.pk))
    assert not path.exists()


def test_the_sweep_removes_what_belongs_to_nothing_after_a_day_and_nothing_else(
    engineer: Any, file: StoredFile, django_capture_on_commit_callbacks: Any
) -> None:
    long_ago = timezone.now() - timedelta(days=2)
    unused = keep_upload(io.BytesIO(b"x"), name="unused.txt", owner=engineer, at=long_ago)
    used = keep_result(b"y", name="used.txt", owner=engineer, at=long_ago, belongs_to=JobFactory(owner=engineer))
    orphan, young = Path(file.content.path).with_name("orphan"), Path(file.content.path).with_name("young")
    for path in (orphan, young):
        path.write_bytes(b"z")
    os.utime(orphan, (long_ago.timestamp(),) * 2)
    os.utime(used.content.path, (long_ago.timestamp(),) * 2)

    with django_capture_on_commit_callbacks(execute=True):
        remove_unused_files()

    assert set(StoredFile.objects.values_list("pk", flat=True)) == {file.pk, used.pk}
    assert not Path(unused.content.path).exists()
    assert not orphan.exists()
    assert young.exists()
    assert Path(used.content.path).exists()
