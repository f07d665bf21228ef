"""Catching up: what changed at eBay since we last looked.

Notifications bring messages and new orders at once; this finds what they lost, and what eBay pushes nothing about.
The rhythm of each source suits the day's calls (families.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from connectors.channels.ebay import listings, messages
from connectors.channels.ebay.client import Ebay
from connectors.channels.ebay.values import Json, time, written
from connectors.contract import Account, Page, RawDelivery
from connectors.quota import POLLING
from connectors.rhythm import Found, Source, look

FIRST = timedelta(days=1)  # how far the first look goes back; what is older is for a back-fill
OVERLAP = timedelta(minutes=5)  # a change can reach eBay's search later than its own time says
PAGES = 20
AT_ONCE = 40  # conversations read in one look; the rest follow at once
WINDOW = timedelta(days=45)  # requests close after about 21 business days


def changed_since(account: Account, cursor: str | None, now: datetime | None = None) -> Page:
    return look("eBay", SOURCES, Ebay(account, POLLING), cursor, now)


def _unread(api: Ebay, place: Json, now: datetime) -> Found:
    asked = {"conversation_type": "FROM_MEMBERS", "conversation_status": "UNREAD"}
    return _conversations(api, place, now, listings.conversations(api, PAGES, **asked))


def _all_conversations(api: Ebay, place: Json, now: datetime) -> Found:
    """Finds what was read at eBay before we saw it, and what the seller wrote there."""
    asked = {"conversation_type": "FROM_MEMBERS"}
    return _conversations(api, place, now, listings.conversations(api, PAGES, **asked))


def _letters(api: Ebay, place: Json, now: datetime) -> Found:
    asked = {"conversation_type": messages.FROM_EBAY}
    return _conversations(api, place, now, listings.conversations(api, PAGES, **asked))


def _conversations(api: Ebay, place: Json, now: datetime, listed: Iterable[Json]) -> Found:
    """Oldest news first, so that the place never moves past something unread. `seen` spares the second reading."""
    since = time(place["since"]) if "since" in place else now - FIRST
    seen = place.get("seen", {})
    news = [
        each
        for each in listed
        if listings.latest(each) > since - OVERLAP
        and seen.get(each["conversationId"]) != (each.get("latestMessage") or {}).get("messageId")
    ]
    news.sort(key=listings.latest)
    taken = news[:AT_ONCE]
    deliveries = [one for each in taken for one in _new_in(api, each, since - OVERLAP)]
    last = listings.latest(taken[-1]) if taken else since
    seen |= {each["conversationId"]: (each.get("latestMessage") or {}).get("messageId") for each in taken}
    kept = dict(list(seen.items())[-2 * AT_ONCE :])
    return Found(deliveries, {"since": written(max(since, last)), "seen": kept}, len(news) > AT_ONCE)


def _new_in(api: Ebay, conversation: Json, since: datetime) -> list[RawDelivery]:
    """The list itself brings the latest message; only when there may be more is the conversation read."""
    if conversation.get("unreadCount") == 1 and conversation.get("latestMessage"):
        return [listings.message(conversation, conversation["latestMessage"])]
    return listings.messages_of(api, conversation, since)


def _orders(api: Ebay, place: Json, now: datetime) -> Found:
    """A window of time is read page by page; the next one begins a little before its end."""
    since = time(place["since"]) if "since" in place else now - FIRST
    until = time(place["until"]) if "until" in place else now
    offset, limit = int(place.get("offset", 0)), 200
    found, total = listings.orders_page(api, since, until, offset, limit)
    deliveries = [listings.hint(each) for each in found]
    if found and offset + limit < total:
        following = {"since": written(since), "until": written(until), "offset": offset + limit}
        return Found(deliveries, following, more=True)
    return Found(deliveries, {"since": written(until - OVERLAP)})


def _returns(api: Ebay, place: Json, now: datetime) -> Found:
    """All open ones. One that is gone from the list has ended, and is read once more."""
    deliveries: list[RawDelivery] = []
    still: list[str] = []
    for page in range(PAGES):
        listed = listings.returns_page(api, now, page * listings.MOST_POST_ORDER, return_state="ALL_OPEN")
        deliveries += listed.deliveries
        still += listed.ids
        if len(still) >= listed.total or not listed.ids:
            break
    ended = [each for each in place.get("open", ()) if each not in still]
    deliveries += [
        listings.delivery("listed/return", each, {"returnId": each, "ended": True}, now) for each in ended
    ]
    return Found(deliveries, {"open": still})


def _windowed(
    read: Callable[[Ebay, datetime, datetime, datetime, int], listings.Listed],
) -> Callable[..., Found]:
    def found(api: Ebay, place: Json, now: datetime) -> Found:
        deliveries: list[RawDelivery] = []
        for _ in range(PAGES):
            listed = read(api, now, now - WINDOW, now, len(deliveries))
            deliveries += listed.deliveries
            if len(deliveries) >= listed.total or not listed.deliveries:
                break
        return Found(deliveries, {})

    return found


def _standards(api: Ebay, place: Json, now: datetime) -> Found:
    return Found([listings.delivery("standards", now.date(), api.standards(), now)], {})


SOURCES: tuple[Source[Ebay], ...] = (
    Source("unread", timedelta(minutes=3), _unread),
    Source("orders", timedelta(minutes=5), _orders),
    Source("returns", timedelta(minutes=15), _returns),
    Source("inquiries", timedelta(minutes=15), _windowed(listings.inquiries_page)),
    Source("conversations", timedelta(hours=1), _all_conversations),
    Source("letters", timedelta(hours=1), _letters),
    Source("cases", timedelta(hours=1), _windowed(listings.cases_page)),
    Source("disputes", timedelta(hours=1), _windowed(listings.disputes_page)),
    Source("standards", timedelta(days=1), _standards),
)
