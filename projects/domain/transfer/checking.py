"""Check a file before anything of it is written: what it holds, and who and what of it is known here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models.functions import Lower
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from processes.models import Definition, Process
from procstd.bilingual import Bilingual
from procstd.organisation.models import Department, Post, User
from procstd.transfer.archive import Archive, Unreadable
from procstd.transfer.content import Content
from procstd.transfer.declared import DEPARTMENT, PERSON, POST
from procstd.transfer.examining import examine
from procstd.transfer.knowing import Key, hanging_on
from projects.domain.transfer.exporting import counted
from surveys.models import Survey

KINDS = (PERSON, DEPARTMENT, POST)


def look_into(archive: Archive) -> tuple[Content, dict[str, Any]]:
    """Return what a file holds: its rows, and what the page of the check says of them, as JSON."""
    content = examine(archive)
    manifest = archive.manifest
    made_at = _moment(manifest["made_at"])
    if made_at is None or made_at.tzinfo is None or len(content.rows["projects.project"]) != 1:
        raise Unreadable(_("The file does not hold one project."))
    project = content.rows["projects.project"][0].values
    hanging = hanging_on(content)
    return content, {
        "code": project["code"],
        "name": {"zh": project["name_zh"], "en": project["name_en"]},
        "made_at": made_at.isoformat(),
        "made_by": {name: str(manifest["made_by"].get(f"name_{name}", ""))[:80] for name in ("zh", "en")},
        "product": manifest["product"][:20],
        "sha256": archive.sha256,
        "counts": counted({label: len(rows) for label, rows in content.rows.items()}),
        "files": len(content.files),
        "left_out": [
            {name: str(row.get(name, ""))[:500] for name in ("zh", "en")} for row in manifest["left_out"][:200]
        ],
        "filled_in": content.filled_in,
        PERSON: [_said(row, "username") for row in content.named[PERSON].values()],
        DEPARTMENT: [_said(row, "code") for row in content.named[DEPARTMENT].values()],
        POST: [_said(row, "code") for row in content.named[POST].values()],
        "fixed": {kind: sorted(codes) for kind, codes in content.fixed.items()},
        "processes": _processes(content, hanging),
        "surveys": [
            {"number": row.values["number"], "began_at": row.values["began_at"].isoformat(),
             "process": content.rows["processes.process"][row.refs["process"][1] - 1].values["code"],
             "stays": counted(hanging.get(row.key, {}))}
            for row in content.rows["surveys.survey"]
        ],
    }  # fmt: skip


def _said(row: dict[str, Any], told_by: str) -> dict[str, str]:
    return {"code": row[told_by], "zh": row["name_zh"], "en": row["name_en"], "email": row.get("email", "")}


def _moment(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:  # it looks like a moment, and is none: there is no 45th
        return None


def _processes(content: Content, hanging: Mapping[Key, dict[str, int]]) -> list[dict[str, Any]]:
    definitions = {row.refs["revision"]: row for row in content.rows["processes.definition"]}
    releases: dict[Any, list[dict[str, Any]]] = {}
    for row in content.rows["processes.release"]:
        begins, ends = row.values["valid_from"], row.values["valid_until"]
        period = {"from": begins.isoformat(), "until": ends and ends.isoformat()}
        releases.setdefault(row.refs["definition"], []).append(period)
    found = []
    for process in content.rows["processes.process"]:
        versions = []
        for row in content.rows["processes.revision"]:
            if row.refs["process"] != process.key:
                continue
            definition = definitions.get(row.key)
            number = json.loads(definition.values["content"]).get("number") if definition else None
            versions.append(
                {
                    "number": str(number or f"{row.values['major']}.{row.values['minor']}")[:40],
                    "sha256": definition.values["sha256"] if definition else "",
                    "releases": releases.get(definition.key, []) if definition else [],
                }
            )
        values = process.values
        found.append(
            {"code": values["code"], "zh": values["name_zh"], "en": values["name_en"], "versions": versions,
             "stays": counted(hanging.get(process.key, {}))}
        )  # fmt: skip
    return found


@dataclass
class Need:
    """Somebody or something that the file names: as whom or what it is known here."""

    kind: str
    code: str
    name_zh: str
    name_en: str
    found: Any = None
    #: It stands in a signed text by its code, so it cannot become another one.
    is_fixed: bool = False

    name = Bilingual("name")

    @property
    def place(self) -> str:
        """What a page calls it, whatever else is on the page."""
        return f"{self.kind}_{self.code}"

    @property
    def differs(self) -> bool:
        """Tell whether the one here is called otherwise: it may be somebody else."""
        return self.found is not None and (self.found.name_zh, self.found.name_en) != (self.name_zh, self.name_en)


@dataclass
class KnownProcess:
    """A process of the file that is here already: its standard here stays, that of the file is not written."""

    process: Process
    #: Number, and whether the same text is here.
    versions: list[tuple[str, bool]] = field(default_factory=list)
    #: What of the file is not written since it hangs on the process: how many rows, by what people call them.
    stays: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class KnownSurvey:
    """A survey of the file that is here already, and is not written again; with what stays in the file."""

    survey: Survey
    stays: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Coming:
    """A version that comes into force by the import, for a half-open period."""

    process: dict[str, Any]
    number: str
    begins: datetime
    ends: datetime | None


@dataclass
class Needs:
    """What must be decided before a file is imported, as it is at this moment."""

    matches: dict[str, list[Need]]
    known: list[KnownProcess]
    #: Releases of processes that are not here: whatever of them is not over comes into force by the import.
    releases: list[Coming]
    #: Surveys that are here already, and not written again.
    surveys: list[KnownSurvey]

    @property
    def missing(self) -> list[Need]:
        return [need for kind in KINDS for need in self.matches[kind] if need.found is None]

    @property
    def doubtful(self) -> list[Need]:
        """People who are called otherwise here: the same code may be somebody else's."""
        return [need for need in self.matches[PERSON] if need.differs]

    @property
    def open(self) -> list[Need]:
        """What somebody decides about before anything is written."""
        return [*self.missing, *self.doubtful]

    def coming(self, at: datetime) -> list[Coming]:
        """Return what is in force by the import at that moment or later: first what begins first."""
        rows = [row for row in self.releases if row.ends is None or row.ends > at]
        return sorted(rows, key=lambda row: row.begins)

    @property
    def leaves_something(self) -> bool:
        """Tell whether anything of the file is not written, since it is here."""
        return bool(self.surveys) or any(row.versions or row.stays for row in self.known)


