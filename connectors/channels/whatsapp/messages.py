"""Messages, from both sides, and what becomes of those we sent → events. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from connectors.channels.whatsapp import content, people
from connectors.channels.whatsapp.refusals import reason
from connectors.events import (
    About,
    Event,
    MessageBounced,
    MessageEdited,
    MessageProgressed,
    MessageReceived,
    MessageRemoved,
    Party,
    Progress,
    Renamed,
    Spot,
)

Json = Mapping[str, Any]

_PROGRESS = {
    "sent": Progress.SENT,
    "delivered": Progress.DELIVERED,
    "read": Progress.READ,
    "played": Progress.READ,  # a voice message was listened to
}


def received(value: Json, message: Json) -> Sequence[Event]:
    """What a shopper did; () for what belongs to a group, or says nothing to us."""
    if message.get("group_id"):
        return ()
    kind = message["type"]
    if kind == "system":
        return _system(message)
    if changed := _changed(message):
        return (changed,)
    who = people.writer(value, str(message.get("from") or ""), str(message.get("from_user_id") or ""))
    if kind == "reaction":
        return _reaction(who, message)
    return (
        MessageReceived(
            external_id=str(message["id"]),
            sender=who,
            text=content.words(message),
            sent_at=moment(message["timestamp"]),
            thread=people.thread(who),
            replies_to=_answered(message),
            files=content.files(message),
            about=_about(message),
        ),
    )


def echoed(value: Json, message: Json) -> Sequence[Event]:
    """What the seller typed into the phone app."""
    if changed := _changed(message):
        return (changed,)
    to = people.person(value, str(message.get("to") or ""), str(message.get("to_user_id") or ""))
    return (
        MessageReceived(
            external_id=str(message["id"]),
            sender=people.party("", str(message.get("from") or "")),
            text=content.words(message),
            sent_at=moment(message["timestamp"]),
            thread=people.thread(to),
            files=content.files(message),
            ours=True,
            recipient=to,
        ),
    )


def called(value: Json, call: Json) -> Sequence[Event]:
    """A shopper rang; only the end says whether anybody answered."""
    if call.get("event") != "terminate" or call.get("direction") != "USER_INITIATED":
        return ()
    who = people.writer(value, str(call.get("from") or ""), str(call.get("from_user_id") or ""))
    seconds = int(call.get("duration") or 0)
    said = f"[Call, {seconds // 60}:{seconds % 60:02d} minutes]" if seconds else "[Missed call]"
    about = About(Spot.CALL, external_id=str(call["id"]))
    at = moment(call["timestamp"])
    return (
        MessageReceived(
            external_id=str(call["id"]),
            sender=who,
            text=said,
            sent_at=at,
            thread=people.thread(who),
            about=about,
            automatic=bool(seconds),
        ),
    )


def progressed(status: Json) -> Sequence[Event]:
    name, key = str(status["id"]), str(status.get("biz_opaque_callback_data") or "")
    at = moment(status["timestamp"])
    if status["status"] == "failed":
        return (MessageBounced(name, reason(status.get("errors") or ()), at, key=key),)
    progress = _PROGRESS.get(status["status"])
    return (MessageProgressed(progress, at, external_id=name, key=key),) if progress else ()


def moment(seconds: Any) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def _changed(message: Json) -> Event | None:
    """Something said before reads differently now, or was taken back."""
    if message["type"] == "edit":
        held = message["edit"]
        return MessageEdited(
            str(held["original_message_id"]), content.words(held["message"]), moment(message["timestamp"])
        )
    if message["type"] == "revoke":
        return MessageRemoved(str(message["revoke"]["original_message_id"]), moment(message["timestamp"]))
    return None


def _reaction(who: Party, message: Json) -> Sequence[Event]:
    """One by each person to each message: another emoji changes it, none takes it back."""
    held, at = message["reaction"], moment(message["timestamp"])
    name = f"{held['message_id']}/reaction/{people.thread(who)}"
    if not held.get("emoji"):
        return (MessageRemoved(name, at),)
    said = content.words(message)
    first = MessageReceived(
        external_id=name,
        sender=who,
        text=said,
        sent_at=at,
        thread=people.thread(who),
        replies_to=(str(held["message_id"]),),
        automatic=True,
    )
    return (first, MessageEdited(name, said, at))


def _system(message: Json) -> Sequence[Event]:
    held, old = message["system"], str(message.get("from") or "")
    if held.get("type") != "user_changed_number":
        return ()
    key = str(message.get("from_user_id") or held.get("old_user_id") or old)
    names = {"whatsapp": key, "phone": f"+{held['wa_id']}"}
    return (Renamed(key, Party(names), moment(message["timestamp"])),)


def _answered(message: Json) -> tuple[str, ...]:
    context = message.get("context")
    name = context.get("id") if isinstance(context, Mapping) else None
    return (str(name),) if name else ()


def _about(message: Json) -> About | None:
    if isinstance(held := message.get("referral"), Mapping):
        return About(
            Spot.POST if held.get("source_type") == "post" else Spot.AD,
            external_id=str(held.get("source_id") or ""),
            title=str(held.get("headline") or ""),
            url=str(held.get("source_url") or ""),
        )
    if message["type"] == "order":
        order = message["order"]
        items = tuple(str(each["product_retailer_id"]) for each in order.get("product_items") or ())
        return About(Spot.PAGE, external_id=str(order.get("catalog_id") or ""), cart=items)
    context = message.get("context")
    product = context.get("referred_product") if isinstance(context, Mapping) else None
    if isinstance(product, Mapping):
        named = (str(product.get("product_retailer_id") or ""),)
        return About(Spot.PAGE, external_id=str(product.get("catalog_id") or ""), products=named)
    return None
