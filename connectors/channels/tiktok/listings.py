"""What TikTok Shop lists, as raw deliveries."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from connectors.channels.tiktok import messages
from connectors.channels.tiktok.client import MOST, TikTok
from connectors.channels.tiktok.values import Json, stamp, time
from connectors.contract import RawDelivery

PAGES = 30  # of ten messages: as far back as one chat is read


def delivery(topic: str, number: object, body: Any, at: datetime | None = None) -> RawDelivery:
    """The key holds the content: the same state read twice is one thing, two states are two."""
    content = json.dumps(body, sort_keys=True).encode()
    digest = hashlib.sha256(content).hexdigest()[:20]
    return RawDelivery(topic, f"{topic}:{number}:{digest}", content, received_at=at)


def hints(kind: str, found: Iterable[Json], name: str) -> list[RawDelivery]:
    """Of what changed and is to be read whole: one for each state it was seen in."""
    return [
        delivery(
            f"listed/{kind}", each[name], {"id": str(each[name]), "update_time": each.get("update_time")}
        )
        for each in found
    ]


def whole(api: TikTok, orders: Sequence[Json]) -> list[RawDelivery]:
    """With what TikTok keeps apart from them. Two calls for up to fifty."""
    numbers = [str(each["id"]) for each in orders]
    backs = _of_orders(api.search_returns, "return_orders", numbers)
    cancels = _of_orders(api.search_cancellations, "cancellations", numbers)
    return [
        delivery(
            "order",
            number,
            {"order": each, "returns": backs.get(number, []), "cancellations": cancels.get(number, [])},
        )
        for number, each in zip(numbers, orders, strict=True)
    ]


def order(api: TikTok, number: str) -> RawDelivery | None:
    found = [each for each in api.orders([number]) if str(each.get("id")) == number]
    return whole(api, found)[0] if found else None


def a_return(api: TikTok, number: str) -> Json | None:
    found = api.search_returns({"return_ids": [number]}).get("return_orders") or ()
    return next((each for each in found if str(each.get("return_id")) == number), None)


def returns(found: Iterable[Json]) -> list[RawDelivery]:
    return [delivery("return", each["return_id"], each, time(each["update_time"])) for each in found]


def performance(api: TikTok, since: datetime, now: datetime) -> RawDelivery:
    found = api.performance(f"{since:%Y-%m-%d}", f"{now:%Y-%m-%d}")
    return delivery("performance", f"{now:%Y-%m-%d}", found, now)


def chat(api: TikTok, number: str) -> list[RawDelivery]:
    """The newest messages of a chat that something was said in, the oldest first."""
    return said_in(api, api.chat(number), None)


def said_in(
    api: TikTok, chat: Json, since: datetime | None, until: datetime | None = None
) -> list[RawDelivery]:
    """All messages of a time, or the newest page of them."""
    found: list[Json] = []
    page = ""
    for _ in range(PAGES):
        answer = api.messages(str(chat["id"]), page)
        found += answer.get("messages") or ()
        page = str(answer.get("next_page_token") or "")
        if since is None or not page or any(int(each["create_time"]) < stamp(since) for each in found):
            break
    found.sort(key=_place)
    return [
        message(chat, each, before)
        for before, each in zip([None, *found], found, strict=False)
        if (since is None or int(each["create_time"]) >= stamp(since))
        and (until is None or int(each["create_time"]) <= stamp(until))
    ]


def message(chat: Json, said: Json, before: Json | None = None) -> RawDelivery:
    """The key is TikTok's id of the message."""
    held: Json = {"chat": {"id": chat["id"], "participants": chat.get("participants") or []}, "message": said}
    if before and before.get("type") in messages.ENTERED:
        held["entered"] = before
    at = datetime.fromtimestamp(int(said["create_time"]), UTC)
    return RawDelivery("message", str(said["id"]), json.dumps(held).encode(), received_at=at)


def _place(said: Json) -> tuple[int, int]:
    """Messages are ordered by index; their times have only seconds."""
    return int(said.get("index") or 0), int(said["create_time"])


def _of_orders(search: Any, name: str, numbers: Sequence[str]) -> dict[str, list[Json]]:
    """All pages, by order, each in the order of time."""
    found: dict[str, list[Json]] = {}
    page, left = "", 1 + len(numbers) // 5
    while numbers and left:
        answer = search({"order_ids": list(numbers)}, page, MOST)
        for each in answer.get(name) or ():
            found.setdefault(str(each["order_id"]), []).append(each)
        page, left = str(answer.get("next_page_token") or ""), left - 1
        if not page:
            break
    return found
