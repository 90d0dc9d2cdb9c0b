"""Drawings in other tools' ways of writing, and files that are none; see tests/processes/bpmn/README.md."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parents[2] / "bpmn"


def drawn_by(tool: str) -> bytes:
    """Return the drawing in the way *tool* writes them."""
    return (FOLDER / f"{tool}.bpmn").read_bytes()


def _flow(name: str, source: str, target: str) -> str:
    return f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}"/>'


def _process(inside: str) -> bytes:
    return f'<definitions xmlns="{_NS}"><process id="p">{inside}</process></definitions>'.encode()


_NS = "http://www.omg.org/spec/BPMN/20100524/MODEL"

BROKEN = {
    "nothing": b"",
    "no xml": b"PK\x03\x04 this is a zip",
    "a page": b"<html><body><p>x</body></html>",
    "another drawing": b"<mxfile><diagram/></mxfile>",
    "an older BPMN": b'<Package xmlns="http://www.wfmc.org/2009/XPDL2.2"/>',
    "entities": b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>',
    "entities in UTF-16": '<!DOCTYPE d [<!ENTITY x "y">]><d>&x;</d>'.encode("utf-16"),
    "laughs": b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><l>&b;</l>',
    "deep": b"<a>" * 5000 + b"</a>" * 5000,
    "large": b"<!-- " + b"x" * (50 * 1024 * 1024) + b" -->",
    "includes": _process('<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'),
    "no step": _process('<startEvent id="s"/>'),
    "no process": f'<definitions xmlns="{_NS}"/>'.encode(),
    "many gateways": _process(
        '<task id="t"/>'
        + "".join(f'<exclusiveGateway id="g{n}"/>' for n in range(60))
        + _flow("f", "t", "g0")
        + "".join(_flow(f"{way}{n}", f"g{n}", f"g{n + 1}") for n in range(59) for way in "ab")
    ),
    "many steps": _process("".join(f'<task id="t{n}"/>' for n in range(300))),
}  # fmt: skip
