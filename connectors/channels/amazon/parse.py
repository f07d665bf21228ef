"""A raw delivery → normal facts. Pure.

Notifications only say what changed; "fetched/..." and "report/..." deliveries hold the thing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from connectors import mail
from connectors.channels.amazon import access, feeds, openings, performance, relay, returns
from connectors.channels.amazon.orders import order_changed
from connectors.contract import Account, RawDelivery
from connectors.errors import Unparsable
from connectors.events import Changed, Event
from connectors.garbled import loaded, parsing

Json = dict[str, Any]


def parse(account: Account, delivery: RawDelivery) -> Sequence[Event]:
    """() for kinds that say nothing to us. Raises Unparsable for broken bodies of the others."""
    if delivery.topic == mail.TOPIC:
        return relay.parse(account, delivery)
    if delivery.topic == "notification/":  # of no kind: most likely no notification at all
        raise Unparsable("What the queue held is no notification of Amazon's.")
    read = _READERS.get(delivery.topic)
    if read is None:
        return ()
    with parsing(delivery.topic):
        return read(account, loaded(delivery))


def _order_change(account: Account, body: Json) -> Sequence[Event]:
    return (Changed("order", _payload(body, "OrderChangeNotification")["AmazonOrderId"]),)


def _feed_finished(account: Account, body: Json) -> Sequence[Event]:
    """Feeds of others (listings, prices) end as well; only ours are wishes of ours."""
    about = _payload(body, "feedProcessingFinishedNotification")
    return (Changed("command", about["feedId"]),) if about["feedType"] in feeds.KINDS else ()


def _account_status(account: Account, body: Json) -> Sequence[Event]:
    about = _payload(body, "accountStatusChangeNotification")
    status = about.get("currentAccountStatus") or about["CurrentAccountStatus"]
    at = body.get("EventTime") or body["eventTime"]
    return performance.status_changed(str(status), datetime.fromisoformat(at), _central(account))


def _payload(body: Json, name: str) -> Json:
    """Kinds differ in whether their names begin with a capital letter."""
    payload: Json = body.get("Payload") or body["payload"]
    found = (
        payload.get(name) or payload.get(name[0].lower() + name[1:]) or payload[name[0].upper() + name[1:]]
    )
    return dict(found)


def _central(account: Account) -> str:
    return access.seller_central(account)


_READERS: Mapping[str, Callable[[Account, Json], Sequence[Event]]] = {
    "notification/ORDER_CHANGE": _order_change,
    "notification/FEED_PROCESSING_FINISHED": _feed_finished,
    "notification/ACCOUNT_STATUS_CHANGED": _account_status,
    "fetched/order": lambda account, body: (order_changed(body, _central(account)),),
    "fetched/openings": lambda account, body: openings.read(body),
    "fetched/command": lambda account, body: feeds.settled(body),
    "report/return": lambda account, body: returns.read(body, _central(account)),
    "report/performance": lambda account, body: performance.read(
        body, _central(account), access.marketplace(account)
    ),
}
