"""True sentences as a language model words them: freer than `compose`, with the evidence it would cite.

Each function of one noun gives what can be said of it. A sentence is written here only if it is true of the records
it cites: what a verifier does not believe of these is a false alarm.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from babel.dates import format_date, format_time

from agents.facts.evidence import Evidence, Sentence
from agents.facts.known import Facts, OrderFacts, ParcelFacts
from agents.writing.answers.case import say
from agents.writing.phrases import amount


def freely(facts: Facts, links_allowed: bool) -> list[Sentence]:
    """Everything worth saying about the order meant, one statement after the other."""
    order = facts.focus
    if order is None:
        return []
    made = [
        *_order(order),
        *(each for parcel in order.parcels for each in _parcel(order, parcel, facts)),
        *_money(order),
        *_returns(order),
    ]
    return [each for each in made if links_allowed or "http" not in each.text]


def _short(on: date) -> str:
    return format_date(on, "MMM d", locale="en")


def _long(on: date) -> str:
    return format_date(on, "EEEE, MMMM d", locale="en")


def _plain(on: date) -> str:
    return format_date(on, "MMMM d", locale="en")


def _clock(item: Evidence) -> str:
    return format_time(item.moment.time(), "h:mm a", locale="en").replace("\u202f", " ")


def _order(order: OrderFacts) -> Iterator[Sentence]:
    number, placed, total = order["number"], order["placed_on"], order["total"]
    yield say(
        f"I've pulled up order {number.value}, which you placed on {_long(placed.day)}.", number, placed
    )
    yield say(f"You ordered it on {_plain(placed.day)} for a total of {amount(total)}.", placed, total)
    yield say(f"Thanks for your order from {_long(placed.day)}!", placed)
    first = order.lines[0]
    name, quantity = first["title"], first["quantity"]
    if quantity.value == "1":
        yield (
            say(f"Your order {number.value} contains 1 item: the {name.value}.", number, name, quantity)
            if len(order.lines) == 1
            else say(f"One of the things in it is the {name.value}.", number, name)
        )
    else:
        yield say(f"You ordered {quantity.value} x {name.value}.", name, quantity)
    if variant := first.get("variant"):
        yield say(f"That is the {name.value} in {variant.value} at {amount(first['price'])}.", name, variant, first["price"])  # fmt: skip
    if cancelled := order.get("cancelled"):
        on = order["cancelled_on"]
        yield say(
            f"I can see that order {number.value} was cancelled on {_long(on.day)}.", number, cancelled, on
        )
    elif not order.parcels:
        state = order["fulfillment_status"]
        yield say(f"Right now your order {number.value} has not shipped yet.", number, state)
        yield say(f"Order {number.value} hasn't left our warehouse so far.", number, state)


_STATES = {
    "in_transit": (
        "Good news: your parcel is on its way with {carrier}.",
        "{carrier} currently has order {order} in transit.",
    ),
    "out_for_delivery": ("Your parcel is out for delivery today with {carrier}.",),
    "delivered": ("{carrier} shows order {order} as delivered.",),
    "returned": ("Unfortunately {carrier} is returning the parcel to us.",),
    "pre_transit": (
        "A {carrier} label has been created, but {carrier} hasn't picked up the parcel yet.",
        "Order {order} has not been scanned by {carrier} so far.",
    ),
}


def _parcel(order: OrderFacts, parcel: ParcelFacts, facts: Facts) -> Iterator[Sentence]:
    carrier, status, number = parcel["carrier"], parcel["status"], order["number"]
    if len(order.parcels) == 1:
        for words in _STATES.get(parcel.status, ()):
            if "today" not in words or _is_today(parcel, facts):
                yield say(
                    words.format(carrier=carrier.value, order=number.value),
                    carrier, status, number, parcel.get("estimated_on"),
                )  # fmt: skip
    tracking, url = parcel.get("number"), parcel.get("url")
    if tracking:
        yield say(f"Your {carrier.value} tracking number is {tracking.value}.", carrier, tracking)
    if tracking and url:
        yield say(f"You can follow parcel {tracking.value} at {url.value}", tracking, url)
    yield from _dates(order, parcel, facts)
    yield from _scans(parcel)
    yield from _door(parcel)


def _is_today(parcel: ParcelFacts, facts: Facts) -> bool:
    estimate = parcel.get("estimated_on")
    return bool(estimate and estimate.day == facts.now.astimezone(facts.zone).date())


def _dates(order: OrderFacts, parcel: ParcelFacts, facts: Facts) -> Iterator[Sentence]:
    carrier, status, tracking = parcel["carrier"], parcel["status"], parcel["number"]
    if shipped := parcel.get("shipped_on"):
        yield say(f"Parcel {tracking.value} left us on {_long(shipped.day)}.", tracking, shipped, status)
    if at := parcel.get("delivered_at"):
        yield say(
            f"According to {carrier.value}, parcel {tracking.value} was delivered on {_long(at.day)} at {_clock(at)}.",
            carrier, tracking, at, status,
        )  # fmt: skip
    estimate, first = parcel.get("estimated_on"), parcel.get("first_estimated_on")
    if not estimate or parcel.status in {"returned", "failure"}:
        return
    if estimate.day >= facts.now.astimezone(facts.zone).date():
        yield say(f"The current {carrier.value} estimate for {tracking.value} is {_long(estimate.day)}.", carrier, tracking, estimate)  # fmt: skip
        yield say(f"It is expected to arrive on {_short(estimate.day)}.", estimate)
    if first and first.value != estimate.value:
        yield say(
            f"It was originally due on {_long(first.day)}, but {carrier.value} has moved the estimate to {_plain(estimate.day)}.",
            carrier, first, estimate,
        )  # fmt: skip
        yield say(
            f"I'm sorry that parcel {tracking.value} is running late.", tracking, first, estimate, status
        )


def _scans(parcel: ParcelFacts) -> Iterator[Sentence]:
    scan = next((s for s in parcel.scans if s.get("status") and s["status"].value != "pre_transit"), None)
    if scan is None or "place" not in scan or parcel.status == "delivered":
        return
    carrier, tracking, at, place = parcel["carrier"], parcel["number"], scan["at"], scan["place"]
    yield say(
        f"I checked with {carrier.value}: the latest scan of {tracking.value} was on {_long(at.day)} at {_clock(at)} in {place.value}.",
        carrier, tracking, at, place,
    )  # fmt: skip
    yield say(f"Parcel {tracking.value} was last scanned in {place.value}.", tracking, place, at)
    if scan.get("reason") and scan["reason"].value == "weather":
        yield say(
            f"{carrier.value} blames the weather for the delay.", carrier, scan["reason"], parcel["status"]
        )


def _door(parcel: ParcelFacts) -> Iterator[Sentence]:
    carrier, tracking = parcel["carrier"], parcel["number"]
    if left := parcel.get("left_at"):
        yield say(f"The driver's note for {tracking.value} says it was left here: {left.value}.", tracking, left, parcel["status"])  # fmt: skip
    if signed := parcel.get("signed_by"):
        yield say(f"{carrier.value} has {signed.value} down as the person who signed for {tracking.value}.", carrier, tracking, signed, parcel["status"])  # fmt: skip


def _money(order: OrderFacts) -> Iterator[Sentence]:
    number = order["number"]
    for refund in order.refunds:
        money, on = refund["amount"], refund["on"]
        yield say(f"We refunded {amount(money)} for order {number.value} on {_long(on.day)}.", number, money, on, refund["status"])  # fmt: skip
        yield say(
            f"Your refund of {amount(money)} went out on {_plain(on.day)}.", money, on, refund["status"]
        )


def _returns(order: OrderFacts) -> Iterator[Sentence]:
    number = order["number"]
    for back in order.returns:
        name, status = back["name"], back["status"]
        if status.value == "return_open":
            yield say(
                f"Your return {name.value} for order {number.value} has been approved.", name, status, number
            )
        if status.value == "return_requested" and "on" in back:
            yield say(
                f"You requested return {name.value} on {_long(back['on'].day)}.", name, back["on"], status
            )
