"""How much of its limits Meta says is used up, in the headers of every answer; above 80 % we slow down by ourselves.

Source: developers.facebook.com/docs/graph-api/overview/rate-limiting
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx

from connectors.contract import Account
from connectors.http import Rate
from connectors.shared import shared

RATE = Rate(per_second=20, burst=40)  # Meta counts by the hour; this only smooths bursts
SLOW = Rate(per_second=0.5, burst=2, name="slow")
FILES = Rate(per_second=10, burst=20, name="files")
NEARLY = 80  # per cent
PAUSE = 60.0  # seconds for which one such answer slows us down

_HEADERS = ("x-app-usage", "x-page-usage", "x-business-use-case-usage")
_SHARES = ("call_count", "total_cputime", "total_time")


def pace(account: Account) -> Rate:
    return SLOW if shared().read(_key(account)) else RATE


def note(account: Account, response: httpx.Response) -> None:
    if max((share for each in _told(response) for share in _shares(each)), default=0) >= NEARLY:
        shared().write(_key(account), "1", PAUSE)


def regained_in(response: httpx.Response) -> float:
    """Seconds until Meta takes calls again; 0 when it does not say. It says minutes."""
    return max(
        (60.0 * _number(each.get("estimated_time_to_regain_access")) for each in _told(response)), default=0
    )


def _told(response: httpx.Response) -> Iterator[dict[str, Any]]:
    """{"call_count": 28, …}, or by id of the business, a list of the same."""
    for name in _HEADERS:
        try:
            held = json.loads(response.headers.get(name, "{}"))
        except ValueError:
            continue
        if not isinstance(held, dict):
            continue
        yield held
        for rows in held.values():
            yield from (each for each in rows if isinstance(each, dict)) if isinstance(rows, list) else ()


def _shares(said: dict[str, Any]) -> Iterator[float]:
    return (_number(said.get(name)) for name in _SHARES)


def _number(said: Any) -> float:
    return float(said) if isinstance(said, int | float) else 0.0


def _key(account: Account) -> str:
    return f"meta:nearly:{account.id}"
