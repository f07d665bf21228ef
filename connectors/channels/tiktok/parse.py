"""A raw delivery → normal facts. Pure.

Topics in capitals are TikTok's webhooks, which are hints and no more: what they speak of is read again. "listed/.." says
the same of what a list told; the others are whole objects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from connectors.channels.tiktok import messages, orders, returns, settling, standards
from connectors.channels.tiktok.values import Json, time
from connectors.contract import Account, RawDelivery
from connectors.errors import Unparsable
from connectors.events import Changed, Disconnected, Event, NoticeKind, NoticeReceived, Party
from connectors.garbled import by_topic

Read = Callable[[Account, Json, RawDelivery], Sequence[Event]]
Hint = Callable[[Json], Sequence[Event]]

# The numbers that stand in a webhook's `type`.
TOPICS = {
    1: "ORDER_STATUS_CHANGE",
    3: "RECIPIENT_ADDRESS_UPDATE",
    4: "PACKAGE_UPDATE",
    6: "SELLER_DEAUTHORIZATION",
    7: "UPCOMING_AUTHORIZATION_EXPIRATION",
    11: "CANCELLATION_STATUS_CHANGE",
    12: "RETURN_STATUS_CHANGE",
    13: "NEW_CONVERSATION",
    14: "NEW_MESSAGE",
    67: "REFUND_SUCCESS",
}


def parse(account: Account, delivery: RawDelivery) -> Sequence[Event]:
    return by_topic(READERS, account, delivery)


def _pushed(hint: Hint) -> Read:
    """An address set for a whole app gets the webhooks of all its shops; only ours count."""

    def read(account: Account, body: Json, delivery: RawDelivery) -> Sequence[Event]:
        return hint(body) if str(body["shop_id"]) == account.external_id else ()

    return read


def _order(body: Json) -> Sequence[Event]:
    return (Changed("order", _named(body, "order_id")),)


def _packages(body: Json) -> Sequence[Event]:
    numbers = {str(number) for each in body["data"]["package_list"] for number in each["order_id_list"]}
    return [Changed("order", number) for number in sorted(numbers)]


def _return(body: Json) -> Sequence[Event]:
    """A refund shows in the order as well."""
    return (Changed("return", _named(body, "return_id")), *_order(body))


def _refund(body: Json) -> Sequence[Event]:
    numbers = {str(each["main_order_id"]) for each in body["data"]["line_items"]}
    return [Changed("order", number) for number in sorted(numbers)]


def _message(body: Json) -> Sequence[Event]:
    """It names its sender by an id that no order has; the chat has both."""
    data = body["data"]
    if data.get("is_visible") is False or data["sender"]["role"] not in (
        messages.BUYER,
        messages.PERSON,
        messages.SHOP,
    ):
        return ()
    return (Changed("conversation", _named(body, "conversation_id")),)


def _withdrawn(body: Json) -> Sequence[Event]:
    return (Disconnected("The seller withdrew the consent at TikTok Shop."),)


def _ending(body: Json) -> Sequence[Event]:
    data, at = body["data"], time(body["timestamp"])
    until = data.get("expiration_time")
    end = f" It ends on {time(until):%Y-%m-%d}." if str(until or "").isdigit() else ""
    return (
        NoticeReceived(
            external_id=str(body.get("tts_notification_id") or f"consent-{at:%Y-%m-%d}"),
            kind=NoticeKind.POLICY,
            sender=Party({"tiktok": "tiktok"}, "TikTok Shop"),
            text=f"The consent for this shop is about to end.{end} Agree once more before that, under Channels.",
            at=at,
            subject="Agree once more at TikTok Shop",
        ),
    )


def _named(body: Json, name: str) -> str:
    found = str(body["data"].get(name) or "")
    if not found:
        raise KeyError(name)
    return found


def _said(account: Account, body: Json, delivery: RawDelivery) -> Sequence[Event]:
    found = messages.said(body)
    return (found,) if found else ()


def _listed(kind: str) -> Read:
    return lambda account, body, delivery: (Changed(kind, str(body["id"])),)


def _unreadable(account: Account, body: Json, delivery: RawDelivery) -> Sequence[Event]:
    raise Unparsable("The webhook has no type.")


READERS: Mapping[str, Read] = {
    "message": _said,
    "order": lambda account, body, delivery: (orders.order_changed(account, body),),
    "return": lambda account, body, delivery: returns.changed(account, body),
    "command": lambda account, body, delivery: settling.settled(account, body),
    "performance": lambda account, body, delivery: (standards.performance_reported(body, delivery),),
    "listed/order": _listed("order"),
    "ORDER_STATUS_CHANGE": _pushed(_order),
    "RECIPIENT_ADDRESS_UPDATE": _pushed(_order),
    "CANCELLATION_STATUS_CHANGE": _pushed(_order),
    "PACKAGE_UPDATE": _pushed(_packages),
    "RETURN_STATUS_CHANGE": _pushed(_return),
    "REFUND_SUCCESS": _pushed(_refund),
    "NEW_MESSAGE": _pushed(_message),
    "SELLER_DEAUTHORIZATION": _pushed(_withdrawn),
    "UPCOMING_AUTHORIZATION_EXPIRATION": _pushed(_ending),
    "unreadable": _unreadable,
}
