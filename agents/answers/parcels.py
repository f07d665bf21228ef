"""One parcel in sentences: what its carrier says now, what that means, where to look."""

from __future__ import annotations

from agents.answers.case import Case, Paragraph, say
from agents.evidence import Evidence, Sentence
from agents.known import OrderFacts, ParcelFacts
from agents.phrases import clock, day

_REASONS = {
    "weather": "{carrier} names the weather as the reason.",
    "customs": "{carrier} says it is held up in customs.",
    "delay": "{carrier} gives no reason beyond a delay on its side.",
    "held": "{carrier} is holding it at the moment.",
    "investigation": "{carrier} is looking into it.",
}


def news(case: Case, order: OrderFacts, parcel: ParcelFacts, *, alone: bool = True) -> Paragraph:
    """Where it is, since when, and when it is expected. Not `alone`: it is one of the order's parcels."""
    subject, grounds = _subject(order, parcel, alone)
    sentences = _NEWS.get(parcel.status, _moving)(case, parcel, subject, grounds)
    if alone:
        sentences[1:1] = number(parcel)
    if parcel.failure:
        sentences.append(unanswered(case, parcel))
    return sentences


def _subject(order: OrderFacts, parcel: ParcelFacts, alone: bool) -> tuple[str, tuple[Evidence, ...]]:
    if alone:
        return f"Your order {order.number}", (order["number"],)
    if found := parcel.get("number"):
        return f"The parcel with tracking number {found.value}", (found,)
    return "One parcel", ()


def _label(case: Case, parcel: ParcelFacts, subject: str, grounds: tuple[Evidence, ...]) -> Paragraph:
    carrier = parcel["carrier"].value
    first = say(
        f"{subject} is packed in our system and has its {carrier} label, but {carrier} has not received the parcel yet.",
        *grounds,
        parcel["status"],
        parcel["carrier"],
    )
    return [first, *expected(parcel)]


def _moving(case: Case, parcel: ParcelFacts, subject: str, grounds: tuple[Evidence, ...]) -> Paragraph:
    carrier = parcel["carrier"]
    late = parcel.is_late and parcel.get("first_estimated_on") and parcel.get("estimated_on")
    if late:
        start = say(
            f"{subject} is on its way with {carrier.value}, but it is running late.",
            *grounds,
            parcel["status"],
            carrier,
            parcel["first_estimated_on"],
            parcel["estimated_on"],
        )
    else:
        start = say(f"{subject} is on its way with {carrier.value}.", *grounds, parcel["status"], carrier)
    return [start, *last_scan(parcel), *expected(parcel)]


def _out(case: Case, parcel: ParcelFacts, subject: str, grounds: tuple[Evidence, ...]) -> Paragraph:
    carrier = parcel["carrier"]
    start = say(f"{subject} is out for delivery with {carrier.value}.", *grounds, parcel["status"], carrier)
    return [start, *last_scan(parcel), *expected(parcel)]


def _pickup(case: Case, parcel: ParcelFacts, subject: str, grounds: tuple[Evidence, ...]) -> Paragraph:
    carrier = parcel["carrier"]
    start = say(
        f"{subject} is ready for pickup at a {carrier.value} location.", *grounds, parcel["status"], carrier
    )
    return [start, *last_scan(parcel)]


def _delivered(case: Case, parcel: ParcelFacts, subject: str, grounds: tuple[Evidence, ...]) -> Paragraph:
    carrier, at = parcel["carrier"], parcel.get("delivered_at")
    when = f" on {day(at)} at {clock(at)}" if at else ""
    start = say(
        f"{carrier.value} delivered {_lower(subject)}{when}.", *grounds, parcel["status"], carrier, at
    )
    return [start, *proof(parcel)]


def _returned(case: Case, parcel: ParcelFacts, subject: str, grounds: tuple[Evidence, ...]) -> Paragraph:
    carrier = parcel["carrier"]
    start = say(
        f"{subject} is going back to us: {carrier.value} is returning the parcel to the sender.",
        *grounds,
        parcel["status"],
        carrier,
    )
    return [start, *last_scan(parcel)]


def _exception(case: Case, parcel: ParcelFacts, subject: str, grounds: tuple[Evidence, ...]) -> Paragraph:
    carrier = parcel["carrier"]
    start = say(f"{subject} has run into a delay with {carrier.value}.", *grounds, parcel["status"], carrier)
    return [start, *why(parcel), *last_scan(parcel), *expected(parcel)]


_NEWS = {
    "pre_transit": _label,
    "in_transit": _moving,
    "out_for_delivery": _out,
    "available_for_pickup": _pickup,
    "delivered": _delivered,
    "returned": _returned,
    "exception": _exception,
}


def number(parcel: ParcelFacts) -> Paragraph:
    found = parcel.get("number")
    return [say(f"The tracking number is {found.value}.", found)] if found else []


def last_scan(parcel: ParcelFacts) -> Paragraph:
    scan = newest(parcel)
    if scan is None:
        return []
    place = scan.get("place")
    where = f"in {place.value} " if place else ""
    return [
        say(
            f"The latest scan was {where}on {day(scan['at'])} at {clock(scan['at'])} local time: “{scan['text'].value}”.",
            scan["at"],
            place,
            scan["text"],
        )
    ]


def newest(parcel: ParcelFacts) -> dict[str, Evidence] | None:
    """The newest scan of somebody who held the parcel; label data does not count."""
    return next(
        (s for s in parcel.scans if not (s.get("status") and s["status"].value == "pre_transit")), None
    )


def expected(parcel: ParcelFacts) -> Paragraph:
    estimate, first, carrier = parcel.get("estimated_on"), parcel.get("first_estimated_on"), parcel["carrier"]
    if not estimate:
        return []
    if first and first.value != estimate.value:
        return [
            say(
                f"{carrier.value} first estimated {day(first)} and now expects to deliver it on {day(estimate)}.",
                carrier,
                first,
                estimate,
            )
        ]
    return [say(f"{carrier.value} expects to deliver it on {day(estimate)}.", carrier, estimate)]


def why(parcel: ParcelFacts) -> Paragraph:
    scan = next((scan for scan in parcel.scans if scan.get("reason")), None)
    words = _REASONS.get(scan["reason"].value) if scan else None
    if scan is None or words is None:
        return []
    return [say(words.format(carrier=parcel["carrier"].value), parcel["carrier"], scan["reason"])]


def proof(parcel: ParcelFacts) -> Paragraph:
    left, signed = parcel.get("left_at"), parcel.get("signed_by")
    sentences = []
    if left:
        sentences.append(say(f"The carrier's note on where it is: {left.value}.", left))
    if signed:
        sentences.append(say(f"It was signed for by {signed.value}.", signed))
    return sentences


def unanswered(case: Case, parcel: ParcelFacts) -> Sentence:
    failure, carrier = parcel.failure, parcel["carrier"].value
    assert failure is not None  # noqa: S101  asked for only where a look-up failed
    at = failure.fetched_at.astimezone(case.facts.zone)
    when = f"{at:%A, %B} {at.day} at {at:%-I:%M %p}"
    return say(f"I could not reach {carrier} just now, so this is as of {when}.", failure, parcel["carrier"])


def link(case: Case, order: OrderFacts, parcels: list[ParcelFacts]) -> Paragraph:
    urls = [p["url"] for p in parcels if p.get("url") and p.status not in {"delivered", "returned"}]
    if not case.links_allowed or len(urls) != 1:
        return []
    return [say(f"You can follow it here: {urls[0].value}", urls[0])]


def _lower(subject: str) -> str:
    return subject[0].lower() + subject[1:]
