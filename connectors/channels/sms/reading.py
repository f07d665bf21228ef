"""Looking at Twilio's own list of messages: what our address missed, what was there before, one with its files, and
whether what was sent arrived."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.commands import SendMessage
from connectors.contract import Account, One, Page, Past, RawDelivery
from connectors.rhythm import Found, Source, look
from connectors.twilio.client import Twilio
from connectors.twilio.values import Json, e164, own_number, time

AT_ONCE = 100
LOOKS_EVERY = timedelta(minutes=3)  # what comes is pushed; this only finds what the push lost
OVERLAP = timedelta(minutes=5)  # a message may be listed a little later than its time says
SKEW = timedelta(minutes=2)  # between Twilio's clock and ours
_DEAD = ("failed", "canceled")


def since(account: Account, cursor: str | None) -> Page:
    """Twilio calls our address once or twice and then gives up, so its list is read beside."""
    return look("Twilio", [Source("messages", LOOKS_EVERY, _listed_since)], account, cursor)


def _listed_since(account: Account, place: Json, now: datetime) -> Found:
    """The place is {"since": time, "newest": time, "page": where the next page is, "" for none}."""
    held = {"since": _written(now), "newest": "", "page": ""} | place
    wanted = {"To": own_number(account), "DateSent>": held["since"], "PageSize": AT_ONCE}
    found, onward = _page(Twilio(account), wanted, held["page"])
    deliveries = [_listed(each) for each in found if each["direction"] == "inbound"]
    seen = [each.received_at for each in deliveries if each.received_at]
    newest = max([held["newest"], *(_written(each) for each in seen)])
    if onward:
        return Found(deliveries, {**held, "newest": newest, "page": onward}, more=True)
    begin = _written(datetime.fromisoformat(newest) - OVERLAP) if newest else held["since"]
    return Found(deliveries, {"since": max(begin, held["since"])})


def past(account: Account, wanted: Past) -> Page:
    """Theirs first, then ours. The cursor is {"side": "To" or "From", "page": ..}."""
    held = json.loads(wanted.cursor) if wanted.cursor else {"side": "To", "page": ""}
    asked = {
        held["side"]: own_number(account),
        "DateSent>": _written(wanted.since),
        "DateSent<": _written(wanted.until),
        "PageSize": AT_ONCE,
    }
    found, onward = _page(Twilio(account), asked, held["page"])
    theirs = held["side"] == "To"
    after = {**held, "page": onward} if onward else {"side": "From", "page": ""} if theirs else None
    sent = [each for each in found if each.get("status") not in _DEAD]
    cursor = json.dumps(after) if after else None
    return Page(
        [_listed(each) for each in sent], cursor, more=after is not None, share=0.5 if theirs else 1.0
    )


def one(account: Account, wanted: One) -> Page:
    if isinstance(wanted.tried, SendMessage):
        return _sent(Twilio(account), wanted.tried, wanted.tried_at or datetime.now(UTC))
    api = Twilio(account)
    message = api.message(wanted.external_id)
    if message is None:
        return Page()
    media = [
        {"sid": each["sid"], "content_type": each["content_type"]} for each in api.media(wanted.external_id)
    ]
    return Page(
        [
            _delivery(
                message, {"message": message, "media": media}, f"{message['sid']}/{message['status']}/whole"
            )
        ]
    )


def file(account: Account, wanted: One) -> Page:
    """`external_id` is the message's and the file's, with a slash between."""
    message, _, name = wanted.external_id.partition("/")
    content = Twilio(account).media_file(message, name)
    return Page([RawDelivery("file", wanted.external_id, content)] if content else [])


def _sent(api: Twilio, tried: SendMessage, at: datetime) -> Page:
    """By its words: Twilio takes no key. Not by its date, which a message has only once it has left Twilio's queue."""
    to, own = e164(tried.to.names.get("phone", "")), own_number(api.account)
    found, _ = _page(api, {"To": to, "From": own, "PageSize": AT_ONCE}, "")
    for each in found:
        is_new = time(each["date_created"]) >= at - SKEW and each["sid"] not in tried.replies_to
        if is_new and each["direction"] == "outbound-api" and _same(str(each["body"]), tried.text):
            return Page([_delivery(each, {"message": each}, str(each["sid"]))])
    return Page()


def _same(one: str, other: str) -> bool:
    """Twilio may write quotes and dashes more simply, to save segments."""
    first, second = ("".join(filter(str.isalnum, text)) for text in (one, other))
    return first == second


def _page(api: Twilio, params: dict[str, Any], page: str) -> tuple[list[Json], str]:
    """The messages, newest first, and where the next page is."""
    answer = api.next_page(page) if page else api.messages(**params)
    found = answer["messages"]
    if not isinstance(found, list):
        raise TypeError("messages")
    return found, str(answer.get("next_page_uri") or "")


def _listed(message: Json) -> RawDelivery:
    """Under the key that the form to our address has, so that what came both ways is one delivery."""
    return _delivery(message, {"message": message}, f"{message['sid']}/received")


def _delivery(message: Json, held: Json, key: str) -> RawDelivery:
    at = time(message.get("date_sent") or message["date_created"])
    return RawDelivery("message", key, json.dumps(held).encode(), received_at=at)


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
