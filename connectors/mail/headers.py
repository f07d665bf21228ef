"""Headers of a mail, however broken: decoded words, addresses, dates, message ids. Nothing here raises."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.headerregistry import AddressHeader, HeaderRegistry
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import cast

FOLD = re.compile(r"\r?\n[ \t]*")
_LONGEST_HEADER = 4_000  # the standard parser's time grows with the square of a header's length
_LONGEST_ADDRESS = 254  # RFC 5321
_LONGEST_NAME = 200
_MESSAGE_ID = re.compile(r"<([^<>\s]{3,250})>")
_BARE_ADDRESS = re.compile(r"[^\s<>\"'(),:;\[\]]{1,64}@[^\s<>\"'(),:;\[\]]{1,255}")
_ADDRESSES = HeaderRegistry()["To"]  # kept, since each look-up makes a new class
# What nearly all look like, and what needs no parser: Maya Okafor <maya@mail.example>, or the address alone.
_ATOM = "[A-Za-z0-9_+-]{1,64}"
_ADDRESS = rf"{_ATOM}(?:\.{_ATOM}){{0,8}}@{_ATOM}(?:\.{_ATOM}){{1,8}}"
_PLAIN = re.compile(
    rf"(?:(?P<display>{_ATOM}(?: {_ATOM}){{0,5}}) )?<(?P<address>{_ADDRESS})>|(?P<alone>{_ADDRESS})"
)


@dataclass(frozen=True)
class Name:
    """One address of a header: the lower-case address and the name written beside it."""

    address: str
    display: str = ""


def raw_headers(message: Message) -> dict[str, list[str]]:
    """By lower-case name, as they came, unfolded.

    Eight-bit bytes, which headers must not have, are read as UTF-8 or Latin-1.
    """
    found: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        found.setdefault(name.lower(), []).append(_whole(str(value)))
    return found


def _whole(value: str) -> str:
    if value.isascii():
        return FOLD.sub(" ", value).replace("\r", " ").replace("\x00", "")
    try:
        data = value.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half characters that were no bytes
        data = storable(value).encode()
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError:
        whole = data.decode("latin-1")
    return FOLD.sub(" ", whole).replace("\r", " ").replace("\x00", "")


def storable(text: str) -> str:
    """Without what no database takes: NUL, and halves of characters (odd charsets can make them)."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def decoded(value: str) -> str:
    """RFC 2047 words become what they mean."""
    if value.isascii() and "=?" not in value:
        return _whole(value)
    try:
        return storable(str(make_header(decode_header(_whole(value)))))
    except Exception:  # unknown charsets, bad base64 and the like: the raw words are better than none
        return _whole(value)


def names_in(value: str) -> list[Name]:
    """The addresses of one header."""
    if len(value) <= _LONGEST_ADDRESS and (plain := _PLAIN.fullmatch(value)):
        return [Name((plain["address"] or plain["alone"]).lower(), plain["display"] or "")]
    try:
        parsed = cast(AddressHeader, _ADDRESSES("To", value[:_LONGEST_HEADER])).addresses
        names = [(a.addr_spec, a.display_name) for a in parsed if a.username and a.domain]
    except Exception:  # the standard parser is known to trip over malformed addresses
        names = []
    names = names or [(found, "") for found in _BARE_ADDRESS.findall(value[:_LONGEST_HEADER])]
    return [
        Name(storable(address).lower(), storable(display)[:_LONGEST_NAME])
        for address, display in names
        if len(address) <= _LONGEST_ADDRESS
    ]


def date_in(value: str) -> datetime | None:
    """Aware; "-0000" counts as UTC."""
    try:
        at = parsedate_to_datetime(value[:_LONGEST_HEADER])
    except Exception:  # dates out of range, or no dates at all
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def message_ids(value: str) -> list[str]:
    """The message ids of a header, without angle brackets; some programs forget to write these."""
    found = _MESSAGE_ID.findall(value)
    bare = value.strip()
    return found or ([bare] if _BARE_ADDRESS.fullmatch(bare) else [])
