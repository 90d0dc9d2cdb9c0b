"""S12: what we run is locked by hash, listed, and there is an address for those who find a hole."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("lock", ["run.txt", "test.txt"])
def test_every_python_package_is_locked_with_its_hash(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text()
    entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"^#.*\n", "", text, flags=re.M).strip(), flags=re.I)
    packages = [entry for entry in entries if entry and not entry.startswith("-")]

    assert len(packages) > 20
    assert [entry.splitlines()[0] for entry in packages if "--hash=sha256:" not in entry or "==" not in entry] == []


def test_every_npm_package_is_locked_with_its_hash() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {path: facts for path, facts in lock["packages"].items() if path}

    assert packages
    assert [path for path, facts in packages.items() if not facts.get("integrity", "").startswith("sha512-")] == []


@pytest.mark.parametrize("lock", ["run.txt", "test.txt"])
def test_no_python_lock_names_a_host(lock: str) -> None:
    assert re.findall(r"https?://\S+", re.sub(r"#.*", "", (ROOT / "requirements" / lock).read_text())) == []


def test_the_npm_lock_names_no_host() -> None:
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


def test_who_finds_a_hole_knows_whom_to_tell_and_when_an_answer_comes() -> None:
    text = (ROOT / "SECURITY.md").read_text()

    assert "48 hours" in text
    assert "Report a vulnerability" in text


def test_the_checks_look_for_known_vulnerabilities() -> None:
    assert "audit" in (ROOT / "tools" / "check.py").read_text()
