"""eBay's APIs as families of paths that share a count of calls a day, for all sellers of one application together.

Figures: developer.ebay.com, API call limits (growth check not passed). eBay names none for the Message API; until
it does, we hold ourselves to what most others have.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """Post-Order wants the same token under another scheme, IAF; with Bearer it answers 401."""

    name: str
    path: str
    per_day: int
    host: str = "api"
    scheme: str = "Bearer"


_FULFILLMENT = "/sell/fulfillment/v1"
_POST_ORDER = "/post-order/v2"

MESSAGES = Family("messages", "/commerce/message/v1", 5_000)
ORDERS = Family("orders", _FULFILLMENT, 100_000)
REFUNDS = Family("refunds", _FULFILLMENT, 100_000)
DISPUTES = Family("payment disputes", _FULFILLMENT, 250_000, host="apiz")
RETURNS = Family("returns", _POST_ORDER, 5_000, scheme="IAF")
INQUIRIES = Family("inquiries", _POST_ORDER, 5_000, scheme="IAF")
CASES = Family("cases", _POST_ORDER, 5_000, scheme="IAF")
CANCELLATIONS = Family("cancellations", _POST_ORDER, 5_000, scheme="IAF")
NOTIFICATIONS = Family("notifications", "/commerce/notification/v1", 10_000)
ANALYTICS = Family("seller standards", "/sell/analytics/v1", 100)
IDENTITY = Family("identity", "/commerce/identity/v1", 5_000, host="apiz")
ALL = (
    MESSAGES,
    ORDERS,
    REFUNDS,
    DISPUTES,
    RETURNS,
    INQUIRIES,
    CASES,
    CANCELLATIONS,
    NOTIFICATIONS,
    ANALYTICS,
    IDENTITY,
)
