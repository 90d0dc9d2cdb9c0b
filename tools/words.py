"""Words that do not belong in the repository: unfinished work, paths of one machine, addresses of registries."""

from __future__ import annotations

import re
import subprocess
import sys

from tools.say import ROOT

# Written in pieces, so that this file does not find itself.
FORBIDDEN = {
    "unfinished work": re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b"),
    "a path of one machine": re.compile(r"(?<![\w.])/(wo" + r"rk|ro" + r"ot|home/\w+)/"),
    "a registry": re.compile(
        r"(pypi\." + r"org|registry\." + r"npmjs|files\.python" + r"hosted|deb\.debian\." + r"org)"
    ),
}


def main() -> None:
    files = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True).split("\0")
    found = []
    for name in filter(None, files):
        path = ROOT / name
        if not path.is_file() or path.suffix in {".png", ".svg"}:
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            for what, pattern in FORBIDDEN.items():
                if pattern.search(line):
                    found.append(f"{name}:{number}: {what}: {line.strip()[:100]}")
    if found:
        print("\n".join(found))
        sys.exit(1)


if __name__ == "__main__":
    main()
