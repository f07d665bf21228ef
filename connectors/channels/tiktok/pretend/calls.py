"""Which call of TikTok's is answered by which part of the pretend TikTok Shop."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from connectors.channels.tiktok.pretend import pushing
from connectors.channels.tiktok.pretend.answers import PARAMETER, Json, Refusal
from connectors.channels.tiktok.pretend.cancellations import Cancellations
from connectors.channels.tiktok.pretend.chats import Chats
from connectors.channels.tiktok.pretend.gate import Gate, cipher, shops
from connectors.channels.tiktok.pretend.money import Money
from connectors.channels.tiktok.pretend.orders import Orders
from connectors.channels.tiktok.pretend.returns import Returns
from connectors.channels.tiktok.pretend.rights import Rights
from connectors.sandbox.world import Shop, World

LARGEST_PICTURE = 10 * 1024 * 1024
LONGEST_KEY = 255
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
ACCEPTS = "accepts_chats"  # among a shop's keys


@dataclass
class Asked:
    id: str
    query: dict[str, str]
    body: Any
    base: str = ""  # where the sandbox is, for addresses of pictures


@dataclass
class Parts:
    world: World
    pictures: dict[str, tuple[bytes, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.gate, self.chats, self.orders = Gate(self.world), Chats(self.world), Orders(self.world)
        self.money = Money(self.world)
        self.returns = Returns(self.world, self.orders, self.money)
        self.cancellations = Cancellations(self.world, self.orders, self.money)
        self.rights = Rights(self.world, self.orders, self.returns.named)

    def once(self, shop: Shop, asked: Asked, do: Callable[[], Json]) -> Json:
        """The same key again is the same deed, and has the same answer."""
        key = asked.query.get("idempotency_key", "")
        if len(key) > LONGEST_KEY:
            raise Refusal(PARAMETER, "idempotency_key is too long.")
        if not key:
            return do()
        if (shop.domain, key) not in self.money.answers:
            self.money.answers[shop.domain, key] = do()
        return self.money.answers[shop.domain, key]

    def upload(self, asked: Asked) -> Json:
        content, kind = asked.body["content"], asked.body["type"]
        if (
            kind not in ("image/jpeg", "image/png", "image/gif", "image/webp")
            or len(content) > LARGEST_PICTURE
        ):
            raise Refusal(PARAMETER, "data is invalid.")
        name = uuid4().hex
        self.pictures[name] = (content, kind)
        return {"url": f"{asked.base}/pictures/{name}", "width": 800, "height": 600}


Does = Callable[[Parts, Shop, Asked], Json]


def _shops(parts: Parts, shop: Shop) -> Json:
    """All of the seller's."""
    owned = [
        each for each in shops(parts.world) if (each.client_id, each.slug) == (shop.client_id, shop.slug)
    ]
    shown = [
        {
            "id": e.seller_id,
            "name": e.name,
            "region": "US",
            "seller_type": "LOCAL",
            "cipher": cipher(e),
            "code": e.slug,
        }
        for e in owned
    ]
    return {"shops": shown}


def _performance(asked: Asked) -> Json:
    dates = [asked.query.get(f"support_date_{end}", "") for end in ("ge", "lt")]
    if not all(DATE.fullmatch(each) for each in dates):
        raise Refusal(PARAMETER, "support_date is invalid.")
    measured = {
        "response_percentage": "93.4",
        "response_time_mins": "47.2",
        "satisfaction_percentage": "95.1",
    }
    return {"performance": {**measured, "support_session_count": 212}}


def _accept(shop: Shop, body: Json) -> Json:
    shop.keys[ACCEPTS] = "yes" if body.get("can_accept_chat") else "no"
    return {}


_CHATS, _BACK = "/customer_service/202309/conversations", "/return_refund"

CALLS: tuple[tuple[str, str, Does], ...] = (
    ("GET", "/authorization/202309/shops", lambda p, s, a: _shops(p, s)),
    ("GET", _CHATS, lambda p, s, a: p.chats.listed(s, a.query)),
    ("POST", _CHATS, lambda p, s, a: p.chats.open(s, a.body)),
    ("GET", "/customer_service/202601/conversations/{id}", lambda p, s, a: p.chats.one(s, a.id)),
    ("GET", f"{_CHATS}/{{id}}/messages", lambda p, s, a: p.chats.messages(s, a.id, a.query)),
    ("POST", f"{_CHATS}/{{id}}/messages/read", lambda p, s, a: p.chats.mark_read(s, a.id)),
    (
        "POST",
        "/customer_service/202606/conversations/{id}/messages",
        lambda p, s, a: p.chats.send(s, a.id, a.body),
    ),
    ("POST", "/customer_service/202309/images/upload", lambda p, s, a: p.upload(a)),
    (
        "GET",
        "/customer_service/202309/agents/settings",
        lambda p, s, a: {"can_accept_chat": s.keys.get(ACCEPTS) == "yes"},
    ),
    ("PUT", "/customer_service/202309/agents/settings", lambda p, s, a: _accept(s, a.body)),
    ("GET", "/customer_service/202407/performance", lambda p, s, a: _performance(a)),
    ("GET", "/order/202507/orders", lambda p, s, a: p.orders.named(s, a.query)),
    ("POST", "/order/202309/orders/search", lambda p, s, a: p.orders.search(s, a.query, a.body)),
    ("POST", f"{_BACK}/202602/returns/search", lambda p, s, a: p.returns.search(s, a.query, a.body)),
    ("POST", f"{_BACK}/202602/returns", lambda p, s, a: p.once(s, a, lambda: p.returns.make(s, a.body))),
    (
        "POST",
        f"{_BACK}/202309/returns/{{id}}/approve",
        lambda p, s, a: p.once(s, a, lambda: p.returns.approve(s, a.id, a.body)),
    ),
    (
        "POST",
        f"{_BACK}/202606/returns/{{id}}/reject",
        lambda p, s, a: p.once(s, a, lambda: p.returns.reject(s, a.id, a.body)),
    ),
    (
        "POST",
        f"{_BACK}/202602/cancellations/search",
        lambda p, s, a: p.cancellations.search(s, a.query, a.body),
    ),
    ("POST", f"{_BACK}/202602/cancellations", lambda p, s, a: p.cancellations.make(s, a.body)),
    (
        "POST",
        f"{_BACK}/202309/cancellations/{{id}}/approve",
        lambda p, s, a: p.once(s, a, lambda: p.cancellations.approve(s, a.id)),
    ),
    (
        "POST",
        f"{_BACK}/202309/cancellations/{{id}}/reject",
        lambda p, s, a: p.once(s, a, lambda: p.cancellations.reject(s, a.id, a.body)),
    ),
    (
        "GET",
        f"{_BACK}/202602/orders/{{id}}/aftersale_eligibility",
        lambda p, s, a: p.rights.eligibility(s, a.id, a.query),
    ),
    ("POST", f"{_BACK}/202602/refunds/calculate", lambda p, s, a: p.rights.calculate(s, a.body)),
    ("GET", f"{_BACK}/202601/decision_eligibility", lambda p, s, a: p.rights.decisions(s, a.query)),
    ("GET", "/event/202309/webhooks", lambda p, s, a: pushing.listed(s)),
    ("PUT", "/event/202309/webhooks", lambda p, s, a: pushing.subscribe(p.world, s, a.body)),
)
