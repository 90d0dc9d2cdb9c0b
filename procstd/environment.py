"""Every environment variable that procstd reads, in one table.

The settings read through :func:`read`; `docs/operations.md` and `docker-compose.yml` are
checked against :data:`VARIABLES`, so a variable cannot be documented and not exist, or exist
and not be documented.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class Variable:
    """One environment variable: its kind, its default, and what it decides."""

    name: str
    cast: type
    default: Any
    help: str
    needed_when_served: bool = False


VARIABLES: dict[str, Variable] = {
    variable.name: variable
    for variable in (
        Variable(
            "PROCSTD_MODE",
            str,
            "embedded",
            "`embedded` (SQLite, one machine, plain HTTP) or `served` (PostgreSQL, Redis, HTTPS).",
        ),
        Variable("SECRET_KEY", str, "", "Signs sessions and links; 50 random characters.", needed_when_served=True),
        Variable(
            "DATABASE_URL",
            str,
            "",
            "`postgres://user:password@host:5432/name`; embedded: a SQLite file in the data folder.",
            needed_when_served=True,
        ),
        Variable(
            "REDIS_URL",
            str,
            "",
            "`redis://host:6379/0`, the broker that wakes workers; embedded: a folder.",
            needed_when_served=True,
        ),
        Variable(
            "PUBLIC_URL",
            str,
            "http://127.0.0.1:8000",
            "The address people type, with its scheme. Links in mails start with it; "
            "its host is the only one answered unless ALLOWED_HOSTS adds more.",
            needed_when_served=True,
        ),
        Variable("ALLOWED_HOSTS", list, [], "Further host names to answer, separated by commas."),
        Variable(
            "TRUSTED_PROXIES",
            int,
            0,
            "How many reverse proxies stand in front; so many entries of X-Forwarded-For are believed.",
        ),
        Variable(
            "EMAIL_URL", str, "", "`smtp+tls://user:password@host:587`; empty: mails are files in the data folder."
        ),
        Variable("EMAIL_FROM", str, "procstd <procstd@localhost>", "The sender of all mails."),
        Variable("PROCSTD_VAR_DIR", str, "var", "The data folder: uploads, embedded database, mails, statics."),
        Variable("PROCSTD_LOGIN_ATTEMPTS", int, 5, "Wrong passwords for one account before it has to wait."),
        Variable("PROCSTD_LOGIN_ATTEMPTS_PER_IP", int, 100, "Wrong passwords from one address before it has to wait."),
        Variable("PROCSTD_LOGIN_WAIT_SECONDS", int, 900, "How long they have to wait, in seconds."),
        Variable(
            "PROCSTD_PUBLIC_FILINGS_PER_HOUR",
            int,
            60,
            "How many cases one address may file on the public pages in an hour, and how often it may add to them.",
        ),
        Variable("PROCSTD_UPLOAD_MB", int, 25, "The largest file one can upload, in MB."),
        Variable("PROCSTD_QUOTA_MB", int, 1000, "The space for files one person has, in MB."),
        Variable(
            "PROCSTD_SCAN_COMMAND",
            str,
            "",
            "A virus scanner run on every upload, as `clamdscan --fdpass --no-summary`; the file's path is "
            "added, exit code 0 means clean.",
        ),
        Variable(
            "PROCSTD_WEBHOOK_HOSTS",
            list,
            [],
            "Host names or addresses inside the house that robots and webhooks may call, also by plain HTTP, "
            "separated by commas; all others must be public and HTTPS.",
        ),
        Variable(
            "PROCSTD_ORGANISATION",
            str,
            "",
            "The organisation's name on its manuals, as `中文名称 / English name`; empty: it is left out.",
        ),
        Variable(
            "PROCSTD_COMPLIANCE_POSTS",
            list,
            ["legal-counsel", "risk-officer"],
            "Codes of the posts that review a standard when compliance is touched, separated by commas.",
        ),
        Variable(
            "PROCSTD_SIGNING_FILE",
            str,
            "",
            "The organisation's certificate and key, a PKCS#12 file, with which released manuals are signed; "
            "empty: a self-made one in the data folder.",
        ),
        Variable("PROCSTD_SIGNING_PASSPHRASE", str, "", "The passphrase of PROCSTD_SIGNING_FILE."),
        Variable(
            "PROCSTD_SEAL_DIR",
            str,
            "",
            "The folder of the daily seals over all chains of cases, best on another machine's disk that only grows; "
            "empty: `seals` in the data folder.",
        ),
        Variable("PROCSTD_PACK_DAYS", int, 7, "How many days a manual kept on a device can be read without a network."),
        Variable("PROCSTD_PDF_PAGES", int, 300, "The longest document that is drawn, in pages."),
        Variable(
            "PROCSTD_PDF_SECONDS",
            int,
            30,
            "How many seconds of processor time drawing a document may take, and fifteen more by the clock.",
        ),
        Variable("PROCSTD_JOB_STALE_SECONDS", int, 60, "A job without a sign of life for so long is taken up again."),
        Variable("PROCSTD_SWEEP_SECONDS", int, 5, "How often the sweeps look for what is due."),
        Variable(
            "PROCSTD_KEEP_NOTICES_DAYS",
            int,
            400,
            "Notices read and deliveries settled so many days ago are cleared; 0 keeps them for ever.",
        ),
        Variable("PROCSTD_LOG_LEVEL", str, "INFO", "The log level: DEBUG, INFO, WARNING or ERROR."),
        Variable("PROCSTD_DEBUG", bool, False, "Django's debug pages. For developers' machines only."),
    )
}

_env = environ.Env()


def read(name: str) -> Any:
    """Return the variable *name*, cast to its kind, or its default.

    Raises ImproperlyConfigured, in one sentence, for a value that does not fit or one that the
    served mode needs and has not got.
    """
    variable = VARIABLES[name]
    raw = os.environ.get(name, "")
    if raw == "":
        if variable.needed_when_served and os.environ.get("PROCSTD_MODE") == "served":
            raise ImproperlyConfigured(f"PROCSTD_MODE=served needs the environment variable {name}: {variable.help}")
        return variable.default
    try:
        return _env.get_value(name, cast=variable.cast)
    except (ValueError, TypeError) as error:
        raise ImproperlyConfigured(
            f"The environment variable {name} has a value that does not fit: {raw!r}."
        ) from error
