"""Take in a BPMN file from anywhere: nothing is fetched, nothing is expanded, nothing large is read (F18, I6)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from lxml import etree

from procstd.errors import DomainError

MOST_BYTES = 2 * 1024 * 1024
MOST_ELEMENTS = 40_000
#: BPMN 2.0, and its beta that some older tools still write.
SPACES = ("http://www.omg.org/spec/BPMN/20100524/MODEL", "http://schema.omg.org/spec/BPMN/2.0")
_XINCLUDE = "http://www.w3.org/2001/XInclude"


def parse_file(content: bytes) -> etree._Element:
    """Return the root of a BPMN 2.0 file; refuse what is too large, no XML, no BPMN, or would reach outside."""
    if len(content) > MOST_BYTES:
        raise _refused(
            _("The file has more than %(most)d MB. A diagram of one process is far smaller.")
            % {"most": MOST_BYTES // 1024 // 1024}
        )
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise _with_entities()
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _refused(
            _("The file is no sound XML, so it cannot be read (%(why)s). Export it anew as BPMN 2.0.")
            % {"why": str(error)[:200]}
        ) from error
    # A file in UTF-16 hides these from the first look.
    if root.getroottree().docinfo.internalDTD is not None or root.getroottree().docinfo.doctype:
        raise _with_entities()
    name = etree.QName(root)
    if name.localname != "definitions" or name.namespace not in SPACES:
        raise _refused(
            _("This is XML, but no BPMN 2.0: it begins with “%(name)s”. In your tool choose “export as BPMN 2.0”.")
            % {"name": name.localname[:60]}
        )
    for number, element in enumerate(root.iter()):
        if number > MOST_ELEMENTS:
            raise _refused(_("The file has more elements than a diagram of one process."))
        if not isinstance(element.tag, str):
            raise _with_entities()
        if element.tag.startswith(f"{{{_XINCLUDE}}}"):
            raise _refused(_("The file asks for other files (XInclude). It must contain everything itself."))
    return root


def as_text(content: bytes) -> str:
    """Return a file as text, for a form that carries it along: whatever its encoding was."""
    return str(etree.tostring(parse_file(content), encoding="unicode"))


def _with_entities() -> DomainError:
    return _refused(_("The file declares a document type or entities. BPMN needs none, so it is not read."))


def _refused(message: object) -> DomainError:
    return DomainError(message, field="file")
