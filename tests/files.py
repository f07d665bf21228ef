"""Files as shoppers send them, made here: a PDF with words, a photo of words."""

from __future__ import annotations

import io
from collections.abc import Sequence


def pdf(lines: Sequence[str] = (), pages: int = 1) -> bytes:
    """Each page says the lines. Without any it holds no text."""
    said = "".join(f"({line}) Tj T* " for line in lines)
    stream = f"BT /F1 12 Tf 14 TL 40 700 Td {said}ET".encode("latin-1")
    kids = " ".join(f"{4 + number} 0 R" for number in range(pages))
    page = "<< /Type /Page /Parent 2 0 R /Contents 3 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} /MediaBox [0 0 612 792] >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        *[page.encode()] * pages,
    ]
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, each in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, each))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    return out.getvalue()


def photo(lines: Sequence[str], size: tuple[int, int] = (900, 320)) -> bytes:
    """Needs the `photos` group."""
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("RGB", size, "white")
    for place, line in enumerate(lines):
        ImageDraw.Draw(picture).text(
            (40, 40 + place * 80), line, fill="black", font=ImageFont.load_default(size=34)
        )
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
