"""eBay's calls a day, counted for an application and a family of paths as eBay documents them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from connectors.channels.ebay.families import ALL
from connectors.channels.ebay.pretend.answers import Refusal

_PLACES = {
    "/payment_dispute": "payment disputes",
    "/issue_refund": "refunds",
    "/post-order/v2/return": "returns",
    "/post-order/v2/inquiry": "inquiries",
    "/post-order/v2/casemanagement": "cases",
    "/post-order/v2/cancellation": "cancellations",
    "/sell/fulfillment": "orders",
    "/commerce/message": "messages",
    "/commerce/notification": "notifications",
    "/sell/analytics": "seller standards",
    "/commerce/identity": "identity",
}


@dataclass
class Quotas:
    per_day: dict[str, int] = field(default_factory=lambda: {each.name: each.per_day for each in ALL})
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def spend(self, application: str, path: str, now: datetime) -> None:
        family = family_of(path)
        day = now.astimezone(ZoneInfo("America/Los_Angeles")).date().isoformat()
        self.counts[application, family, day] += 1
        if self.counts[application, family, day] > self.per_day[family]:
            raise Refusal(429, 2001, "The request limit has been reached for the resource.")


def family_of(path: str) -> str:
    """A refund of a return counts as Post-Order's."""
    if "/post-order/" in path:
        return next(name for place, name in _PLACES.items() if "post-order" in place and place in path)
    return next(name for place, name in _PLACES.items() if place in path)
