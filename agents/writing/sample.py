"""A made-up order that runs late, to show how answers sound: no customer's data, and no database."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from agents.facts.evidence import Evidence, Kind, Ledger
from agents.facts.known import Facts, OrderFacts, ParcelFacts
from agents.understanding.intents import Intent, IntentKind
from agents.understanding.message import Understanding
from agents.understanding.mood import Mood, MoodKind

TEXT = "Hi, my order #1001 should have been here by now. Where is it?"
NAME = "Maya Okafor"
_ID = UUID(int=1001)


def facts(now: datetime, zone: ZoneInfo) -> Facts:
    ledger, today = Ledger(), now.astimezone(zone)

    def put(record: str, field: str, kind: Kind, value: object, source: str) -> Evidence:
        made = Evidence(0, f"{record}:{_ID}", field, kind, str(value), field, source, now, "", "#1001")
        return ledger.add(made)

    def day(offset: int) -> str:
        return (today + timedelta(days=offset)).date().isoformat()

    order = OrderFacts(
        _ID,
        "#1001",
        {
            "number": put("order", "number", Kind.IDENTIFIER, "#1001", "The shop"),
            "placed_on": put("order", "placed_on", Kind.DATE, day(-8), "The shop"),
            "total": put("order", "total", Kind.MONEY, "84.00 USD", "The shop"),
            "financial_status": put("order", "financial_status", Kind.STATUS, "paid", "The shop"),
            "fulfillment_status": put("order", "fulfillment_status", Kind.STATUS, "fulfilled", "The shop"),
        },
    )
    parcel = {
        "carrier": put("shipment", "carrier", Kind.TEXT, "UPS", "UPS"),
        "status": put("shipment", "status", Kind.STATUS, "in_transit", "UPS"),
        "first_estimated_on": put("shipment", "first_estimated_on", Kind.DATE, day(-1), "UPS"),
        "estimated_on": put("shipment", "estimated_on", Kind.DATE, day(2), "UPS"),
    }
    order.parcels.append(ParcelFacts(_ID, parcel, [], is_late=True))
    return Facts(now, zone, ledger.items, [order], order)


def seen() -> Understanding:
    return Understanding(
        intents=(Intent(IntentKind.WHERE_IS_MY_ORDER, 0.9),), mood=Mood(MoodKind.WORRIED, 0.8)
    )
