"""The organisation's signature on PDFs: pyHanko itself says that it is whole, and that a changed byte breaks it."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from processes import pdf_signing
from procstd.documents import to_pdf
from tests.signatures import signature_status

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_data_folder(settings: Any, tmp_path: Path) -> Any:
    settings.VAR_DIR = tmp_path
    pdf_signing._signer.cache_clear()
    yield
    pdf_signing._signer.cache_clear()


def test_a_signed_pdf_is_intact_and_one_changed_byte_voids_it(settings: Any, tmp_path: Path) -> None:
    drawn = to_pdf("<p>标准手册 V1.0</p>", "")
    now = timezone.now()

    signed = pdf_signing.sign_pdf(drawn, reason="complaint V1.0", name="procstd", at=now)

    status, signature = signature_status(signed)
    assert (status.intact, status.valid, status.trusted, status.bottom_line) == (True, True, True, True)
    assert signature.sig_object["/Reason"] == "complaint V1.0"
    assert abs(signature.self_reported_timestamp - now) < timedelta(seconds=1)
    at = signed.index(b"%PDF") + 2000
    changed = signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]
    assert not signature_status(changed)[0].intact
    # What is added behind it is not covered, and pyHanko says so.
    assert status.coverage.name == "ENTIRE_FILE"
    assert signature_status(signed + b"\n% more")[0].coverage.name != "ENTIRE_FILE"
    # The key is made once, for its owner's eyes alone.
    (file,) = (tmp_path / "signing").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    pdf_signing._signer.cache_clear()
    mark = pdf_signing.certificate_mark()
    pdf_signing._signer.cache_clear()
    assert pdf_signing.certificate_mark() == mark
    # The organisation's own file, and a passphrase that is another one.
    settings.SIGNING_FILE = str(file)
    pdf_signing._signer.cache_clear()
    assert pdf_signing.certificate_mark() == mark
    file.write_bytes(b"no certificate")
    pdf_signing._signer.cache_clear()
    with pytest.raises(ImproperlyConfigured):
        pdf_signing.certificate_mark()
