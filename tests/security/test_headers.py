"""S1 to S3, S11: what every answer carries under the served settings, and what no error tells."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.served.stack import ROOT, bare_environment
from tests.servers import scratch_database

pytestmark = pytest.mark.served

Answers = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """Every address asked under the served settings."""
    folder = tmp_path_factory.mktemp("served")
    environment = {
        **bare_environment(),
        "DJANGO_SETTINGS_MODULE": "procstd.settings",
        "PROCSTD_MODE": "served",
        "SECRET_KEY": "a-key-of-fifty-characters-that-signs-for-one-test-run-only",
        "DATABASE_URL": scratch_database("procstd_headers"),
        "REDIS_URL": os.environ["REDIS_URL"],
        "PUBLIC_URL": "https://procstd.example.com",
        "PROCSTD_VAR_DIR": str(folder),
        "PROCSTD_LOG_LEVEL": "CRITICAL",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.security.served_answers"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def _lacking(answers: Answers, header: str, *parts: str, but: tuple[str, ...] = ()) -> list[str]:
    """Return the answers whose *header* does not hold every one of *parts*.

    The redirect to https has no body and is made before anything personal is known.
    """
    return [
        name
        for name, answer in answers.items()
        if name not in (*but, "GET plain http") and not all(part in answer["headers"].get(header, "") for part in parts)
    ]


def test_many_kinds_of_answers_were_looked_at(answers: Answers) -> None:
    assert len(answers) > 150
    assert {200, 302, 400, 401, 403, 404, 405, 500} <= {answer["status"] for answer in answers.values()}


def test_scripts_and_styles_come_from_here_only(answers: Answers) -> None:
    assert _lacking(answers, "Content-Security-Policy", "default-src 'none'") == []
    assert [n for n, a in answers.items() if "unsafe" in a["headers"].get("Content-Security-Policy", "")] == []


def test_no_page_can_be_framed(answers: Answers) -> None:
    downloads = ("GET files:file-download",)  # its policy is a sandbox
    assert _lacking(answers, "Content-Security-Policy", "frame-ancestors 'none'", but=downloads) == []
    # An embedded page says by its policy alone who may frame it: here nobody.
    embedded = ("GET embed:page", "GET embed:page logged out")
    assert _lacking(answers, "X-Frame-Options", "DENY", but=embedded) == []


def test_browsers_are_told_to_stay_on_https_for_over_a_year(answers: Answers) -> None:
    said = {answer["headers"].get("Strict-Transport-Security") for n, answer in answers.items() if "plain" not in n}

    assert len(said) == 1
    assert int(str(said.pop()).split("max-age=")[1].split(";")[0]) >= 365 * 24 * 3600


def test_plain_http_is_led_to_https(answers: Answers) -> None:
    assert answers["GET plain http"]["status"] == 301
    assert answers["GET plain http"]["headers"]["Location"] == "https://procstd.example.com/"


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Permissions-Policy", "geolocation=()"),
        ("Cache-Control", "no-store"),
        ("Vary", "HX-Request"),
    ],
)
def test_every_answer_carries(answers: Answers, header: str, part: str) -> None:
    assert _lacking(answers, header, part) == []


def test_cookies_are_bound_to_this_host_and_hidden_from_scripts(answers: Answers) -> None:
    cookies = {text for answer in answers.values() for text in answer["cookies"].values()}
    names = {text.split("=")[0] for text in cookies}
    wrong = [
        text
        for text in cookies
        if not (text.startswith("__Host-") and "Secure" in text and "Path=/" in text)
        # One that takes a cookie back holds nothing that a script could read.
        or ("HttpOnly" not in text and "Max-Age=0" not in text)
        or "SameSite=Lax" not in text
        or "Domain" in text
    ]

    assert wrong == []
    assert {"__Host-session", "__Host-csrf", "__Host-language", "__Host-theme"} <= names


def test_the_cross_site_token_is_not_left_out(answers: Answers) -> None:
    assert answers["POST without a token"]["status"] == 403


@pytest.mark.parametrize("name", ["GET broken", "GET unknown host", "GET nothing", "POST without a token"])
def test_an_error_tells_nothing_about_the_inside(answers: Answers, name: str) -> None:
    body = answers[name]["body"]

    assert answers[name]["status"] == {"GET broken": 500, "GET unknown host": 400, "GET nothing": 404}.get(name, 403)
    assert "procstd" in body
    for inside in ("Traceback", "Error at", "SELECT", "jobs_", "sqlite", str(ROOT), "DisallowedHost", "evil"):
        assert inside not in body, inside


def test_no_file_of_the_house_is_in_the_way_of_an_address(answers: Answers) -> None:
    assert Path(ROOT, "manage.py").exists()
    assert [name for name, answer in answers.items() if answer["status"] >= 500 and name != "GET broken"] == []
