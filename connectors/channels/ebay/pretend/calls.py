"""Which call of eBay's is answered by which part of the pretend eBay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.responses import JSONResponse, Response

from connectors.channels.ebay.pretend.answers import Json
from connectors.channels.ebay.pretend.cancellations import Cancellations
from connectors.channels.ebay.pretend.conversations import Conversations
from connectors.channels.ebay.pretend.deeds import Deeds
from connectors.channels.ebay.pretend.disputes import PaymentDisputes
from connectors.channels.ebay.pretend.grants import Grants
from connectors.channels.ebay.pretend.notifications import Notifications, public_key
from connectors.channels.ebay.pretend.orders import Orders
from connectors.channels.ebay.pretend.quotas import Quotas
from connectors.channels.ebay.pretend.requests import Requests
from connectors.channels.ebay.pretend.returns import Returns
from connectors.channels.ebay.pretend.standards import profile
from connectors.sandbox.world import Shop, World


@dataclass(frozen=True)
class Asked:
    """`context` is whose token came: "USER" or "APPLICATION"."""

    id: str
    deed: str
    query: dict[str, str]
    body: Any
    context: str


class Parts:
    def __init__(self, world: World) -> None:
        self.world = world
        self.grants, self.quotas = Grants(world), Quotas()
        self.conversations, self.orders = Conversations(world), Orders(world)
        shared = (world, self.orders, Deeds(world))
        self.returns, self.requests = Returns(*shared), Requests(*shared)
        self.cancellations, self.disputes = Cancellations(*shared), PaymentDisputes(world)
        self.notifications = Notifications(world)


# What it gives back is the answer's JSON; None is 204.
Does = Callable[[Parts, Shop, Asked], Any]


def created(answer: Json) -> Response:
    return JSONResponse(answer, 201)


def made(number: str) -> Response:
    """Only its address says what was made."""
    return Response(status_code=201, headers={"Location": f"https://api.ebay.com/made/{number}"})


def nothing(answer: object) -> None:
    """Where eBay says no more than that it was done."""


def identity(shop: Shop) -> Json:
    return {
        "userId": shop.keys["user_id"],
        "username": shop.seller_id,
        "accountType": "BUSINESS",
        "registrationMarketplaceId": "EBAY_US",
        "status": "CONFIRMED",
    }


_MESSAGE, _NOTES = "/commerce/message/v1", "/commerce/notification/v1"
_SELL, _POST = "/sell/fulfillment/v1", "/post-order/v2"

CALLS: tuple[tuple[str, str, Does], ...] = (
    ("GET", "/commerce/identity/v1/user/", lambda p, s, a: identity(s)),
    ("GET", f"{_MESSAGE}/conversation", lambda p, s, a: p.conversations.listed(s, a.query)),
    ("GET", f"{_MESSAGE}/conversation/{{id}}", lambda p, s, a: p.conversations.one(s, a.id, a.query)),
    ("POST", f"{_MESSAGE}/send_message", lambda p, s, a: created(p.conversations.send(s, a.body))),
    ("POST", f"{_MESSAGE}/update_conversation", lambda p, s, a: p.conversations.update(s, a.body)),
    ("GET", f"{_NOTES}/config", lambda p, s, a: p.notifications.config(s)),
    ("PUT", f"{_NOTES}/config", lambda p, s, a: p.notifications.configure(s, a.body)),
    ("GET", f"{_NOTES}/topic", lambda p, s, a: p.notifications.topics()),
    ("GET", f"{_NOTES}/destination", lambda p, s, a: p.notifications.destinations(s)),
    ("POST", f"{_NOTES}/destination", lambda p, s, a: made(p.notifications.tell(s, a.body))),
    ("PUT", f"{_NOTES}/destination/{{id}}", lambda p, s, a: nothing(p.notifications.tell(s, a.body, a.id))),
    ("GET", f"{_NOTES}/subscription", lambda p, s, a: p.notifications.subscriptions(s, a.context)),
    (
        "POST",
        f"{_NOTES}/subscription",
        lambda p, s, a: made(p.notifications.subscribe(s, a.body, a.context)),
    ),
    ("GET", f"{_NOTES}/public_key/{{id}}", lambda p, s, a: public_key(a.id)),
    ("GET", f"{_SELL}/order", lambda p, s, a: p.orders.listed(s, a.query)),
    ("GET", f"{_SELL}/order/{{id}}", lambda p, s, a: p.orders.shown(s, p.orders.named(s, a.id))),
    (
        "GET",
        f"{_SELL}/order/{{id}}/shipping_fulfillment",
        lambda p, s, a: p.orders.fulfillments(s, p.orders.named(s, a.id)),
    ),
    (
        "POST",
        f"{_SELL}/order/{{id}}/shipping_fulfillment",
        lambda p, s, a: made(p.orders.ship(s, p.orders.named(s, a.id), a.body)),
    ),
    (
        "POST",
        f"{_SELL}/order/{{id}}/issue_refund",
        lambda p, s, a: p.orders.refund(s, p.orders.named(s, a.id), a.body),
    ),
    ("GET", f"{_SELL}/payment_dispute_summary", lambda p, s, a: p.disputes.listed(s, a.query)),
    ("GET", f"{_SELL}/payment_dispute/{{id}}", lambda p, s, a: p.disputes.one(s, a.id)),
    (
        "POST",
        f"{_SELL}/payment_dispute/{{id}}/upload_evidence_file",
        lambda p, s, a: p.disputes.upload(s, a.id, a.body["name"], a.body["content"]),
    ),
    (
        "POST",
        f"{_SELL}/payment_dispute/{{id}}/add_evidence",
        lambda p, s, a: p.disputes.on_dispute(s, a.id, "add_evidence", a.body),
    ),
    (
        "POST",
        f"{_SELL}/payment_dispute/{{id}}/{{deed}}",
        lambda p, s, a: nothing(p.disputes.on_dispute(s, a.id, a.deed, a.body)),
    ),
    ("GET", "/sell/analytics/v1/seller_standards_profile", lambda p, s, a: profile(p.world.clock.now())),
    ("GET", f"{_POST}/return/search", lambda p, s, a: p.returns.listed(s, a.query)),
    ("GET", f"{_POST}/return/{{id}}", lambda p, s, a: p.returns.one(s, a.id)),
    (
        "POST",
        f"{_POST}/return/{{id}}/{{deed:path}}",
        lambda p, s, a: p.returns.on_return(s, a.id, a.deed, a.body),
    ),
    ("GET", f"{_POST}/inquiry/search", lambda p, s, a: p.requests.inquiries(s, a.query)),
    ("GET", f"{_POST}/inquiry/{{id}}", lambda p, s, a: p.requests.inquiry(s, a.id)),
    (
        "POST",
        f"{_POST}/inquiry/{{id}}/{{deed}}",
        lambda p, s, a: p.requests.on_inquiry(s, a.id, a.deed, a.body),
    ),
    ("GET", f"{_POST}/casemanagement/search", lambda p, s, a: p.requests.cases(s, a.query)),
    ("GET", f"{_POST}/casemanagement/{{id}}", lambda p, s, a: p.requests.case(s, a.id)),
    (
        "POST",
        f"{_POST}/casemanagement/{{id}}/appeal",
        lambda p, s, a: p.requests.appeal(s, a.id),
    ),
    ("POST", f"{_POST}/cancellation", lambda p, s, a: p.cancellations.cancel(s, a.body)),
    ("GET", f"{_POST}/cancellation/search", lambda p, s, a: p.cancellations.listed(s, a.query)),
    (
        "POST",
        f"{_POST}/cancellation/{{id}}/{{deed}}",
        lambda p, s, a: p.cancellations.decide(s, a.id, a.deed),
    ),
)
