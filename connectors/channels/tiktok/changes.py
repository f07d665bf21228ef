"""Catching up: what changed at TikTok Shop since we last looked.

Webhooks tell at once; this finds what they lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from connectors.channels.tiktok import listings, standards
from connectors.channels.tiktok.client import TikTok
from connectors.channels.tiktok.values import Json, stamp
from connectors.contract import Account, Page
from connectors.rhythm import Found, Source, look

FIRST = timedelta(days=1)  # how far the first look goes back; what is older is for a back-fill
OVERLAP = timedelta(minutes=5)  # a change can reach TikTok's search later than its own time says
PAGES = 50
ALL_CHATS = timedelta(hours=1)
AT_ONCE = 20  # chats read in one look; the rest follow at once


def changed_since(account: Account, cursor: str | None, now: datetime | None = None) -> Page:
    return look("TikTok", SOURCES, TikTok(account), cursor, now)


def _chats(api: TikTok, place: Json, now: datetime) -> Found:
    """Oldest news first, so that the place never moves past something unread. `seen` spares the second reading.

    TikTok lists them newest first but promises no order: what quick looks miss, one over all of them finds.
    """
    is_whole = stamp(now) - place.get("all", 0) >= ALL_CHATS.total_seconds()
    since = place.get("since", stamp(now - FIRST))
    seen: dict[str, str] = place.get("seen", {})
    edge = since - int(OVERLAP.total_seconds())
    news = [
        each
        for each in _listed(api, edge, is_whole)
        if _latest(each) > edge and seen.get(str(each["id"])) != _name_of_latest(each)
    ]
    news.sort(key=_latest)
    taken = news[:AT_ONCE]
    after = datetime.fromtimestamp(edge, UTC)
    deliveries = [said for each in taken for said in listings.said_in(api, each, after)]
    seen |= {str(each["id"]): _name_of_latest(each) for each in taken}
    last = _latest(taken[-1]) if taken else since
    kept = dict(list(seen.items())[-5 * AT_ONCE :])
    more = len(news) > AT_ONCE
    looked = stamp(now) if is_whole and not more else place.get("all", 0)
    return Found(deliveries, {"since": max(since, last), "seen": kept, "all": looked}, more)


def _listed(api: TikTok, edge: int, is_whole: bool) -> Iterator[Json]:
    page = ""
    for _ in range(PAGES):
        answer = api.chats(page)
        found = answer.get("conversations") or []
        yield from found
        page = str(answer.get("next_page_token") or "")
        if not page or not (is_whole or any(_latest(each) > edge for each in found)):
            return


def _latest(chat: Json) -> int:
    return int((chat.get("latest_message") or chat).get("create_time") or 0)


def _name_of_latest(chat: Json) -> str:
    return str((chat.get("latest_message") or {}).get("id") or "")


def _windowed(api: TikTok, place: Json, now: datetime, *, what: str) -> Found:
    """A window of time is read page by page; the next one begins a little before its end."""
    since, until = place.get("since", stamp(now - FIRST)), place.get("until", stamp(now))
    window = {"update_time_ge": since, "update_time_lt": until}
    if what == "returns":
        answer = api.search_returns(window, place.get("page", ""))
        deliveries = listings.returns(answer.get("return_orders") or ())
    elif what == "cancellations":
        answer = api.search_cancellations(window, place.get("page", ""))
        deliveries = listings.hints("order", answer.get("cancellations") or (), "order_id")
    else:
        answer = api.search_orders(window, place.get("page", ""))
        deliveries = listings.whole(api, answer.get("orders") or ())
    if page := str(answer.get("next_page_token") or ""):
        return Found(deliveries, {"since": since, "until": until, "page": page}, more=True)
    return Found(deliveries, {"since": until - int(OVERLAP.total_seconds())})


def _performance(api: TikTok, place: Json, now: datetime) -> Found:
    return Found([listings.performance(api, now - timedelta(days=standards.DAYS), now)], {})


SOURCES: tuple[Source[TikTok], ...] = (
    Source("chats", timedelta(minutes=3), _chats),
    Source("orders", timedelta(minutes=5), partial(_windowed, what="orders")),
    Source("returns", timedelta(minutes=10), partial(_windowed, what="returns")),
    Source("cancellations", timedelta(minutes=10), partial(_windowed, what="cancellations")),
    Source("performance", timedelta(days=1), _performance),
)
