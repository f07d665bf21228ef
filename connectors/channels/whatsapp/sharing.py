"""One app has one door: whose number each change of a webhook is about. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from connectors.contract import RawDelivery

Json = dict[str, Any]


def addressed_to(raw: RawDelivery) -> Mapping[str, RawDelivery]:
    """By phone number id, with what concerns the whole business account; that alone, under "", for its other numbers.
    What cannot be read goes to all, so that somebody sees it."""
    try:
        body = json.loads(raw.body)
        numbers = {_number(change) for entry in body["entry"] for change in entry.get("changes") or ()}
        return {number: _part(raw, body, number) for number in numbers}
    except (KeyError, TypeError, ValueError, AttributeError):
        return {"": raw}


def _number(change: Json) -> str:
    return str((change["value"].get("metadata") or {}).get("phone_number_id") or "")


def _part(raw: RawDelivery, body: Json, number: str) -> RawDelivery:
    entries = [
        {**entry, "changes": [each for each in entry.get("changes") or () if _number(each) in ("", number)]}
        for entry in body["entry"]
    ]
    kept = {**body, "entry": [each for each in entries if each["changes"]]}
    return replace(raw, body=json.dumps(kept).encode())
