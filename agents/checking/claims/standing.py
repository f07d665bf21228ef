"""What makes a state true of the records in reach, or its denial."""

from __future__ import annotations

import re
from collections.abc import Callable

from agents.checking.claims.ground import Ground
from agents.facts.evidence import Evidence, Kind

Test = Callable[[Ground], Evidence | None]


def _known(ground: Ground, field: str) -> list[Evidence]:
    """Every such field in reach, cited or not; the carrier's own state is that of the shipment, not of a scan."""
    return [
        item
        for item in (*ground.cited, *ground.known)
        if item.field == field and not item.record.startswith("scan:")
    ]


def parcel(*states: str) -> Test:
    """The parcel is in one of these states now, and every parcel in reach is."""

    def test(ground: Ground) -> Evidence | None:
        now = _known(ground, "status")
        if not now or any(item.value not in states for item in now):
            return None
        return next((item for item in ground.field("status") if item.value in states), None)

    return test


def not_parcel(*states: str) -> Test:
    others = tuple(set(_PARCEL_STATES) - set(states))
    return parcel(*others)


_PARCEL_STATES = (
    "pre_transit", "in_transit", "exception", "out_for_delivery", "available_for_pickup", "delivered", "failure", "returned",
)  # fmt: skip
_MOVED = tuple(state for state in _PARCEL_STATES if state not in {"pre_transit", "failure"})


def value(field: str, *values: str) -> Test:
    return lambda ground: next((item for item in ground.field(field) if item.value in values), None)


def either(*tests: Test) -> Test:
    return lambda ground: next((item for test in tests if (item := test(ground))), None)


def delivered(ground: Ground) -> Evidence | None:
    if found := parcel("delivered")(ground):
        return found
    done = all(item.value == "delivered" for item in _known(ground, "status"))
    return next(iter(ground.field("delivered_at")), None) if done else None


def shipped(ground: Ground) -> Evidence | None:
    if any(item.value in {"pre_transit", "failure"} for item in _known(ground, "status")):
        return None
    cited = parcel(*_MOVED)(ground) or next(iter(ground.field("shipped_on")), None)
    return cited or value("fulfillment_status", "fulfilled")(ground)


def not_shipped(ground: Ground) -> Evidence | None:
    if any(item.value != "pre_transit" for item in _known(ground, "status")):
        return None
    return value("fulfillment_status", "unfulfilled")(ground) or parcel("pre_transit")(ground)


def late(ground: Ground) -> Evidence | None:
    if found := parcel("exception")(ground):
        return found
    first, now = ground.field("first_estimated_on"), ground.field("estimated_on", "delivered_at")
    if first and now and now[0].day > first[0].day:
        return now[0]
    return next(
        (item for item in ground.field("reason") if item.value in {"delay", "weather", "customs", "held"}),
        None,
    )


def not_late(ground: Ground) -> Evidence | None:
    if _known(ground, "first_estimated_on") or any(
        item.value == "exception" for item in _known(ground, "status")
    ):
        return None
    return next(iter(ground.field("estimated_on")), None)


def back(ground: Ground) -> Evidence | None:
    return parcel("returned")(ground) or value("return.status", "return_open", "return_closed")(ground)


def unrefunded(ground: Ground) -> Evidence | None:
    if _known(ground, "refund.status"):
        return None
    return value("financial_status", "paid", "pending", "authorized")(ground)


def uncancelled(ground: Ground) -> Evidence | None:
    return (
        None
        if _known(ground, "cancelled")
        else next(iter(ground.field("fulfillment_status", "financial_status")), None)
    )


def names(text: str, title: str) -> bool:
    """ "M" is named in "in M and XL", not in "I'm"; "8" not in "8.5"."""
    return bool(re.search(rf"(?<![\w.'’/]){re.escape(title)}(?![\w'’/]|\.\d)", text, re.IGNORECASE))


def taken(ground: Ground) -> Evidence | None:
    """The carrier has it, or had."""
    return parcel(*_MOVED)(ground)


def stock(has: bool) -> Test:
    """All variants the clause names; where it names none, any is enough to be in stock, none may be to be sold out."""

    def test(ground: Ground) -> Evidence | None:
        items = ground.field("variant.stock")
        titles = {item.value for item in ground.field("variant.title") if names(ground.text, item.value)}
        named = [item for item in items if item.label.removeprefix("Stock, ") in titles]
        fitting = [item for item in named or items if (int(item.value) > 0) is has]
        everything = bool(named) or not has
        if len(named) < len(titles) or not fitting or (everything and len(fitting) < len(named or items)):
            return None
        return fitting[0]

    return test


def quiet(ground: Ground) -> Evidence | None:
    """No scan after the cited one."""
    return next((item for item in ground.field("at") if not ground.is_stale(item)), None)


def overdue(ground: Ground) -> Evidence | None:
    return next((item for item in ground.field("estimated_on") if item.day < ground.today), None)


def silent(ground: Ground) -> Evidence | None:
    return next(iter(ground.of(Kind.FAILURE)), None)


def nothing(ground: Ground) -> Evidence | None:
    return None
