"""Raw bytes of a mail → what it says, however broken it is. Nothing here raises."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import Compat32
from functools import cached_property, lru_cache
from typing import Any, cast

from connectors.events import File
from connectors.hidden import Hidden
from connectors.mail.headers import FOLD, Name, date_in, decoded, message_ids, names_in, raw_headers, storable
from connectors.mail.html import read as read_html

__all__ = ["Mail", "Name", "content", "inner_parts", "message_ids", "parts_of_type", "read"]

_LONGEST_NAME = 200  # characters
_MOST_PARTS = 200
_DEEPEST = 20
_NO_FILES = {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
_TYPE = re.compile(r"[a-z]{1,20}/[a-z0-9.+_-]{1,80}")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{2,40})", re.I)


@dataclass(frozen=True)
class Mail:
    """A mail that was read. `raw` is kept for its hash."""

    raw: bytes
    message: Message

    @cached_property
    def message_id(self) -> str:
        """Without angle brackets. A mail that has none is named by its hash, so that twice is still once."""
        ids = message_ids(self.header("Message-ID"))
        return ids[0] if ids else f"{hashlib.sha256(self.raw).hexdigest()[:40]}@no-message-id.invalid"

    @cached_property
    def subject(self) -> str:
        return " ".join(self.header("Subject").split())

    @cached_property
    def sender(self) -> Name | None:
        """Who wrote it; the transport's own note only where the mail does not say."""
        return next((name for h in ("From", "Sender", "Return-Path") for name in self.names(h)), None)

    @cached_property
    def sent_at(self) -> datetime | None:
        """In the sender's own zone; None if the mail does not say or says nonsense."""
        return date_in(self.header("Date"))

    @cached_property
    def text(self) -> str:
        """Everything written in the mail, quotes included; HTML is turned into text where nothing better is."""
        return storable(self._said[0]).replace("\r\n", "\n").replace("\r", "\n").strip()

    @cached_property
    def hidden(self) -> tuple[Hidden, ...]:
        """What its HTML holds that no reader sees."""
        return tuple(Hidden(each.kind, storable(each.text)) for each in self._said[1])

    @cached_property
    def files(self) -> tuple[File, ...]:
        """Attachments and inline pictures: shoppers paste photographs as often as they attach them."""
        return tuple(_file(part) for part in _leaves(self.message) if _is_file(part))

    def header(self, name: str) -> str:
        """The first header of that name, decoded; "" when there is none."""
        return next(iter(self.headers(name)), "")

    def headers(self, name: str) -> list[str]:
        return [decoded(value) for value in self._raw_headers.get(name.lower(), ())]

    def names(self, *headers: str) -> list[Name]:
        return [n for h in headers for value in self._raw_headers.get(h.lower(), ()) for n in names_in(value)]

    @cached_property
    def _said(self) -> tuple[str, list[Hidden]]:
        hidden: list[Hidden] = []
        return _words(self.message, hidden), hidden

    @cached_property
    def _raw_headers(self) -> dict[str, list[str]]:
        return raw_headers(self.message)


class _Unfolding(Compat32):
    """A folded header is one value: some programs fold in the middle of a boundary's name."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, FOLD.sub(" ", value)


class _Part(Message):
    """What kind of part this is, and which file, is asked dozens of times, and its headers do not change."""

    @cached_property
    def _type(self) -> str:
        return super().get_content_type()

    @cached_property
    def _name(self) -> str | None:
        return super().get_filename()

    def get_content_type(self) -> str:
        return self._type

    def get_filename(self, failobj: Any = None) -> Any:
        return self._name or failobj


_POLICY = _Unfolding()


@lru_cache(maxsize=1)  # what parses a mail and what sorts it out read the same one, right after each other
def read(raw: bytes) -> Mail:
    """By the old policy: it looks at no header before it is asked to, so no header can break it."""
    try:
        return Mail(raw, message_from_bytes(raw, _Part, policy=_POLICY))
    except RecursionError:  # parts within parts without end: the headers and the raw body will do
        return Mail(raw, BytesHeaderParser(_Part, policy=_POLICY).parsebytes(raw))


def parts_of_type(mail: Mail, *types: str) -> list[Message]:
    return [part for part in _walk(mail.message) if part.get_content_type() in types]


def inner_parts(part: Message) -> list[Message]:
    """Those a part consists of; [] for one that holds content itself."""
    return cast("list[Message]", part.get_payload()) if part.is_multipart() else []


def content(part: Message) -> str:
    """A text part's words, by its declared charset, else by whichever fits."""
    raw = _payload(part)
    charset = _charset(part)
    if not charset and part.get_content_type() == "text/html" and (meta := _META_CHARSET.search(raw)):
        charset = meta.group(1).decode("ascii")
    for candidate in (charset, "utf-8", "cp1252"):
        try:
            return raw.decode(candidate)
        except (LookupError, ValueError):
            continue
    return raw.decode("latin-1")


