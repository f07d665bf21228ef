"""HTML mail ↔ plain text."""

from __future__ import annotations

import re
from html import escape

from html2text import HTML2Text

_INVISIBLE = re.compile(r"<(style|script|head|title)\b.*?(?:</\1\s*>|\Z)", re.I | re.S)
_ESCAPED = re.compile(r"^((?:> ?)*\s*\d*)\\(?=[-+.])", re.M)  # the converter guards Markdown's lists


def as_text(html: str) -> str:
    """What a reader sees; quotes (blockquote) get "> "."""
    reader = HTML2Text(bodywidth=0)
    reader.ignore_images = True
    reader.ignore_emphasis = True
    reader.ignore_mailto_links = True
    reader.ignore_tables = True
    reader.unicode_snob = True
    try:
        text = reader.handle(_INVISIBLE.sub("", html))
    except Exception:  # a parser fed with anything may raise anything; tags removed is the least we can do
        text = re.sub(r"<[^>]*>", " ", html)
    lines = (line.rstrip() for line in _ESCAPED.sub(r"\1", text).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def from_text(text: str) -> str:
    """A plain HTML alternative with the same words; nothing in the text can become markup."""
    paragraphs = re.split(r"\n{2,}", text.strip())
    return "\n".join(f"<p>{escape(p).replace(chr(10), '<br>' + chr(10))}</p>" for p in paragraphs)
