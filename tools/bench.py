"""`make bench`: measure on the embedded database and print tables."""

from __future__ import annotations

import os
import subprocess
import sys

from tools import setup
from tools.say import PYTHON, ROOT, plain_sentences

if __name__ == "__main__":
    with plain_sentences():
        setup.ensure()
        command = [PYTHON, "manage.py", "bench", *sys.argv[1:]]
        environment = {**os.environ, "PROCSTD_LOG_LEVEL": "ERROR"}
        sys.exit(subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode)
