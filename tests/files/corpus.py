"""Files that people send, made on the spot: good ones, odd ones, hostile ones."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from openpyxl import Workbook
from PIL import Image

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 6), *, gps: bool = False, mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    if gps:
        exif[0x010F] = "Canary camera"
        exif[0x0112] = 6  # lies on its side
        exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 25.0)})
    Image.new(mode, size, "red" if mode == "RGB" else 1).save(out, kind, exif=exif)
    return out.getvalue()


def animation() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 6), colour) for colour in ("red", "green", "blue")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


def two_pictures_in_one() -> bytes:
    """A JPEG as many phones make it: a second picture, for depth or a wide view, stands behind the first."""
    out = io.BytesIO()
    first, second = (Image.new("RGB", (16, 12), colour) for colour in ("red", "blue"))
    first.save(out, "MPO", save_all=True, append_images=[second])
    return out.getvalue()


def animation_of(frames: int, side: int) -> bytes:
    """A GIF of few bytes and many large pictures."""
    out = io.BytesIO()
    pictures = [Image.new("P", (side, side), number % 2) for number in range(frames)]
    pictures[0].save(out, "GIF", save_all=True, append_images=pictures[1:], duration=10)
    return out.getvalue()


def workbook() -> bytes:
    book, out = Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(["code", "name"])
    book.save(out)
    return out.getvalue()


def archive(**entries: bytes) -> bytes:
    """Return a zip; in names ``__`` stands for a slash."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def office(folder: str, **more: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr(f"{folder}/main.xml", "<a/>")
        for name, content in more.items():
            made.writestr(f"{folder}/{name}", content)
    return out.getvalue()


def locked_archive() -> bytes:
    """A workbook whose entries say that they are encrypted."""
    raw = bytearray(office("xl"))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = raw.find(mark)
        while start >= 0:
            raw[start + offset] |= 1
            start = raw.find(mark, start + 4)
    return bytes(raw)


def giant_png(side: int) -> bytes:
    """A PNG whose header promises *side* × *side* pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


HTML = b"<!DOCTYPE html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512

Make = Callable[[], bytes]

#: name, content
WELCOME: list[tuple[str, Make]] = [
    ("manual.pdf", lambda: PDF),
    ("photo.jpg", lambda: picture("JPEG")),
    ("photo.JPEG", lambda: picture("JPEG")),
    ("photo.png", picture),
    ("photo.webp", lambda: picture("WEBP")),
    ("stamp.gif", lambda: picture("GIF", mode="P")),
    ("machine.gif", animation),
    ("people.xlsx", workbook),
    ("letter.docx", lambda: office("word")),
    ("training.pptx", lambda: office("ppt")),
    ("notes.txt", lambda: "投诉记录\r\n第一条".encode()),
    ("notes-gb.txt", lambda: "投诉记录".encode("gb18030")),
    ("list.csv", lambda: b"\xef\xbb\xbfcode,name\n1,a\n"),
]

KIND, CONTENT, DAMAGED, BOMB, LOCKED, MACROS, PIXELS, EMPTY = (
    "of this kind", "not of the kind", "damaged", "unpacks to far more", "password", "macros", "pixels", "empty",
)  # fmt: skip

#: name, content, a part of what the person is told
REFUSED: list[tuple[str, Make, str]] = [
    ("page.html", lambda: HTML, KIND),
    ("drawing.svg", lambda: SVG, KIND),
    ("tool.exe", lambda: b"MZ\x90", KIND),
    ("run.sh", lambda: b"#!/bin/sh\n", KIND),
    ("shell.php", lambda: b"<?php ?>", KIND),
    ("macro.xlsm", lambda: office("xl", **{"vbaProject.bin": b"x"}), KIND),
    ("old.xls", lambda: OLE, KIND),
    ("all.zip", lambda: archive(a=b"b"), KIND),
    ("noextension", lambda: PDF, KIND),
    (".htaccess", lambda: b"Deny from all", KIND),
    ("photo.png.html", lambda: picture(), KIND),
    ("photo.png\u202egnp.exe", lambda: b"MZ", KIND),
    ("page.html.pdf", lambda: HTML, CONTENT),
    ("page.png", lambda: HTML, CONTENT),
    ("drawing.jpg", lambda: SVG, CONTENT),
    ("photo.jpg", picture, CONTENT),
    ("photo.png", lambda: picture()[:40], CONTENT),
    ("photo-cut.jpg", lambda: picture("JPEG", (400, 400))[:700], CONTENT),
    ("photo.webp", lambda: b"RIFF\x00\x00\x00\x00WEBP", CONTENT),
    ("anim.gif", lambda: b"GIF89a" + HTML, CONTENT),
    ("manual.pdf", lambda: b"\n" + HTML + PDF, CONTENT),
    ("manual-late.pdf", lambda: b" " * 2000 + PDF, CONTENT),
    ("binary.txt", lambda: b"\x00\x01\x02\x03", CONTENT),
    ("binary.csv", lambda: b"a,b\n\x1b[2J,\n", CONTENT),
    ("elf.txt", lambda: b"\x7fELF\x02\x01\x01\x00", CONTENT),
    ("people.xlsx", lambda: archive(a=b"b"), CONTENT),
    ("letter.docx", lambda: office("xl"), CONTENT),
    ("secret.xlsx", lambda: OLE, CONTENT),
    ("people.xlsx", lambda: workbook()[:200], DAMAGED),
    ("people.xlsx", lambda: b"PK\x03\x04 and nothing more", DAMAGED),
    ("bomb.xlsx", lambda: office("xl", sheet=b"\0" * 40_000_000), BOMB),
    ("crowd.docx", lambda: office("word", **{f"p{n}": b"" for n in range(2_100)}), BOMB),
    ("locked.xlsx", locked_archive, LOCKED),
    ("macro.docx", lambda: office("word", **{"vbaProject.bin": b"x"}), MACROS),
    ("macro.xlsx", lambda: office("xl", **{"VBAPROJECT.BIN": b"x"}), MACROS),
    ("giant.png", lambda: giant_png(9_000), PIXELS),
    ("monster.png", lambda: giant_png(100_000), CONTENT),
    ("nothing.pdf", lambda: b"", EMPTY),
    ("nothing.txt", lambda: b"", EMPTY),
]
