"""The past of a new channel: its mails, its orders five days at a time, its returns."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors import mail
from connectors.channels.amazon import client, reports
from connectors.channels.amazon.catching_up import BEHIND, fetched, has_mailbox
from connectors.contract import Account, Page, Past, RawDelivery

Json = dict[str, Any]

SLICE = timedelta(days=5)
MAIL, ORDERS = 0.3, 0.95  # how much of the whole is in when these are


def page(account: Account, wanted: Past) -> Page:
    """The cursor is {"part", and the part's own place}. Orders are found whole, so none is fetched again."""
    held: Json = json.loads(wanted.cursor) if wanted.cursor else {"part": "mail"}
    match held["part"]:
        case "mail":
            return _mail(account, wanted, held)
        case "orders":
            return _orders(account, wanted, held)
        case _:
            return _returns(account, wanted, held)


def _mail(account: Account, wanted: Past, held: Json) -> Page:
    if not has_mailbox(account):
        return _orders(account, wanted, {"part": "orders"})
    found = mail.fetch_past(account, Past(wanted.since, wanted.until, held.get("at")))
    following = {"part": "mail", "at": found.cursor} if found.more else {"part": "orders"}
    return _page(found.deliveries, following, MAIL * (found.share or 0))


def _orders(account: Account, wanted: Past, held: Json) -> Page:
    end = min(wanted.until, datetime.now(UTC) - BEHIND)
    start = datetime.fromisoformat(held["from"]) if held.get("from") else wanted.since
    until = min(start + SLICE, end)
    if start >= end:
        return _page((), {"part": "returns"}, ORDERS)
    answer = client.search(account, start, until, held.get("page"))
    following = (answer.get("pagination") or {}).get("nextToken")
    place: Json = {"part": "orders", "from": (start if following else until).isoformat(), "page": following}
    done = (
        (until - wanted.since) / (end - wanted.since)
        if not following
        else (start - wanted.since) / (end - wanted.since)
    )
    orders = [fetched("order", each["orderId"], each) for each in answer["orders"]]
    return _page(
        orders, place if following or until < end else {"part": "returns"}, MAIL + (ORDERS - MAIL) * done
    )


def _returns(account: Account, wanted: Past, held: Json) -> Page:
    if not held.get("id"):
        made = reports.ask(account, reports.RETURNS, wanted.until, wanted.since)
        return _page((), {"part": "returns", "id": made}, ORDERS)
    found = reports.made(account, reports.RETURNS, held["id"])
    if found is None:
        return _page((), held, ORDERS)
    return Page(list(found), json.dumps(held), more=False, share=1.0)


def _page(deliveries: list[RawDelivery] | Any, following: Json, share: float) -> Page:
    return Page(deliveries, json.dumps(following), more=True, share=round(share, 3))
