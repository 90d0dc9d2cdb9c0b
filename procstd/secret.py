"""The secret key of the embedded mode: made once, kept in the data folder."""

import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key


def embedded_secret_key(var_dir: Path) -> str:
    """Return the key kept in *var_dir*, made on first use and readable by its owner alone."""
    path = var_dir / "secret-key"
    try:
        return path.read_text()
    except FileNotFoundError:
        var_dir.mkdir(parents=True, exist_ok=True)
    # Web, worker and beat start together: write aside, then link, so that one of them wins.
    mine = var_dir / f"secret-key.{os.getpid()}"
    mine.touch(mode=0o600)
    mine.write_text(get_random_secret_key())
    try:
        os.link(mine, path)
    except FileExistsError:
        pass  # another process was first; its key is the key
    finally:
        mine.unlink()
    return path.read_text()
