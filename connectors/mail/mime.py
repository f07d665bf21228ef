"""Raw bytes of a mail → what it says, however broken it is. Nothing here raises on bad input."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.headerregistry import AddressHeader, DateHeader
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import Compat32
from functools import cached_property
from typing import Any, cast

from connectors.events import File
from connectors.mail.html import as_text

_LONGEST_HEADER = 4_000  # the standard parser's time grows with the square of a header's length
_LONGEST_ADDRESS = 254  # RFC 5321
_LONGEST_NAME = 200
_MOST_PARTS = 200
_DEEPEST = 20
_NO_FILES = {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
_FOLD = re.compile(r"\r?\n[ \t]*")
_MESSAGE_ID = re.compile(r"<([^<>\s]{3,250})>")
_BARE_ADDRESS = re.compile(r"[^\s<>\"'(),:;\[\]]{1,64}@[^\s<>\"'(),:;\[\]]{1,255}")
_TYPE = re.compile(r"[a-z]{1,20}/[a-z0-9.+_-]{1,80}")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{2,40})", re.I)


@dataclass(frozen=True)
class Name:
    """One address of a header: the lower-case address and the name written beside it."""

    address: str
    display: str = ""


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
        return _date(self.header("Date"))

    @cached_property
    def text(self) -> str:
        """Everything written in the mail, quotes included; HTML is turned into text where nothing better is."""
        return _storable(_words(self.message)).replace("\r\n", "\n").replace("\r", "\n").strip()

    @cached_property
    def files(self) -> tuple[File, ...]:
        """Attachments and inline pictures: shoppers paste photographs as often as they attach them."""
        return tuple(_file(part) for part in _leaves(self.message) if _is_file(part))

    def header(self, name: str) -> str:
        """The first header of that name, decoded; "" when there is none."""
        return next(iter(self.headers(name)), "")

    def headers(self, name: str) -> list[str]:
        return [_decoded(value) for value in _raw_headers(self.message, name)]

    def names(self, *headers: str) -> list[Name]:
        return [n for h in headers for value in _raw_headers(self.message, h) for n in _names(value)]


class _Unfolding(Compat32):
    """A folded header is one value: some programs fold in the middle of a boundary's name."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, _FOLD.sub(" ", value)


_POLICY = _Unfolding()


def read(raw: bytes) -> Mail:
    """By the old policy: it looks at no header before it is asked to, so no header can break it."""
    try:
        return Mail(raw, message_from_bytes(raw, policy=_POLICY))
    except RecursionError:  # parts within parts without end: the headers and the raw body will do
        return Mail(raw, BytesHeaderParser(policy=_POLICY).parsebytes(raw))


def message_ids(value: str) -> list[str]:
    """The message ids of a header, without angle brackets; some programs forget to write these."""
    found = _MESSAGE_ID.findall(value)
    bare = value.strip()
    return found or ([bare] if _BARE_ADDRESS.fullmatch(bare) else [])


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


def _words(part: Message, depth: int = 0) -> str:
    """What a mail program would show: all text parts, and one of each set of alternatives."""
    if part.get_content_maintype() == "message" or depth > _DEEPEST:
        return ""
    children = inner_parts(part)[:_MOST_PARTS]
    if part.get_content_subtype() == "alternative":  # plain text says the same with less around it
        shown = (_words(child, depth + 1) for child in sorted(children, key=_holds_html))
        return next(filter(str.strip, shown), "")
    if children:
        return "\n\n".join(filter(str.strip, (_words(child, depth + 1) for child in children)))
    if _named_attachment(part):
        return ""
    if part.get_content_type() == "text/html":
        return as_text(content(part))
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
    name = re.sub(r"[\x00-\x1f\x7f]", "", _decoded(name)).replace("\\", "/")
    return name.rsplit("/", 1)[-1].strip()[-_LONGEST_NAME:]


def _payload(part: Message) -> bytes:
    """Decoded bytes; those of an attached mail are the mail itself."""
    try:
        inner = inner_parts(part)
        payload = inner[0].as_bytes() if inner else part.get_payload(decode=True)
    except Exception:  # the standard library raises many kinds of error on malformed headers
        return b""
    return payload if isinstance(payload, bytes) else b""


def _raw_headers(message: Message, name: str) -> list[str]:
    """As they came, unfolded. Eight-bit bytes, which headers must not have, are read as UTF-8 or Latin-1."""
    raw = message.raw_items()
    return [_healed(str(value)) for key, value in raw if key.lower() == name.lower()]


def _healed(value: str) -> str:
    data = value.encode("utf-8", "surrogateescape")
    try:
        healed = data.decode("utf-8")
    except UnicodeDecodeError:
        healed = data.decode("latin-1")
    return _FOLD.sub(" ", healed).replace("\r", " ").replace("\x00", "")


def _storable(text: str) -> str:
    """Without what no database takes: NUL, and halves of characters (odd charsets can make them)."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _decoded(value: str) -> str:
    try:
        return _storable(str(make_header(decode_header(_healed(value)))))
    except Exception:  # unknown charsets, bad base64 and the like: the raw words are better than none
        return _healed(value)


def _parsed(header: str, value: str) -> Any:
    return policy.default.header_factory(header, value[:_LONGEST_HEADER])


def _names(value: str) -> list[Name]:
    try:
        parsed = cast(AddressHeader, _parsed("To", value)).addresses
        names = [(a.addr_spec, a.display_name) for a in parsed if a.username and a.domain]
    except Exception:  # the standard parser is known to trip over malformed addresses
        names = []
    names = names or [(found, "") for found in _BARE_ADDRESS.findall(value[:_LONGEST_HEADER])]
    return [
        Name(_storable(address).lower(), _storable(display)[:_LONGEST_NAME])
        for address, display in names
        if len(address) <= _LONGEST_ADDRESS
    ]


def _date(value: str) -> datetime | None:
    try:
        at = cast(DateHeader, _parsed("Date", value)).datetime
    except Exception:  # dates out of range, or no dates at all
        return None
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at
