"""What the commands say: quiet, with progress, and plain sentences when something is missing."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"


def fail(sentence: str) -> NoReturn:
    """End with a plain sentence."""
    print(f"\n✗ {sentence}", file=sys.stderr)
    raise SystemExit(1)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Say what is going on and how long it took."""
    print(f"  {title} … ", end="", flush=True)
    start = time.monotonic()
    try:
        yield
    except BaseException:
        print("✗", flush=True)
        raise
    print(f"✓ {time.monotonic() - start:.0f} s", flush=True)


@contextmanager
def plain_sentences() -> Iterator[None]:
    """Turn a missing right, a full disk and Ctrl-C into sentences."""
    try:
        yield
    except KeyboardInterrupt:
        print("\nStopped.")
        raise SystemExit(130) from None
    except OSError as error:
        fail(sentence_for(error))


def sentence_for(error: OSError) -> str:
    """Say what an operating system's error means for the person at the keyboard."""
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"No right to write here{where}. Give this user the folder, or start as its owner."
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full{where}. About 1 GB is needed; make room and start again."
    return f"{error.strerror or error}{where}."


def quietly(command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, cwd: Path = ROOT) -> None:
    """Run *command* without a word; when it fails, show what it said and end with a sentence."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        print("✗", flush=True)
        said = done.stdout.strip().splitlines()
        print("\n".join(said[-60:]), file=sys.stderr)
        if "No space left on device" in done.stdout:
            fail("The disk is full. About 1 GB is needed; make room and start again.")
        fail(f"This failed: {' '.join(str(part) for part in command[:6])}")
