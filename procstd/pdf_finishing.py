"""What is done to a drawn PDF before it is written: fields to type into, the standards it keeps, its objects once."""

from __future__ import annotations

import zlib
from typing import Any

import pydyf

#: PDF/UA-1 beside PDF/A: the drawing library names one standard in a file, and both are kept. What is not among
#: the words of PDF/A must be described there.
_ACCESSIBLE = b"""<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description></rdf:li></rdf:Seq>\
</pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>\
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part>\
</rdf:Description>"""


def fillable(_document: Any, pdf: Any) -> None:
    """Make fields of a drawn form ready to be typed into: a finisher for documents with pdf_forms.

    Text is drawn as boxes to tick and becomes text here: as such it would need a whole font of 10 MB in the file,
    and programs that fill in forms have fonts of their own, also for Chinese.
    """
    form = pdf.catalog.get("AcroForm")
    if not form:
        return
    helvetica = pydyf.Dictionary({"Type": "/Font", "Subtype": "/Type1", "BaseFont": "/Helvetica"})
    pdf.add_object(helvetica)
    form["DR"] = pydyf.Dictionary({"Font": pydyf.Dictionary({"Helv": helvetica.reference})})
    form["DA"] = pydyf.String("/Helv 10 Tf 0 g")
    for part in pdf.objects:
        if not isinstance(part, dict) or part.get("Subtype") != "/Widget":
            continue
        kind, _colon, name = part["T"].string.partition(":")
        if kind in ("text", "area"):
            for key in ("AS", "AP", "MK", "Border"):
                part.pop(key, None)
            part |= {"FT": "/Tx", "T": pydyf.String(name), "V": pydyf.String(""), "DA": form["DA"]}
            if kind == "area":
                part["Ff"] = 1 << 12  # several lines


def say_accessible(_document: Any, pdf: Any) -> None:
    """Let a drawn document name PDF/UA-1 beside the standard that it names already."""
    end = b"</rdf:RDF>"
    for part in pdf.objects:
        if getattr(part, "extra", {}).get("Type") == "/Metadata":
            part.stream = [piece.replace(end, _ACCESSIBLE + end) for piece in part.stream]


#: A document that is kept: PDF/A-3a and PDF/UA-1, tagged, so that it can be read aloud and in twenty years.
ARCHIVAL: dict[str, Any] = {"pdf_variant": "pdf/a-3a", "pdf_tags": True, "finisher": say_accessible}


class _Written(pydyf.Object):  # type: ignore[misc]
    """An object of a PDF that is written once: the library would do it again to reckon the number of the file."""

    def __init__(self, part: Any) -> None:
        super().__init__()
        self.number, self.generation = part.number, part.generation
        self._data, self._is_compressible = part.data, part.compressible

    @property
    def data(self) -> bytes:
        return self._data

    @property
    def compressible(self) -> bool:
        return self._is_compressible


def write_once(pdf: Any) -> None:
    """Write what a drawn document contains, compressed as usual: as tight as the library would takes thrice as long."""
    for part in pdf.objects:
        if isinstance(part, pydyf.Stream) and part.compress:
            content = zlib.compress(b"\n".join(map(pydyf._to_bytes, part.stream)))
            part.stream, part.compress, part.extra["Filter"] = [content], False, "/FlateDecode"
    pdf.objects = [part if part.free == "f" else _Written(part) for part in pdf.objects]
