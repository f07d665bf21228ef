"""The process that reads one file: `python -m connectors.filereader pdf|photo`, its bytes on stdin, JSON on stdout."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import resource
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image

MEMORY = 3 * 1024**3  # bytes of address space; a reading uses far less, its libraries reserve much
PROCESSOR = 30  # seconds
MOST_PAGES = 10
MOST_PIXELS = 50_000_000  # of a picture that is opened
LONGEST_SIDE = 1600  # pixels, as it is read
SMALLEST_SIDE = 64
MOST_CHARACTERS = 25_000
_MOST_SCANS = 3  # pictures of a PDF without words
_FEW = 20  # characters: a PDF with less is a scan


class Unreadable(Exception):
    """Why, in words for a member."""


def pdf(content: bytes) -> str:
    import pypdf

    try:
        document = pypdf.PdfReader(io.BytesIO(content))
        if document.is_encrypted and not document.decrypt(""):
            raise Unreadable("The PDF is locked with a password.")
        text = ""
        for page in document.pages[:MOST_PAGES]:
            text += f"{page.extract_text()}\n"
            if len(text) > MOST_CHARACTERS:
                break
        if len(text.strip()) < _FEW:
            text += "\n".join(words(picture) for picture in _scans(document))
    except pypdf.errors.PyPdfError as error:
        raise Unreadable(f"The PDF is broken: {error}"[:200]) from error
    return text


def _scans(document: object) -> Iterator[Image]:
    """Pictures of the first pages, where photos can be read here."""
    with contextlib.suppress(ImportError):
        import rapidocr  # noqa: F401

        pages = document.pages[:_MOST_SCANS]  # type: ignore[attr-defined]
        found = [each.image for page in pages for each in page.images]
        yield from found[:_MOST_SCANS]


def photo(content: bytes) -> str:
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Unreadable("The picture is too large.")
            return words(picture)
    except UnidentifiedImageError:
        raise Unreadable("This is no picture that can be read.") from None
    except (Image.DecompressionBombError, OSError, ValueError) as error:
        raise Unreadable(f"The picture is broken: {error}"[:200]) from error


def words(picture: Image) -> str:
    """Line by line. The way the camera was held counts."""
    import numpy
    from PIL import ImageOps
    from rapidocr import RapidOCR

    if min(picture.size) < SMALLEST_SIDE:
        return ""
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    found: Any = RapidOCR()(numpy.asarray(upright)[:, :, ::-1])
    return "\n".join(found.txts or ())


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR))
    logging.disable(logging.CRITICAL)
    content = sys.stdin.buffer.read()
    try:
        with contextlib.redirect_stdout(sys.stderr):  # libraries greet there
            answer = {"text": {"pdf": pdf, "photo": photo}[sys.argv[1]](content)}
    except Unreadable as error:
        answer = {"problem": str(error)}
    except MemoryError:
        answer = {"problem": "The file needs too much memory to be read."}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