def needs_of(told: dict[str, Any]) -> Needs:
    """Match what a check found with what is here now. A constant number of queries."""
    matches = {
        kind: [
            Need(
                kind,
                row["code"],
                row["zh"],
                row["en"],
                found.get(row["code"]),
                row["code"] in told["fixed"].get(kind, ()),
            )
            for row in told[kind]
        ]
        for kind, found in ((kind, _known(kind, told[kind])) for kind in KINDS)
    }
    here = {row.code: row for row in Process.objects.filter(code__in=[row["code"] for row in told["processes"]])}
    sums = [version["sha256"] for row in told["processes"] for version in row["versions"] if version["sha256"]]
    same = set(Definition.objects.filter(sha256__in=sums).values_list("sha256", flat=True))
    known = [
        KnownProcess(
            here[row["code"]], [(one["number"], one["sha256"] in same) for one in row["versions"]], row["stays"]
        )
        for row in told["processes"]
        if row["code"] in here
    ]
    releases = [
        Coming(
            row, version["number"], datetime.fromisoformat(period["from"]),
            datetime.fromisoformat(period["until"]) if period["until"] else None,
        )
        for row in told["processes"]
        if row["code"] not in here
        for version in row["versions"]
        for period in version["releases"]
    ]  # fmt: skip
    return Needs(matches, known, releases, _known_surveys(told["surveys"]))


def _known_surveys(told: list[dict[str, Any]]) -> list[KnownSurvey]:
    """Return those that are here. A survey is told by its process and beginning: it may have another number here."""
    wanted = {(row["process"], datetime.fromisoformat(row["began_at"])): row["stays"] for row in told}
    rows = Survey.objects.filter(
        process__code__in={code for code, _at in wanted}, began_at__in={at for _code, at in wanted}
    ).select_related("process")
    return [
        KnownSurvey(row, wanted[row.process.code, row.began_at])
        for row in rows
        if (row.process.code, row.began_at) in wanted
    ]


def named_twice(needs: Iterable[Need], decided: Mapping[str, Mapping[str, str]]) -> list[Need]:
    """Return those who would become one who is here together with another of the file: what two did, one had done."""
    first: set[tuple[str, str]] = set()
    found = []
    for need in needs:
        to = decided.get(need.kind, {}).get(need.code, "")
        if to and (need.kind, to) in first:
            found.append(need)
        first.add((need.kind, to))
    return found


def _known(kind: str, rows: Iterable[dict[str, str]]) -> dict[str, Any]:
    if kind != PERSON:
        model: Any = Department.objects.without_tree_fields() if kind == DEPARTMENT else Post.objects.all()
        return {row.code: row for row in model.filter(code__in=[row["code"] for row in rows])}
    by_name = {row.username: row for row in User.objects.filter(username__in=[row["code"].lower() for row in rows])}
    wanted = {row["email"].lower() for row in rows if row["email"] and row["code"].lower() not in by_name}
    by_mail: dict[str, list[User]] = {}
    for row in User.objects.annotate(mail=Lower("email")).filter(mail__in=wanted) if wanted else ():
        by_mail.setdefault(row.email.lower(), []).append(row)
    # An address that two people share tells nobody.
    one = {mail: people[0] for mail, people in by_mail.items() if len(people) == 1}
    return {row["code"]: by_name.get(row["code"].lower()) or one.get(row["email"].lower()) for row in rows}
