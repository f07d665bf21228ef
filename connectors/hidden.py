"""Text that a reader of a message cannot see, and characters that disguise it: found, taken out, and told."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_LONGEST = 500  # characters of a finding that are kept
_MOST = 20  # findings of one message

_TAGS = re.compile("[\U000e0000-\U000e007f]+")
_FLAG = re.compile(
    "\U0001f3f4[\U000e0061-\U000e007a]{2,6}\U000e007f"
)  # flags of regions are spelled with tags
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{2,}")  # one behind an emoji is its colour
_OVERRIDES = re.compile("[\u202d\u202e]")
# Apple's and WhatsApp's programs put isolates around names and numbers, so these are no finding.
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BLANK = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb"
)
_INVISIBLE = re.compile(f"[{_BLANK}]")
# Joiners shape emoji, Persian and Indic letters; beside plain Latin they join nothing.
_JOINERS = re.compile("(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])")
_SPLIT = re.compile(rf"\S*?\w[{_BLANK}\u200c\u200d]+\w\S*")  # in the middle of a word
_RUN = re.compile(f"[{_BLANK}\u200c\u200d]{{8,}}")
_SUSPECT = re.compile(
    f"[{_BLANK}\u200c\u200d\u202a-\u202e\u2066-\u2069\ufe00-\ufe0f\U000e0000-\U000e01ef]|[A-Za-z0-9+/]{{24}}"
)
BLOB = re.compile(
    r"(?<![\w/.:@-])(?=[A-Za-z0-9+/]*[a-z])(?=[A-Za-z0-9+/]*[A-Z])[A-Za-z0-9+/]{24,}={0,2}(?![\w/])"
)


class HiddenKind(StrEnum):
    """How it was hidden; the value follows "Hidden text was removed:" on the screen."""

    TAGS = "tags"  # invisible characters that spell words
    SPLIT = "split"  # words cut up with invisible characters
    BIDI = "bidi"  # characters that reverse how the line reads
    ELEMENT = "element"  # part of an HTML mail that is not displayed
    COMMENT = "comment"  # a comment in an HTML mail
    ALT = "alt"  # the description of a picture
    ENCODED = "encoded"  # readable to whoever decodes it; it stays in the text


@dataclass(frozen=True)
class Hidden:
    """`text` is what it said, shortened; "" where it said nothing."""

    kind: HiddenKind
    text: str = ""

    def as_json(self) -> dict[str, str]:
        return {"kind": self.kind.value, "text": self.text}


def reveal(text: str) -> tuple[str, tuple[Hidden, ...]]:
    """The text as its reader sees it, and what was hidden in it."""
    if not _SUSPECT.search(text):
        return text, ()
    found = tuple(_found(text))[:_MOST]
    flags = _FLAG.findall(text)
    for flag in dict.fromkeys(flags):
        text = text.replace(flag, f"\uf8ff{flags.index(flag)}\uf8fe")
    for pattern in (_TAGS, _SELECTORS, _DIRECTIONS, _INVISIBLE, _JOINERS):
        text = pattern.sub("", text)
    for flag in dict.fromkeys(flags):
        text = text.replace(f"\uf8ff{flags.index(flag)}\uf8fe", flag)
    return text, found


def _found(text: str) -> Iterator[Hidden]:
    bare = _FLAG.sub("", text)
    tagged = "".join(chr(ord(each) - 0xE0000) for run in _TAGS.findall(bare) for each in run)
    if tagged:
        yield told(HiddenKind.TAGS, tagged)
    if _SELECTORS.search(text):
        yield Hidden(HiddenKind.TAGS)
    split = [_JOINERS.sub("", _INVISIBLE.sub("", each)) for each in _SPLIT.findall(text)]
    if len(split) > 1 or _RUN.search(text):
        yield told(HiddenKind.SPLIT, " ".join(split))
    if _OVERRIDES.search(text):
        yield Hidden(HiddenKind.BIDI)
    for blob in BLOB.findall(text):
        if words := _decoded(blob):
            yield told(HiddenKind.ENCODED, words)


def told(kind: HiddenKind, text: str) -> Hidden:
    """With nothing invisible left in what is shown."""
    for pattern in (_TAGS, _SELECTORS, _DIRECTIONS, _INVISIBLE, _JOINERS):
        text = pattern.sub("", text)
    words = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return Hidden(kind, words[:_LONGEST])


def _decoded(blob: str) -> str:
    """The words in base64; "" where it holds none: numbers and keys look alike."""
    try:
        words = b64decode(blob + "=" * (-len(blob) % 4), validate=True).decode()
    except (Error, ValueError):
        return ""
    readable = sum(each.isalpha() or each.isspace() for each in words)
    return words if words.isprintable() and readable > 0.5 * len(words) else ""
