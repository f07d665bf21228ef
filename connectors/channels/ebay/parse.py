"""A raw delivery → normal facts. Pure.

Topics in capitals are eBay's notifications; "listed/.." says that something changed and is to be read again; the
others are whole objects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from connectors.channels.ebay import disputes, messages, orders, returns, standards
from connectors.channels.ebay.values import Json, is_us, party
from connectors.contract import Account, RawDelivery
from connectors.errors import Unparsable
from connectors.events import Changed, Disconnected, ErasureAsked, Event
from connectors.garbled import by_topic

Read = Callable[[Account, Json, RawDelivery], Sequence[Event]]


def parse(account: Account, delivery: RawDelivery) -> Sequence[Event]:
    return by_topic(READERS, account, delivery)


def _unreadable(account: Account, body: Json, delivery: RawDelivery) -> Sequence[Event]:
    raise Unparsable("The notification has no topic.")


def _message(account: Account, body: Json, delivery: RawDelivery) -> Sequence[Event]:
    return (messages.said(account, body),)


def _new_message(account: Account, body: Json, delivery: RawDelivery) -> Sequence[Event]:
    return (messages.said(account, messages.pushed(_data(body))),)


def _order(account: Account, body: Json, delivery: RawDelivery) -> Sequence[Event]:
    return (orders.order_changed(account, body["order"], body.get("fulfillments") or ()),)


def _command(account: Account, body: Json, delivery: RawDelivery) -> Sequence[Event]:
    """An order whose refund we follow."""
    settled = orders.settled(body["order"], body["refund"], body["receipt"])
    changed = orders.order_changed(account, body["order"], body.get("fulfillments") or ())
    return (changed, settled) if settled else (changed,)


def _return(account: Account, body: Json, delivery: RawDelivery) -> Sequence[Event]:
    return (returns.return_changed(account, body, delivery),)


def _inquiry(account: Account, body: Json, delivery: RawDelivery) -> Sequence[Event]:
    return (disputes.inquiry_changed(account, body, delivery),)


def _case(account: Account, body: Json, delivery: RawDelivery) -> Sequence[Event]:
    return (disputes.case_changed(account, body, delivery),)


def _payment_dispute(account: Account, body: Json, delivery: RawDelivery) -> Sequence[Event]:
    return (disputes.payment_dispute_changed(account, body, delivery),)


def _standards(account: Account, body: Json, delivery: RawDelivery) -> Sequence[Event]:
    return (standards.performance_reported(body, delivery),)


def _changed(kind: str, *names: str, prefix: str = "") -> Read:
    """The first of `names` that the notification's data, or the list's entry, holds."""

    def read(account: Account, body: Json, delivery: RawDelivery) -> Sequence[Event]:
        data = _data(body) if "notification" in body else body
        found = next((str(data[name]) for name in names if data.get(name)), "")
        if not found:
            raise KeyError(names[0])
        return (Changed(kind, f"{prefix}{found}"),)

    return read


def _revoked(account: Account, body: Json, delivery: RawDelivery) -> Sequence[Event]:
    """Sent to the application for any of its sellers."""
    data = _data(body)
    ours = is_us(account, str(data.get("username") or "")) or (
        bool(data.get("userId")) and str(data["userId"]) == str(account.settings.get("user_id"))
    )
    return (Disconnected("The seller withdrew the consent at eBay."),) if ours else ()


def _erased(account: Account, body: Json, delivery: RawDelivery) -> Sequence[Event]:
    """Sent to every application for everybody who leaves eBay."""
    return (ErasureAsked(party(str(_data(body)["username"]))),)


def _data(body: Json) -> Json:
    data: Json = body["notification"]["data"]
    return data


READERS: Mapping[str, Read] = {
    "unreadable": _unreadable,
    "message": _message,
    "order": _order,
    "command": _command,
    "return": _return,
    "inquiry": _inquiry,
    "case": _case,
    "payment_dispute": _payment_dispute,
    "standards": _standards,
    "listed/order": _changed("order", "orderId"),
    "listed/return": _changed("return", "returnId"),
    "listed/payment_dispute": _changed("dispute", "paymentDisputeId", prefix="payment/"),
    "listed/case": _changed("dispute", "caseId", prefix="case/"),
    "NEW_MESSAGE": _new_message,
    "ORDER_CONFIRMATION": _changed("order", "orderId"),
    "ORDER_CANCELLATION_ACTIVITY": _changed("order", "orderId", "legacyOrderId"),
    "ORDER_RETURN_ACTIVITY": _changed("return", "returnId"),
    "ORDER_INQUIRY_ACTIVITY": _changed("dispute", "inquiryId", prefix="inquiry/"),
    "SELLER_STANDARDS_PROFILE_METRICS": lambda account, body, delivery: (Changed("performance", "current"),),
    "AUTHORIZATION_REVOCATION": _revoked,
    "MARKETPLACE_ACCOUNT_DELETION": _erased,
}
