"""The letters of a PDF by their shape: what is drawn on its pages is what the font file draws of the same words.

Text that can be copied from a PDF proves nothing of what is seen: a missing letter is a box that copies well.
"""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from django.conf import settings
from PIL import Image, ImageChops, ImageDraw, ImageFont

from processes.manuals.pdf import manual_pdf
from procstd.documents import FONTS, to_pdf
from tests.manuals import read_of
from tests.standards import released

#: Pixels to a point.
_SCALE = 12
#: How much of a shape may differ: two programs smooth edges differently.
_ALIKE = 0.8
_MISSING = "\U000e0001"


def _ink(picture: Image.Image) -> Image.Image:
    """Return a picture's ink as white on black, cut to where there is some."""
    dark = picture.convert("L").point(lambda grey: 255 if grey < 140 else 0)
    return dark.crop(dark.getbbox() or (0, 0, 1, 1))


def _drawn_by_font(words: str, size: float, weight: str) -> Image.Image:
    file = str(Path(settings.NPM_ROOT) / FONTS[f"font:{weight}"])
    font = ImageFont.truetype(file, round(size * _SCALE))
    picture = Image.new("L", (round(size * _SCALE * (len(words) + 2)), round(size * _SCALE * 2)), 255)
    ImageDraw.Draw(picture).text((size * _SCALE / 2, size * _SCALE / 4), words, font=font, fill=0)
    return _ink(picture)


def _alike(one: Image.Image, other: Image.Image) -> float:
    """Tell how much of two shapes is the same, 0 to 1, when laid over each other in one size."""
    if abs(other.width / other.height / (one.width / one.height) - 1) > 0.12:
        return 0.0
    laid = other.resize(one.size, Image.Resampling.NEAREST)
    both, either = (made.histogram()[255] for made in (ImageChops.darker(one, laid), ImageChops.lighter(one, laid)))
    return both / max(1, either)


def _seen(content: bytes, words: str) -> Image.Image:
    """Return the ink of the first place where a PDF says *words*."""
    for page in pypdfium2.PdfDocument(content):
        text = page.get_textpage()
        found = text.search(words, match_case=True).get_next()
        if found is None:
            continue
        boxes = [text.get_charbox(found[0] + place, loose=True) for place in range(found[1])]
        left, bottom = min(box[0] for box in boxes), min(box[1] for box in boxes)
        right, top = max(box[2] for box in boxes), max(box[3] for box in boxes)
        picture = page.render(scale=_SCALE).to_pil().convert("L")
        high = picture.height
        cut = (left * _SCALE - 1, high - top * _SCALE, right * _SCALE + 1, high - bottom * _SCALE)
        return _ink(picture.crop(tuple(map(round, cut))))
    raise AssertionError(f"The PDF does not say {words}.")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("choice", "words", "weight"),
    [
        ("zh-hans", "审批处理方案", "regular"), ("zh-hans", "客户投诉登记表", "regular"), ("zh-hans", "职责", "bold"),
        ("en", "Responsibilities", "bold"), ("en", "Approve the solution", "regular"),
    ],
)  # fmt: skip
def test_the_words_of_a_manual_have_the_shapes_of_the_font(choice: str, words: str, weight: str) -> None:
    content = _content(choice)

    seen = _seen(content, words)
    expected = [_alike(seen, _drawn_by_font(words, 12, each)) for each in ("regular", "bold")]

    assert max(expected) > _ALIKE, expected


_contents: dict[str, bytes] = {}


def _content(choice: str) -> bytes:
    if choice not in _contents:
        released()
        found = read_of()
        _contents[choice] = manual_pdf(found.manual(choice), found.standard, found.facts)
    return _contents[choice]


STYLE = 'p { font: 20pt "Noto Sans SC" }'


@pytest.mark.parametrize("words", ["流程标准", "Complaint 24 h", "时限：3 个工作日"])
def test_the_measure_knows_right_letters_from_wrong_ones(words: str) -> None:
    content = to_pdf(f"<html lang=zh-Hans><body><p>{words}</p></body></html>", STYLE)
    seen = _seen(content, words)

    assert _alike(seen, _drawn_by_font(words, 20, "regular")) > _ALIKE
    # Other words, boxes in place of letters, and letters of which one is another.
    for wrong in ("质量检验", "Complaint 42 h", _MISSING * len(words), words[:-1] + "口"):
        assert _alike(seen, _drawn_by_font(wrong, 20, "regular")) < _ALIKE, wrong
