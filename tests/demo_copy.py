"""Statics and a database with demo data: made by the first stack of a run, copied by the others.

Making them takes a minute of processor time, copying seconds.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.servers import scratch_database

ROOT = Path(__file__).resolve().parent.parent
_DATABASE = "procstd_prepared"


def copy_demo(database: str, folder: Path) -> None:
    """Have the demo's data in *database* of the tests' server, its files and the statics in *folder*.

    Worker processes of the tests share one preparation: whoever comes first makes it, the others wait.
    """
    kept = Path(os.environ["PROCSTD_TEST_FOLDER"]) / "prepared"
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            part = kept.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            url = scratch_database(_DATABASE)
            prepare(**{**os.environ, "DATABASE_URL": url, "PROCSTD_VAR_DIR": str(part)})
            part.rename(kept)
        scratch_database(database, like=_DATABASE)
    shutil.copytree(kept, folder, dirs_exist_ok=True)


def prepare(**environment: str) -> None:
    """Run ``manage.py prepare --demo``; what it says is shown when it fails."""
    command = [sys.executable, "manage.py", "prepare", "--demo"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        raise RuntimeError(f"The demo cannot be prepared:\n{done.stdout[-5000:]}")
