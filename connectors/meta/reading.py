"""What is fetched: people's names, files, mentions, and threads of the past."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from connectors.contract import One, Page, Past, RawDelivery
from connectors.errors import Refused
from connectors.meta import parse
from connectors.meta.graph import Graph, Json
from connectors.meta.platform import Platform, page_id
from connectors.meta.values import time
from connectors.shared import shared

NAMED = 7 * 86_400  # seconds for which a name is not asked for again
THREADS = 10  # a page
_PROFILE = {"messenger": "first_name,last_name", "instagram": "name,username"}
_THREAD = "id,updated_time,participants,messages.limit(50){id,created_time,from,message,attachments}"


def profile(platform: Platform, api: Graph, wanted: One) -> Page:
    """Every message hints at its writer; they are asked about once a week."""
    memory = f"meta:named:{api.account.id}:{wanted.external_id}"
    if shared().read(memory):
        return Page()
    found = api.find(f"/{wanted.external_id}", fields=f"id,{_PROFILE[platform.messages]}")
    shared().write(memory, "1", NAMED)
    if not found:
        return Page()
    return Page(
        [fetched(parse.PROFILE, f"profile/{wanted.external_id}", {"id": wanted.external_id, **found})]
    )


def file(platform: Platform, api: Graph, wanted: One) -> Page:
    """From where the push said it lies; when that is over, from where the message says so now."""
    source: Json = json.loads(wanted.external_id)
    try:
        found = api.download(str(source["url"]))
    except Refused:
        url = _url_now(api, source)
        if not url or url == source["url"]:
            raise
        found = api.download(url)
    return Page([RawDelivery("file", wanted.external_id[:200], found.content)])


def _url_now(api: Graph, source: Json) -> str:
    if not source.get("message"):
        return ""
    message = api.find(f"/{source['message']}", fields="id,attachments") or {}
    held = (message.get("attachments") or {}).get("data") or []
    place = int(source.get("place") or 0)
    return str(parse.as_pushed(held[place])["payload"]["url"] or "") if place < len(held) else ""


def past(platform: Platform, api: Graph, wanted: Past) -> Page:
    """Threads come newest first, so the first that is too old ends it. Each message is a delivery of its own."""
    params: dict[str, Any] = {"platform": platform.messages, "fields": _THREAD, "limit": THREADS}
    if wanted.cursor:
        params["after"] = wanted.cursor
    page = api.read(f"/{page_id(api.account)}/conversations", **params)
    threads = page.get("data") or []
    fresh = [each for each in threads if time(each["updated_time"]) >= wanted.since]
    found = [
        fetched(parse.PAST, f"past/{message['id']}", {"message": message, "person": person})
        for thread in fresh
        if (person := _other(api, thread))
        for message in reversed((thread.get("messages") or {}).get("data") or [])
        if wanted.since <= time(message["created_time"]) <= wanted.until
    ]
    cursor = ((page.get("paging") or {}).get("cursors") or {}).get("after")
    more = bool(cursor) and "next" in page["paging"] and len(fresh) == len(threads)
    return Page(found, str(cursor) if more else wanted.cursor, more)


def _other(api: Graph, thread: Json) -> Json | None:
    people = (thread.get("participants") or {}).get("data") or []
    return next((each for each in people if str(each.get("id")) != api.account.external_id), None)


def fetched(topic: str, key: str, body: Json) -> RawDelivery:
    now = datetime.now(UTC)
    return RawDelivery(topic, f"{key}/{int(now.timestamp())}", json.dumps(body).encode(), received_at=now)
