"""Catching up: which orders and products changed since we last looked.

Webhooks get lost, so this is the safety net. It lists ids only; each is then read by itself, which keeps a
page cheap and makes each order a unit that can be tried again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors.channels.shopify import client
from connectors.contract import Account, Page, RawDelivery

Json = dict[str, Any]

OVERLAP = timedelta(minutes=2)  # a change can reach Shopify's search later than its own time says
KINDS = {"order": "orders", "product": "products"}


def fetched(kind: str, found: Mapping[str, Any]) -> RawDelivery:
    """The key holds the content: the same state read twice is one thing, two states are two."""
    body = json.dumps(found, sort_keys=True).encode()
    return RawDelivery(f"fetched/{kind}", f"{found['id']}:{hashlib.sha256(body).hexdigest()[:20]}", body)


def changed_since(account: Account, cursor: str | None) -> Page:
    """ "listed/..." deliveries. The cursor holds a time and, within that time, a place, for each kind."""
    held: dict[str, Json] = json.loads(cursor) if cursor else {}
    asked: dict[str, str | None] = {}
    for kind, plural in KINDS.items():
        place = held.get(kind, {})
        asked[plural] = f"updated_at:>='{place['since']}'" if place.get("since") else None
        asked[f"after{kind.capitalize()}"] = place.get("after")
    answer = client.changes(account, asked)
    deliveries = [
        RawDelivery(f"listed/{kind}", f"{each['id']}:{each['updatedAt']}", _body(each))
        for kind, plural in KINDS.items()
        for each in answer[plural]["nodes"]
    ]
    after = {kind: _next(held.get(kind, {}), answer[plural]) for kind, plural in KINDS.items()}
    more = any(answer[plural]["pageInfo"]["hasNextPage"] for plural in KINDS.values())
    return Page(deliveries, json.dumps(after), more)


def _next(place: Json, page: Json) -> Json:
    """Go on from the last time seen rather than from a page: Shopify ends paging at 25,000 objects.

    Only when a whole page shares one time does the page's own cursor lead on.
    """
    if not page["nodes"]:
        return place
    last = page["nodes"][-1]["updatedAt"]
    if not page["pageInfo"]["hasNextPage"]:
        earlier = datetime.fromisoformat(last) - OVERLAP
        return {"since": earlier.isoformat().replace("+00:00", "Z")}
    if page["nodes"][0]["updatedAt"] == last:
        return {**place, "after": page["pageInfo"]["endCursor"]}
    return {"since": last}


def _body(node: Json) -> bytes:
    return json.dumps({"admin_graphql_api_id": node["id"], "updated_at": node["updatedAt"]}).encode()
