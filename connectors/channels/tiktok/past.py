"""The past, a page at a time: orders, returns, then chats. The cursor names the stage and the place within."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from connectors.channels.tiktok import listings
from connectors.channels.tiktok.client import TikTok
from connectors.channels.tiktok.values import Json, stamp
from connectors.contract import Account, Page, Past, RawDelivery

# A page: its deliveries, how many entries it had, and TikTok's answer, which names the next page.
Stage = Callable[[TikTok, Past, str], tuple[Sequence[RawDelivery], int, Json]]


def past(account: Account, wanted: Past) -> Page:
    held: Json = json.loads(wanted.cursor) if wanted.cursor else {"stage": 0, "page": "", "read": 0}
    stage = int(held["stage"])
    if stage >= len(STAGES):
        return Page(cursor=wanted.cursor, share=1.0)
    deliveries, count, answer = STAGES[stage](TikTok(account), wanted, held["page"])
    page, read = str(answer.get("next_page_token") or ""), int(held["read"]) + count
    following: Json = (
        {"stage": stage, "page": page, "read": read} if page else {"stage": stage + 1, "page": "", "read": 0}
    )
    total = max(int(answer.get("total_count") or 0), read + (1 if page else 0))
    share = (stage + (read / total if page else 1)) / len(STAGES)
    return Page(list(deliveries), json.dumps(following), following["stage"] < len(STAGES), share)


def _orders(api: TikTok, wanted: Past, page: str) -> tuple[Sequence[RawDelivery], int, Json]:
    answer = api.search_orders(_window(wanted), page)
    found = answer.get("orders") or []
    return listings.whole(api, found), len(found), answer


def _returns(api: TikTok, wanted: Past, page: str) -> tuple[Sequence[RawDelivery], int, Json]:
    answer = api.search_returns(_window(wanted), page)
    found = answer.get("return_orders") or []
    return listings.returns(found), len(found), answer


def _chats(api: TikTok, wanted: Past, page: str) -> tuple[Sequence[RawDelivery], int, Json]:
    """All are listed, since TikTok filters them by nothing; only those of the time are read."""
    answer = api.chats(page)
    found = answer.get("conversations") or []
    made = [
        said
        for each in found
        if int((each.get("latest_message") or each).get("create_time") or 0) >= stamp(wanted.since)
        for said in listings.said_in(api, each, wanted.since, wanted.until)
    ]
    return made, len(found), answer


def _window(wanted: Past) -> Json:
    return {"update_time_ge": stamp(wanted.since), "update_time_lt": stamp(wanted.until)}


STAGES: tuple[Stage, ...] = (_orders, _returns, _chats)
