"""How Twilio writes numbers, times and lengths, and who an account is."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import phonenumbers

from connectors.contract import Account
from connectors.events import Party

Json = dict[str, Any]

API = "https://api.twilio.com"
NOBODY = {"", "anonymous", "unavailable", "unknown", "restricted", "blocked", "private"}
# What carriers send for a caller who hides: "ANONYMOUS" and its like on a keypad.
HIDDEN = {"+266696687", "+7378742833", "+2562533", "+8656696", "+464"}


def base(account: Account) -> str:
    return str(account.settings.get("base_url") or API).rstrip("/")


def sid(account: Account) -> str:
    return str(account.settings.get("account_sid") or "").strip()


def token(account: Account) -> str:
    return account.credentials.get("auth_token", "").strip()


def own_number(account: Account) -> str:
    return e164(account.external_id)


def e164(written: str) -> str:
    """ "+1 (303) 555-0142" → "+13035550142"; short codes and names of senders as they are."""
    try:
        found = phonenumbers.parse(written, "US")
    except phonenumbers.NumberParseException:
        return written.strip()
    if len(str(found.national_number)) < 7:  # a short code
        return written.strip()
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


def party(written: str, name: str = "") -> Party:
    """Whoever is behind a number; nobody's name where the number is hidden."""
    number = e164(written)
    hides = number.lower() in NOBODY or number in HIDDEN
    return Party({} if hides else {"phone": number}, name)


def time(written: str) -> datetime:
    """ "Mon, 23 Nov 2026 14:05:09 +0000", aware."""
    found = parsedate_to_datetime(written)
    if found.tzinfo is None:
        raise ValueError(written)
    return found
