"""What calls to carriers have in common."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from connectors import oauth
from connectors.contract import Account


def base(account: Account, host: str) -> str:
    """Where to call: the account's `base_url` (a test host, the sandbox), else the carrier's `host`."""
    return str(account.settings.get("base_url") or host).rstrip("/")


def with_token(account: Account, ask: Callable[[], httpx.Response]) -> httpx.Response:
    """`ask`, and once more with a new token if the carrier took the old one back before its time."""
    response = ask()
    if response.status_code == 401:
        oauth.forget(account)
        response = ask()
    return response


def granted(account: Account, name: str, otherwise: int) -> int:
    """A number of calls the seller was granted, from the setting `name`; what is no number counts as not said."""
    said = str(account.settings.get(name) or "")
    return int(said) if said.isdecimal() and int(said) else otherwise
