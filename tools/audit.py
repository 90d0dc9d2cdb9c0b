"""`make audit`: look for known vulnerabilities of the locked packages, where their database can be reached (S12)."""

from __future__ import annotations

import json
import subprocess

from tools.say import ROOT, VENV, fail


def main() -> None:
    known, unknown = [], 0
    for lock in ("run.txt", "test.txt"):
        command = [VENV / "bin/pip-audit", "-r", f"requirements/{lock}", "--disable-pip", "--require-hashes"]
        done = subprocess.run(
            [*command, "--format", "json", "--progress-spinner", "off", "--timeout", "10"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        try:
            packages = json.loads(done.stdout)["dependencies"]
        except (ValueError, KeyError):
            print(f"  {lock}: not audited, the database of vulnerabilities cannot be reached from here.")
            continue
        unknown += sum("skip_reason" in package for package in packages)
        known += [
            f"{package['name']} {package['version']}: {finding['id']} (mended in {', '.join(finding['fix_versions'])})"
            for package in packages
            for finding in package.get("vulns", ())
        ]
    if unknown:
        print(f"  {unknown} packages are not in the database that can be reached from here.")
    if known:
        fail("Known vulnerabilities:\n    " + "\n    ".join(known))


if __name__ == "__main__":
    main()
