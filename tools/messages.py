"""`make messages`: collect messages from code and templates; `--check`: tell what is missing."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tools import setup
from tools.say import PYTHON, ROOT, VENV, fail, plain_sentences, quietly

LOCALE = ROOT / "locale"
PO = LOCALE / "zh_Hans/LC_MESSAGES/django.po"
#: gettext may be called _, for one argument; whatever else it is called, its messages are not collected.
RENAMED = re.compile(r"\bgettext(?:_lazy|_noop)? as (?!_\b)|\b(?:n|p|np)gettext(?:_lazy)? as ")
IGNORED = ("var", "node_modules", ".venv", "tests", "tools", "bench")


def collect() -> None:
    """Run makemessages without line numbers and dates, so that the file changes only when messages do."""
    ignores = [part for name in IGNORED for part in ("-i", f"{name}/*")]
    quietly(
        [PYTHON, "manage.py", "makemessages", "-l", "zh_Hans", "--no-location", "--no-wrap", "--no-obsolete", *ignores],
        env={"PATH": f"{VENV}/bin:/usr/bin:/bin", "PROCSTD_LOG_LEVEL": "ERROR"},
    )
    idle = "POT-Creation-Date|PO-Revision-Date|Project-Id-Version|Report-Msgid-Bugs-To"
    text = re.sub(rf'^"({idle}): .*\n', "", PO.read_text(), flags=re.M)
    # Chinese has one plural form; msgmerge adds an empty second one to each new entry.
    PO.write_text(re.sub(r'^msgstr\[1\] ""\n', "", text, flags=re.M))


def missing(path: Path) -> list[str]:
    """Return the messages of *path* that have no translation or a fuzzy one."""
    program = (
        "import sys\n"
        "from babel.messages.pofile import read_po\n"
        "with open(sys.argv[1], 'rb') as po:\n"
        "    for message in read_po(po):\n"
        "        strings = message.string if isinstance(message.string, tuple) else (message.string,)\n"
        "        if message.id and (message.fuzzy or not all(strings)):\n"
        "            print(message.id if isinstance(message.id, str) else message.id[0])\n"
    )
    said = subprocess.run([PYTHON, "-c", program, path], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    return said.splitlines()


def unseen() -> list[str]:
    """Return the modules that give gettext a name which the collector does not know: their messages are lost."""
    folders = [folder for folder in ROOT.iterdir() if folder.is_dir() and folder.name not in (*IGNORED, ".git")]
    files = [file for folder in folders for file in folder.rglob("*.py")]
    return sorted(str(file.relative_to(ROOT)) for file in files if RENAMED.search(file.read_text()))


def check() -> None:
    """Fail, naming them, on messages that are not collected, not translated, or fuzzy."""
    if lost := unseen():
        fail("Messages of a renamed gettext are not collected; call it gettext, or _:\n    " + "\n    ".join(lost))
    before = PO.read_text()
    try:
        collect()
        after = PO.read_text()
    finally:
        PO.write_text(before)
    if before != after:
        new = sorted(set(after.splitlines()) ^ set(before.splitlines()))
        fail("Messages are not collected; run `make messages`:\n    " + "\n    ".join(new[:20]))
    untranslated = missing(PO)
    if untranslated:
        fail(f"{len(untranslated)} messages lack a zh-Hans text:\n    " + "\n    ".join(untranslated[:20]))


if __name__ == "__main__":
    with plain_sentences():
        setup.ensure(tests=True)
        if "--check" in sys.argv:
            check()
        else:
            collect()
            rest = missing(PO)
            print(f"  {len(rest)} messages lack a zh-Hans text." if rest else "  Every message has a zh-Hans text.")
