"""HTML mail ↔ plain text."""

from __future__ import annotations

import re
from collections import Counter
from html import escape, unescape

from html2text import HTML2Text

from connectors.hidden import Hidden, HiddenKind, told
from connectors.mail.invisible import Hiding, has_paper

_LONGEST = 300_000  # characters; far beyond what anybody writes
_DEEPEST = 40  # the reader's time grows with the square of the nesting
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_NESTING = {"blockquote", "ul", "ol"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_STRAY = re.compile(r"<(?![^<>]+>)")  # opens nothing; thousands of them would keep the standard parser busy
_GUARD = re.compile(
    r"^((?:> ?)*\s*\d*)\\(?=[-+.])", re.M
)  # a backslash before what looks like a Markdown list
_FEWEST = 4  # words in a comment or a picture's description that are worth telling


class _Open:
    """The elements that are open, outermost first; each with whether a colour is behind its words."""

    def __init__(self) -> None:
        self.tags: list[tuple[str, bool]] = []
        self.count = Counter[str]()
        self.papers = 0

    def begin(self, tag: str, has_paper: bool = False) -> None:
        self.tags.append((tag, has_paper))
        self.count[tag] += 1
        self.papers += has_paper

    def end(self, tag: str) -> bool:
        """And whatever was left open in it; False where it is not open."""
        if not self.count[tag]:
            return False
        closed = ""
        while closed != tag:
            closed, has_paper = self.tags.pop()
            self.count[closed] -= 1
            self.papers -= has_paper
        return True


class _Reader(HTML2Text):
    """Plain text rather than Markdown, no deeper than anybody quotes, and only what is displayed."""

    def __init__(self, hiding: Hiding) -> None:
        super().__init__(bodywidth=0)
        self.ignore_images = True
        self.ignore_emphasis = True
        self.ignore_mailto_links = True
        self.ignore_tables = True
        self.unicode_snob = True
        self.depth = 0
        self.hiding = hiding
        self.open = _Open()
        self.unseen = _Open()  # the outermost element that is not displayed, and those open in it
        self.said_unseen: list[str] = []
        self.hidden: list[Hidden] = []

    def handle_tag(self, tag: str, attrs: dict[str, str | None], start: bool) -> None:
        if self._is_unseen(tag, attrs, start):
            return
        if tag in _NESTING and start:
            self.depth += 1
        if tag in _HEADINGS:
            self.p()
        elif tag not in _NESTING or self.depth <= _DEEPEST:
            super().handle_tag(tag, attrs, start)
        if tag in _NESTING and not start:
            self.depth = max(0, self.depth - 1)

    def handle_data(self, data: str, entity_char: bool = False) -> None:
        if self.unseen.tags:
            self.said_unseen.append(data)
        else:
            super().handle_data(data, entity_char)

    def _is_unseen(self, tag: str, attrs: dict[str, str | None], start: bool) -> bool:
        """Keeps count of what is open; True where the tag is part of what nobody sees."""
        if tag == "img" and start:
            self._tell(HiddenKind.ALT, (attrs or {}).get("alt") or "", _FEWEST)
        if tag in _VOID:
            return bool(self.unseen.tags)
        if self.unseen.tags:
            return self._in_the_unseen(tag, start)
        if not start:
            self.open.end(tag)
            return False
        if self.hiding.hides(attrs or {}, on_paper=not self.open.papers):
            self.unseen.begin(tag)
            return True
        self.open.begin(tag, has_paper(attrs or {}))
        return False

    def _in_the_unseen(self, tag: str, start: bool) -> bool:
        """False where the tag ends an element around it, so that the unseen one was never closed."""
        if start:
            self.unseen.begin(tag)
            return True
        is_inside = self.unseen.end(tag)
        if not is_inside and not self.open.end(tag):
            return True
        if not is_inside:
            self.unseen = _Open()
        if not self.unseen.tags:
            self._tell(HiddenKind.ELEMENT, "".join(self.said_unseen), 1)
            self.said_unseen = []
        return is_inside

    def _tell(self, kind: HiddenKind, text: str, fewest: int) -> None:
        finding = told(kind, text)
        if len(re.findall(r"\w+", finding.text)) >= fewest:
            self.hidden.append(finding)

    def ended(self) -> list[Hidden]:
        """All that was found; an element that was never closed included."""
        self._tell(HiddenKind.ELEMENT, "".join(self.said_unseen), 1)
        return self.hidden


def as_text(html: str) -> str:
    """What a reader sees; quotes (blockquote) get "> "."""
    return read(html)[0]


def read(html: str) -> tuple[str, list[Hidden]]:
    """What a reader sees, and what one does not see."""
    html = html[:_LONGEST]
    shown, comments = _without_comments(html)
    reader = _Reader(Hiding(html))
    try:
        text = reader.handle(_STRAY.sub("&lt;", shown))
    except Exception:  # a parser fed with anything may raise anything; the words are the least we can save
        text = unescape(re.sub(r"<[^<>]*>", " ", html))
    lines = (line.rstrip() for line in _GUARD.sub(r"\1", text).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), [*comments, *reader.ended()]


def _without_comments(html: str) -> tuple[str, list[Hidden]]:
    """Those that some mail programs read as conditions are nothing to tell of."""
    first, *commented = html.split("<!--")
    parts = [part.partition("-->") for part in commented]
    findings = [
        told(HiddenKind.COMMENT, comment)
        for comment, _, _ in parts
        if not comment.lstrip().startswith(("[if", "[endif", "<![", "/*"))
    ]
    worth = [each for each in findings if len(re.findall(r"[^\W\d_]{2,}", each.text)) >= _FEWEST]
    return first + "".join(rest for _, _, rest in parts), worth


def from_text(text: str) -> str:
    """A plain HTML alternative with the same words; nothing in the text can become markup."""
    paragraphs = re.split(r"\n{2,}", text.strip())
    return "\n".join(f"<p>{escape(p).replace(chr(10), '<br>' + chr(10))}</p>" for p in paragraphs)
