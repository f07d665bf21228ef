"""Words as pictures: all that some platforms take as evidence."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from connectors.events import File

_WIDE, _HIGH, _EDGE = 1240, 1754, 90  # A4 at 150 dots an inch
_SIZE, _STEP, _LETTERS = 22, 32, 92  # of a letter, from line to line, in a line
_LINES = (_HIGH - 2 * _EDGE) // _STEP
_MOST = 5  # pages: platforms take little, and the newest words count


def pictures(name: str, lines: Sequence[str]) -> list[File]:
    """PNG files "name-1.png" …, the last pages where there are too many. The same lines give the same bytes."""
    pages = list(_pages(lines))[-_MOST:]
    return [File(f"{name}-{at}.png", "image/png", _drawn(page)) for at, page in enumerate(pages, 1)]


def _pages(lines: Sequence[str]) -> Iterator[list[str]]:
    folded = [
        part
        for line in lines
        for written in line.splitlines() or [""]
        for part in textwrap.wrap(written, _LETTERS) or [""]
    ]
    for start in range(0, len(folded), _LINES):
        yield folded[start : start + _LINES]


def _drawn(page: list[str]) -> bytes:
    image = Image.new("1", (_WIDE, _HIGH), 1)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(_SIZE)
    for number, line in enumerate(page):
        draw.text((_EDGE, _EDGE + number * _STEP), line, fill=0, font=font)
    kept = BytesIO()
    image.save(kept, "PNG", optimize=True)
    return kept.getvalue()
