"""Text messages and what becomes of ours, as normal facts. Pure.

Twilio writes a message in two ways: as a form to our address (`MessageSid`, `Body` ..), and as JSON where it is read
(`sid`, `body` ..). Here it has the second shape, with its files beside it where they are known:

    {"message": {"sid", "from", "to", "body", "num_media", "direction", ..}, "media": [{"sid", "content_type"}]}
"""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from connectors.channels.sms.keywords import Keyword, is_only_keyword, keyword
from connectors.contract import Account, RawDelivery
from connectors.events import (
    Changed,
    Event,
    File,
    MessageBounced,
    MessageProgressed,
    MessageReceived,
    OptedIn,
    OptedOut,
    Progress,
)
from connectors.garbled import by_topic
from connectors.twilio import reasons
from connectors.twilio.values import Json, party, time

Read = Callable[[Account, Json, RawDelivery], Sequence[Event]]

OUR_KEY = "OurKey"  # beside Twilio's fields: what a message was sent under, of the address it named for its callbacks
_PROGRESS = {"sent": Progress.SENT, "delivered": Progress.DELIVERED, "read": Progress.READ}
_LOST = ("undelivered", "failed")


def parse(account: Account, delivery: RawDelivery) -> Sequence[Event]:
    return by_topic(READERS, account, delivery)


def _received(account: Account, form: Json, delivery: RawDelivery) -> Sequence[Event]:
    """A form says no time: it is sent as the message comes."""
    message = {
        "sid": form["MessageSid"],
        "from": form["From"],
        "to": form["To"],
        "body": form.get("Body", ""),
        "num_media": form.get("NumMedia", "0"),
        "opt_out_type": form.get("OptOutType", ""),
        "direction": "inbound",
    }
    media = [
        {"sid": str(form[f"MediaUrl{at}"]).rpartition("/")[2], "content_type": form[f"MediaContentType{at}"]}
        for at in range(int(message["num_media"]))
    ]
    return _heard(account, message, media, delivery.received_at or datetime.now(UTC))


def _message(account: Account, held: Json, delivery: RawDelivery) -> Sequence[Event]:
    message = held["message"]
    at = time(message.get("date_sent") or message["date_created"])
    if str(message["direction"]).startswith("outbound"):
        return _lost(message, at) if message.get("status") in _LOST else (_ours(message, at),)
    return _heard(account, message, held.get("media"), at)


def _heard(account: Account, message: Json, media: list[Json] | None, at: datetime) -> Sequence[Event]:
    """A list says only how many files there are: then the message is looked up, so that it is told once, and whole."""
    if media is None and int(message.get("num_media") or 0):
        return (Changed("message", str(message["sid"])),)
    said, who = str(message["body"] or ""), party(str(message["from"]))
    found = keyword(said, str(message.get("opt_out_type") or ""))
    heard = MessageReceived(
        external_id=str(message["sid"]),
        sender=who,
        text=said.strip(),
        sent_at=at,
        thread=who.names.get("phone", ""),
        files=tuple(_file(message, place, each) for place, each in enumerate(media or (), start=1)),
        automatic=is_only_keyword(said, found),
    )
    match found:
        case Keyword.STOP:
            return (heard, OptedOut(who, at, said.strip()))
        case Keyword.START:
            return (heard, OptedIn(who, at, said.strip()))
        case Keyword.HELP if text := help_text(account):
            return (heard, _helped(heard, text))
    return (heard,)


def help_text(account: Account) -> str:
    return str(account.settings.get("help_text") or "").strip()


def _helped(heard: MessageReceived, text: str) -> MessageReceived:
    """What Twilio was told to answer with, when it brought us the message."""
    return MessageReceived(
        external_id=f"{heard.external_id}/help",
        sender=heard.sender,
        text=text,
        sent_at=heard.sent_at,
        thread=heard.thread,
        automatic=True,
        ours=True,
        recipient=heard.sender,
    )


def _ours(message: Json, at: datetime) -> MessageReceived:
    shopper = party(str(message["to"]))
    return MessageReceived(
        external_id=str(message["sid"]),
        sender=party(str(message["from"])),
        text=str(message["body"] or ""),
        sent_at=at,
        thread=shopper.names.get("phone", ""),
        automatic=message["direction"] == "outbound-reply",
        ours=True,
        recipient=shopper,
    )


def _file(message: Json, place: int, held: Json) -> File:
    kind = str(held["content_type"])
    name = f"{kind.partition('/')[0]}-{place}{mimetypes.guess_extension(kind) or ''}"
    return File(name, kind, source=f"{message['sid']}/{held['sid']}")


def _status(account: Account, form: Json, delivery: RawDelivery) -> Sequence[Event]:
    at, message, key = (
        delivery.received_at or datetime.now(UTC),
        str(form["MessageSid"]),
        form.get(OUR_KEY, ""),
    )
    status = str(form["MessageStatus"])
    if progress := _PROGRESS.get(status):
        return (MessageProgressed(progress, at, external_id=message, key=key),)
    if status not in _LOST:
        return ()
    return _lost({"sid": message, "to": form["To"], "error_code": form.get("ErrorCode")}, at, key)


def _lost(message: Json, at: datetime, key: str = "") -> Sequence[Event]:
    code = reasons.code_of(message.get("error_code"))
    why = reasons.words(code) or "The carrier did not deliver it."
    lost = MessageBounced(str(message["sid"]), why, at, key)
    return (lost, OptedOut(party(str(message["to"])), at)) if code == reasons.OPTED_OUT else (lost,)


READERS: Mapping[str, Read] = {"received": _received, "status": _status, "message": _message}
