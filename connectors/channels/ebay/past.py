"""The past, a page at a time: orders, returns, inquiries, cases, payment disputes, then conversations.

It may use less of a day's calls than anything else (connectors/quota.py). The cursor names the stage and the place
within, so it goes on after a crash.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from connectors.channels.ebay import listings
from connectors.channels.ebay.client import Ebay
from connectors.channels.ebay.values import written
from connectors.contract import Account, Page, Past, RawDelivery
from connectors.quota import PAST

ORDERS_AT_ONCE = 50  # each shipped one costs a call more, for its tracking numbers

# A page: its deliveries, how many entries it had, how many there are.
Stage = Callable[[Ebay, Past, int], tuple[Sequence[RawDelivery], int, int]]


def past(account: Account, wanted: Past) -> Page:
    held = json.loads(wanted.cursor) if wanted.cursor else {"stage": 0, "offset": 0}
    stage, offset = int(held["stage"]), int(held["offset"])
    if stage >= len(STAGES):
        return Page(cursor=wanted.cursor, share=1.0)
    deliveries, read, total = STAGES[stage](Ebay(account, PAST), wanted, offset)
    there = offset + read
    done = not read or there >= total
    following = {"stage": stage + 1, "offset": 0} if done else {"stage": stage, "offset": there}
    share = (stage + (1 if done else there / total)) / len(STAGES)
    return Page(list(deliveries), json.dumps(following), following["stage"] < len(STAGES), share)


def _orders(api: Ebay, wanted: Past, offset: int) -> tuple[Sequence[RawDelivery], int, int]:
    found, total = listings.orders_page(api, wanted.since, wanted.until, offset, ORDERS_AT_ONCE)
    made = [listings.completed(api, each) for each in found]
    return [each for each in made if each], len(found), total


def _returns(api: Ebay, wanted: Past, offset: int) -> tuple[Sequence[RawDelivery], int, int]:
    listed = listings.returns_page(
        api,
        datetime.now(UTC),
        offset,
        creation_date_range_from=written(wanted.since),
        creation_date_range_to=written(wanted.until),
    )
    return listed.deliveries, len(listed.deliveries), listed.total


def _windowed(read: Callable[[Ebay, datetime, datetime, datetime, int], listings.Listed]) -> Stage:
    def stage(api: Ebay, wanted: Past, offset: int) -> tuple[Sequence[RawDelivery], int, int]:
        listed = read(api, datetime.now(UTC), wanted.since, wanted.until, offset)
        return listed.deliveries, len(listed.deliveries), listed.total

    return stage


def _conversations(api: Ebay, wanted: Past, offset: int) -> tuple[Sequence[RawDelivery], int, int]:
    """All are listed, since what eBay's filters of time look at is disputed; only those of the time are read."""
    answer = api.conversations(
        conversation_type="FROM_MEMBERS", limit=listings.MOST_CONVERSATIONS, offset=offset
    )
    found = answer.get("conversations") or []
    made = [
        one
        for each in found
        if listings.latest(each) >= wanted.since
        for one in listings.messages_of(api, each, wanted.since)
        if one.received_at is None or one.received_at <= wanted.until
    ]
    return made, len(found), int(answer.get("total") or 0)


STAGES: tuple[Stage, ...] = (
    _orders,
    _returns,
    _windowed(listings.inquiries_page),
    _windowed(listings.cases_page),
    _windowed(listings.disputes_page),
    _conversations,
)
