"""`make sbom`: write what is installed, with licences: CycloneDX to var/, a table to docs/third-party.md."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import metadata

from tools import setup
from tools.say import PYTHON, ROOT, VENV, plain_sentences, quietly

TABLE = ROOT / "docs/third-party.md"


def names_in(lock: str) -> list[str]:
    """Return the package names of a lock file."""
    lines = (ROOT / "requirements" / lock).read_text().splitlines()
    return sorted({line.split("==")[0].lower() for line in lines if "==" in line and not line.startswith((" ", "#"))})


def licence_of(name: str) -> tuple[str, str] | None:
    """Return version and licence of an installed package, or None for one of another platform."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    licence = about.get("License-Expression") or next(
        (line.rsplit(" :: ", 1)[-1] for line in about.get_all("Classifier") or [] if line.startswith("License ::")),
        (about.get("License") or "see the package").splitlines()[0][:60],
    )
    return about["Version"], licence


def write_table() -> None:
    """Write docs/third-party.md. Runs inside the venv, where the packages can be asked."""
    out = [
        "# What is installed, and under which licence\n",
        "Made by `make sbom` from the locks. procstd itself is AGPL-3.0-or-later.\n",
    ]
    for title, lock in (("The running application", "run.txt"), ("Checks and tests", "test.txt")):
        out += [f"## {title}\n", "| package | version | licence |", "|---|---|---|"]
        for name in names_in(lock):
            found = licence_of(name)
            if found:
                out.append(f"| {name} | {found[0]} | {found[1]} |")
        out.append("")
    out += ["## In the browser\n", "| package | version | licence |", "|---|---|---|"]
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for path, package in sorted(locked.items()):
        if path:
            licence = package.get("license", "see the package")
            out.append(f"| {path.removeprefix('node_modules/')} | {package['version']} | {licence} |")
    TABLE.write_text("\n".join(out) + "\n")


if __name__ == "__main__":
    with plain_sentences():
        if "--table" in sys.argv:
            write_table()
        else:
            setup.ensure(tests=True)
            (ROOT / "var").mkdir(exist_ok=True)
            bom = ROOT / "var/sbom.cdx.json"
            quietly([VENV / "bin/cyclonedx-py", "requirements", "requirements/run.txt", "-o", bom])
            subprocess.run([PYTHON, "-m", "tools.sbom", "--table"], cwd=ROOT, check=True)
            print(f"  {bom.relative_to(ROOT)} and {TABLE.relative_to(ROOT)} are written.")
