"""Sign PDFs with the organisation's certificate: whoever opens one sees that no byte was changed (F24)."""

from __future__ import annotations

import io
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_FIELD = "Organisation"
_YEARS = 10


def sign_pdf(content: bytes, *, reason: str, name: str, at: datetime) -> bytes:
    """Return *content* with an invisible signature over all its bytes, by *name*, given at *at*.

    It permits no change afterwards. Raises ImproperlyConfigured where the certificate cannot be read.
    """
    # pyHanko takes a second to import and is needed only when a manual is drawn for the first time.
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    meta = signers.PdfSignatureMetadata(
        field_name=_FIELD, md_algorithm="sha256", reason=reason, name=name, certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )  # fmt: skip

    class SignerAt(signers.PdfSigner):
        def init_signing_session(self, *args: Any, **options: Any) -> Any:
            session = super().init_signing_session(*args, **options)
            session.system_time = at
            return session

    signer = SignerAt(meta, signer=_signer(), new_field_spec=_field(fields))
    # pyHanko runs a loop of its own, which a thread that already runs one refuses.
    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(signer.sign_pdf, IncrementalPdfFileWriter(io.BytesIO(content))).result()
    return bytes(made.getvalue())


def _field(fields: Any) -> Any:
    """Return the field of the signature: printable, as PDF/A wants it, and outside of the sheet, as PDF/UA does."""
    return fields.SigFieldSpec(_FIELD, invis_sig_settings=fields.InvisSigSettings(box_out_of_bounds=True))


def certificate_mark() -> str:
    """Return what tells this certificate from another one: a file kept under another mark is signed anew."""
    return str(_signer().signing_cert.sha256.hex()[:12])


def own_certificate() -> Any:
    """Return the certificate in use, for whoever validates."""
    return _signer().signing_cert


@cache
def _signer() -> Any:
    from pyhanko.sign.signers import SimpleSigner

    path, passphrase = Path(settings.SIGNING_FILE or _own_file()), settings.SIGNING_PASSPHRASE
    try:
        loaded = SimpleSigner.load_pkcs12(str(path), passphrase=passphrase.encode() if passphrase else None)
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured("PROCSTD_SIGNING_FILE cannot be read.") from error
    if loaded is None:
        raise ImproperlyConfigured("PROCSTD_SIGNING_FILE is no PKCS#12 file, or its passphrase is another one.")
    return loaded


def _own_file() -> Path:
    """Return the self-made certificate with its key, made on first use and readable by its owner alone."""
    path = Path(settings.VAR_DIR) / "signing" / "organisation.p12"
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Written aside (mkstemp: 0600), then linked, so that of several processes one wins.
    handle, mine = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(_made())
    try:
        os.link(mine, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(mine)
    return path


def _made() -> bytes:
    """Return a new key with a certificate that it signed itself, as PKCS#12."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import pkcs12

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "procstd")])
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    encryption = serialization.NoEncryption()
    return pkcs12.serialize_key_and_certificates(b"procstd", key, certificate, None, encryption)
