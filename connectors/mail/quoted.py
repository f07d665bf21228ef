"""What was newly written in a mail, apart from what it repeats and how it is signed.

When in doubt words stay: a repeated line annoys, a lost one misleads.
"""

from __future__ import annotations

import re

from connectors.mail.attribution import Boundary, find_boundary
from connectors.mail.signatures import signature_start

_LONGEST = 100_000  # characters; nobody types more, so the rest is no message
_NOISE = re.compile(r"^[\s>|*_#~=+.\u2014\u2013\u1427\u200b-]*$")  # rules, dots and trackers, but no words
_QUOTE = re.compile(r"^\s*>")


def split(text: str, sender: str = "") -> tuple[str, str]:
    """(newly written, what was removed). `sender` is the writer's name, which helps to see a signature."""
    lines = text[:_LONGEST].replace("\u00a0", " ").splitlines()
    boundary = find_boundary(lines)
    keep = _above(lines, boundary, sender)
    if boundary and _answers_inside(lines[boundary.end :]):
        keep = keep + _trimmed(lines, range(boundary.end, len(lines)), sender)
    elif boundary and not keep:
        keep = _below(lines, boundary, sender)
    if not keep and not boundary:
        return text.strip(), ""
    kept = set(keep)
    removed = [line for number, line in enumerate(lines) if number not in kept]
    return _joined([lines[n] for n in keep]), _joined([*removed, text[_LONGEST:]])


def _above(lines: list[str], boundary: Boundary | None, sender: str) -> list[int]:
    """The usual case: the answer stands above what it answers."""
    return _trimmed(lines, range(boundary.start if boundary else len(lines)), sender)


def _below(lines: list[str], boundary: Boundary, sender: str) -> list[int]:
    """Nothing above: the answer stands below the quote, or the mail only hands another one on."""
    rest = range(boundary.end, len(lines))
    own = [n for n in rest if lines[n].strip() and not _QUOTE.match(lines[n])]
    if not own:
        return []
    return _trimmed(lines, range(own[0], len(lines)), sender)


def _answers_inside(rest: list[str]) -> bool:
    """Whether paragraphs of the writer's own stand between quotes: quote, answer, quote, answer."""
    quotes = [number for number, line in enumerate(rest) if _QUOTE.match(line)]
    if not quotes:
        return False
    own = [n for n in range(quotes[0], quotes[-1]) if rest[n].strip() and not _QUOTE.match(rest[n])]
    return any(not rest[n - 1].strip() for n in own)  # a line right below a quote is its broken end


def _trimmed(lines: list[str], numbers: range, sender: str) -> list[int]:
    """Without signature, trailing quote and trailing rules."""
    body = [lines[n] for n in numbers]
    end = signature_start(body, sender)
    while end and (_NOISE.match(body[end - 1]) or _QUOTE.match(body[end - 1])):
        end -= 1
    return list(numbers[:end])


def _joined(lines: list[str]) -> str:
    return "\n".join(line.rstrip() for line in lines).strip()
