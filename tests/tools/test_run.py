"""`make run` says in one plain sentence what is in its way."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _run(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tools.run"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _sentence(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode != 0
    said = (done.stdout + done.stderr).strip()
    assert "Traceback" not in said
    return said.splitlines()[-1]


def test_a_taken_port_is_named_with_another_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        said = _sentence(_run(PORT=str(port)))

    assert f"Port {port} is taken by another program. Choose another: PORT={port + 1} make run" in said


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    assert f"PORT is a number from 1 to 65535, not '{port}'." in _sentence(_run(PORT=port))


def test_a_data_folder_that_cannot_be_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file")

    said = _sentence(_run(PORT="1024", PROCSTD_VAR_DIR=str(tmp_path / "var")))

    assert str(tmp_path / "var") in said
