"""HTML mail ↔ plain text."""

from __future__ import annotations

import re
from html import escape, unescape

from html2text import HTML2Text

_LONGEST = 300_000  # characters; far beyond what anybody writes
_DEEPEST = 40  # the reader's time grows with the square of the nesting
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_NESTING = {"blockquote", "ul", "ol"}
_STRAY = re.compile(r"<(?![^<>]+>)")  # opens nothing; thousands of them would keep the standard parser busy
_GUARD = re.compile(
    r"^((?:> ?)*\s*\d*)\\(?=[-+.])", re.M
)  # a backslash before what looks like a Markdown list


class _Reader(HTML2Text):
    """Plain text rather than Markdown, and no deeper than anybody quotes."""

    def __init__(self) -> None:
        super().__init__(bodywidth=0)
        self.ignore_images = True
        self.ignore_emphasis = True
        self.ignore_mailto_links = True
        self.ignore_tables = True
        self.unicode_snob = True
        self.depth = 0

    def handle_tag(self, tag: str, attrs: dict[str, str | None], start: bool) -> None:
        if tag in _NESTING and start:
            self.depth += 1
        if tag in _HEADINGS:
            self.p()
        elif tag not in _NESTING or self.depth <= _DEEPEST:
            super().handle_tag(tag, attrs, start)
        if tag in _NESTING and not start:
            self.depth = max(0, self.depth - 1)


def as_text(html: str) -> str:
    """What a reader sees; quotes (blockquote) get "> "."""
    try:
        text = _Reader().handle(_STRAY.sub("&lt;", _without_comments(html[:_LONGEST])))
    except Exception:  # a parser fed with anything may raise anything; the words are the least we can save
        text = unescape(re.sub(r"<[^<>]*>", " ", html[:_LONGEST]))
    lines = (line.rstrip() for line in _GUARD.sub(r"\1", text).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _without_comments(html: str) -> str:
    first, *commented = html.split("<!--")
    return first + "".join(part.partition("-->")[2] for part in commented)


def from_text(text: str) -> str:
    """A plain HTML alternative with the same words; nothing in the text can become markup."""
    paragraphs = re.split(r"\n{2,}", text.strip())
    return "\n".join(f"<p>{escape(p).replace(chr(10), '<br>' + chr(10))}</p>" for p in paragraphs)
