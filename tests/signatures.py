"""Signatures of PDFs as a stranger's reader sees them."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from processes import pdf_signing


def signature_status(content: bytes) -> tuple[Any, Any]:
    """Return what pyHanko says of the only signature in a PDF, and the signature."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    (signature,) = PdfFileReader(io.BytesIO(content)).embedded_signatures
    trust = ValidationContext(trust_roots=[pdf_signing.own_certificate()], allow_fetching=False)
    # In a thread of its own: where browser tests ran before, a loop runs in this one.
    with ThreadPoolExecutor(1) as threads:
        status = threads.submit(validate_pdf_signature, signature, signer_validation_context=trust).result()
    return status, signature
