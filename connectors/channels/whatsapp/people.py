"""Who writes, by the names WhatsApp has for them. Pure.

A person is known by their business-scoped user id ("US.1349…", one per business and person) where a webhook has one, and
by their number's digits where it has none; since user names exist, the number may be missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from connectors.events import Party

Json = Mapping[str, Any]

_DIGITS = re.compile(r"\d{5,20}")


def party(key: str, number: str, display: str = "") -> Party:
    """`key` is their user id, or "" where only the number is known."""
    names = {"whatsapp": key or number}
    if _DIGITS.fullmatch(number):
        names["phone"] = f"+{number}"
    return Party(names, display)


def writer(value: Json, number: str, key: str) -> Party:
    """Whoever wrote; where the message itself names nobody, the only one who is named beside it."""
    contacts = _contacts(value)
    if not number and not key and len(contacts) == 1:
        key, number = str(contacts[0].get("user_id") or ""), str(contacts[0].get("wa_id") or "")
    return person(value, number, key)


def person(value: Json, number: str, key: str) -> Party:
    """With the name of their profile and their user id, as they stand beside the messages. Raises ValueError for nobody."""
    if not number and not key:
        raise ValueError("who wrote")
    contact = next((each for each in _contacts(value) if _is_of(each, number, key)), {})
    profile = contact.get("profile")
    display = str(profile.get("name") or "") if isinstance(profile, Mapping) else ""
    return party(key or str(contact.get("user_id") or ""), number or str(contact.get("wa_id") or ""), display)


def _contacts(value: Json) -> list[Json]:
    return [each for each in value.get("contacts") or () if isinstance(each, Mapping)]


def _is_of(contact: Json, number: str, key: str) -> bool:
    return bool(number and contact.get("wa_id") == number) or bool(key and contact.get("user_id") == key)


def thread(who: Party) -> str:
    """One person and one of our numbers have one thread; each number is a channel."""
    return who.names["whatsapp"]


def address(who: Party) -> dict[str, str]:
    """Where an answer goes: to the number where it is known, else to the user id."""
    number = who.names.get("phone", "").removeprefix("+")
    name = who.names.get("whatsapp", "")
    if number or _DIGITS.fullmatch(name):
        return {"to": number or name}
    return {"recipient": name} if name else {}
