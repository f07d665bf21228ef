"""Reading back: the orders that changed in a period, each whole, and the mailbox; beside the live cursor.

Unlike `changes` it reads each order at once: what was read back is applied last, and must not queue up for a second
look in front of what is new.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from connectors import mail
from connectors.channels.shopify import client, disputes
from connectors.channels.shopify.changes import fetched
from connectors.contract import Account, Page, Past, RawDelivery

Json = dict[str, Any]


def has_mailbox(account: Account) -> bool:
    return bool(account.settings.get("imap_host"))


def read_past(account: Account, wanted: Past) -> Page:
    """A batch of mails and one of orders. The cursor says for each how far it is."""
    held: Json = json.loads(wanted.cursor) if wanted.cursor else {}
    box: Json = held.get("mail") or {"over": not has_mailbox(account)}
    shop: Json = held.get("shop") or {"since": _time(wanted.since)}
    letters, orders = Page(share=1.0), Page(share=1.0)
    if not box["over"]:
        letters = mail.fetch_past(account, Past(wanted.since, wanted.until, box.get("cursor")))
        box = {"cursor": letters.cursor, "over": not letters.more}
    if not shop.get("over"):
        orders, shop = _orders(account, wanted, shop)
    claims = disputes.read(account) if not held else []  # there are few, so they come with the first page
    more = not (box["over"] and shop.get("over"))
    share = min(letters.share or 0.0, orders.share or 0.0) if more else 1.0
    state = json.dumps({"mail": box, "shop": shop})
    return Page([*letters.deliveries, *orders.deliveries, *claims], state, more, share)


def _orders(account: Account, wanted: Past, place: Json) -> tuple[Page, Json]:
    """Goes on from the last time seen, like `changes`; where a whole batch shares one time, by Shopify's cursor."""
    period = f"updated_at:>='{place['since']}' updated_at:<='{_time(wanted.until)}'"
    page = client.past(account, period, place.get("after"))
    found = [order for each in page["nodes"] if (order := client.order(account, each["id"]))]
    deliveries: list[RawDelivery] = [fetched("order", each) for each in found]
    if not page["pageInfo"]["hasNextPage"]:
        return Page(deliveries, share=1.0), {"over": True}
    first, last = page["nodes"][0]["updatedAt"], page["nodes"][-1]["updatedAt"]
    onward = {"since": last} if first != last else {**place, "after": page["pageInfo"]["endCursor"]}
    whole = (wanted.until - wanted.since).total_seconds() or 1.0
    done = (datetime.fromisoformat(last) - wanted.since).total_seconds() / whole
    return Page(deliveries, share=min(max(done, 0.0), 1.0)), onward


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