def _words(part: Message, hidden: list[Hidden], depth: int = 0) -> str:
    """What a mail program would show: all text parts, and one of each set of alternatives. Adds to `hidden`."""
    if part.get_content_maintype() == "message" or depth > _DEEPEST:
        return ""
    children = inner_parts(part)[:_MOST_PARTS]
    if part.get_content_subtype() == "alternative":  # plain text says the same with less around it
        shown = (_words(child, hidden, depth + 1) for child in sorted(children, key=_holds_html))
        return next(filter(str.strip, shown), "")
    if children:
        return "\n\n".join(filter(str.strip, (_words(child, hidden, depth + 1) for child in children)))
    if _named_attachment(part):
        return ""
    if part.get_content_type() == "text/html":
        text, unseen = read_html(content(part))
        hidden += unseen
        return text
    return content(part) if part.get_content_type() == "text/plain" or _is_broken(part) else ""


def _is_broken(part: Message) -> bool:
    """It says that it has parts, and has none: what is there is shown as it is."""
    return part.get_content_maintype() == "multipart" and not part.is_multipart()


def _holds_html(part: Message) -> bool:
    return any(inner.get_content_type() == "text/html" for inner in _walk(part))


def _walk(part: Message, depth: int = 0) -> Iterator[Message]:
    yield part
    for child in inner_parts(part)[:_MOST_PARTS] if depth < _DEEPEST else ():
        yield from _walk(child, depth + 1)


def _leaves(part: Message, depth: int = 0) -> Iterator[Message]:
    """As _walk, but an attached mail is one file and is not entered."""
    children = [] if part.get_content_maintype() == "message" or depth > _DEEPEST else inner_parts(part)
    for child in children[:_MOST_PARTS]:
        yield from _leaves(child, depth + 1)
    if not children and part.get_content_maintype() != "multipart":
        yield part


def _named_attachment(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(_filename(part))


def _is_file(part: Message) -> bool:
    if part.get_content_type() in _NO_FILES:
        return False
    return _named_attachment(part) or part.get_content_maintype() != "text"


def _file(part: Message) -> File:
    kind = part.get_content_type()
    kind = kind if _TYPE.fullmatch(kind) else "application/octet-stream"
    inner = inner_parts(part)
    return File(_filename(part) or ("message.eml" if inner else "file"), kind, _payload(part))


def _charset(part: Message) -> str:
    try:
        return part.get_content_charset() or ""
    except Exception:  # the standard library raises many kinds of error on malformed parameters
        return ""


def _filename(part: Message) -> str:
    """The last segment only: a name is never a path."""
    try:
        name = part.get_filename() or ""
    except Exception:  # the standard library raises many kinds of error on malformed parameters
        return "file"
    name = re.sub(r"[\x00-\x1f\x7f]", "", decoded(name)).replace("\\", "/")
    return name.rsplit("/", 1)[-1].strip()[-_LONGEST_NAME:]


def _payload(part: Message) -> bytes:
    """Decoded bytes; those of an attached mail are the mail itself."""
    try:
        inner = inner_parts(part)
        payload = inner[0].as_bytes() if inner else part.get_payload(decode=True)
    except Exception:  # the standard library raises many kinds of error on malformed headers
        return b""
    return payload if isinstance(payload, bytes) else b""
