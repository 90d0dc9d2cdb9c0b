"""The log as a file: CSV with the usual names of columns, and XES by IEEE 1849, both written as they are read."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from cases.domain.eventlog.traces import LogEvent, Trace
from procstd.sheets import neutral

COLUMNS = (
    "case:concept:name", "concept:name", "time:timestamp", "lifecycle:transition", "org:resource", "org:role",
    "procstd:step", "procstd:run", "procstd:outcome", "procstd:version", "procstd:due", "procstd:late",
    "procstd:paused_s", "case:procstd:department", "case:procstd:grade", "case:procstd:version", "case:procstd:open",
)  # fmt: skip
#: The extensions of the standard that a log uses: name, prefix, address of its definition.
_EXTENSIONS = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
)
_NAMESPACE = "http://www.xes-standard.org/"
_GLOBALS: dict[str, dict[str, Any]] = {
    "trace": {"concept:name": "-"},
    "event": {
        "concept:name": "-", "time:timestamp": datetime(1970, 1, 1, tzinfo=UTC), "lifecycle:transition": "complete",
    },
}  # fmt: skip


@dataclass
class Written:
    """What went into a file."""

    cases: int = 0
    events: int = 0


def write_csv(traces: Iterable[Trace], told: Callable[[int], None]) -> tuple[bytes, Written]:
    """Return the log as CSV in UTF-8. No cell is one that a spreadsheet program computes (I4)."""
    written, text = Written(), io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    for trace in traces:
        facts = trace.facts
        about = (trace.department, facts.grade or "", facts.version, _flag(facts.is_open))
        for event in trace.events:
            cells = (facts.number, *map(_cell, _facts(event).values()), *about)
            rows.writerow([neutral(cell) for cell in cells])
        _count(written, trace, told)
    return text.getvalue().encode("utf-8-sig"), written


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return _flag(value)
    if isinstance(value, datetime):
        return _moment(value)
    return "" if value is None else value


def write_xes(traces: Iterable[Trace], told: Callable[[int], None], *, name: str) -> tuple[bytes, Written]:
    """Return the log as XES, packed by gzip: tools open it so, and it is a twentieth of the size."""
    written, packed = Written(), io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as file, etree.xmlfile(file, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element("log", {"xes.version": "1849-2016", "xes.features": "", "xmlns": _NAMESPACE}):
            for element in _head():
                xml.write(element)
            xml.write(etree.Element("string", {"key": "concept:name", "value": name}))
            for trace in traces:
                xml.write(_trace(trace))
                _count(written, trace, told)
    return packed.getvalue(), written


def _count(written: Written, trace: Trace, told: Callable[[int], None]) -> None:
    written.cases += 1
    written.events += len(trace.events)
    if written.cases % 100 == 0:
        told(written.cases)


def _head() -> Iterator[etree._Element]:
    """Yield what a log says of itself before its traces."""
    for title, prefix, address in _EXTENSIONS:
        yield etree.Element("extension", {"name": title, "prefix": prefix, "uri": address})
    for scope, values in _GLOBALS.items():
        element = etree.Element("global", {"scope": scope})
        for key, value in values.items():
            _add(element, key, value)
        yield element
    yield etree.Element("classifier", {"name": "Activity", "keys": "concept:name"})


def _trace(trace: Trace) -> etree._Element:
    facts, element = trace.facts, etree.Element("trace")
    _add(element, "concept:name", facts.number)
    _add(element, "procstd:department", trace.department)
    _add(element, "procstd:grade", facts.grade)
    _add(element, "procstd:version", facts.version)
    _add(element, "procstd:open", facts.is_open)
    for event in trace.events:
        entry = etree.SubElement(element, "event")
        for key, value in _facts(event).items():
            _add(entry, key, value)
    return element


def _facts(event: LogEvent) -> dict[str, Any]:
    return {
        "concept:name": event.activity, "time:timestamp": event.at, "lifecycle:transition": event.transition,
        "org:resource": event.resource, "org:role": event.post, "procstd:step": event.step, "procstd:run": event.run,
        "procstd:outcome": event.outcome, "procstd:version": event.version, "procstd:due": event.due_at,
        "procstd:late": event.is_late, "procstd:paused_s": event.paused_s,
    }  # fmt: skip


def _add(element: etree._Element, key: str, value: Any) -> None:
    """Add an attribute in the words of XES; none of what is not known."""
    if value is None or value == "":
        return
    if isinstance(value, bool):
        kind, text = "boolean", _flag(value)
    elif isinstance(value, int):
        kind, text = "int", str(value)
    elif isinstance(value, datetime):
        kind, text = "date", _moment(value)
    else:
        kind, text = "string", str(value)
    etree.SubElement(element, kind, {"key": key, "value": text})


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def _flag(value: bool) -> str:
    return "true" if value else "false"
