"""One parcel in sentences: what its carrier says now, since when, and when it is expected."""

from __future__ import annotations

from agents.answers.case import Case, Paragraph, quote, say
from agents.evidence import Evidence, Sentence
from agents.known import OrderFacts, ParcelFacts
from agents.phrases import clock, day

STALLED_DAYS = 5  # without a scan

_REASONS = {
    "weather": "{carrier} gives the weather as the reason.",
    "customs": "{carrier} says that it is held up in customs.",
    "held": "{carrier} says that it is being held.",
    "damaged": "{carrier} reports that the parcel was damaged.",
    "address": "{carrier} says that there is a problem with the address.",
    "refused": "{carrier} says that it was refused at the door.",
    "lost": "{carrier} reports it as lost.",
}
_TROUBLE = {"attempted", "damaged", "address", "refused", "lost"}  # more than a delay


def news(case: Case, order: OrderFacts, parcel: ParcelFacts, *, alone: bool = True) -> Paragraph:
    """Where it is, since when, and when it is expected. Not `alone`: it is one of the order's parcels."""
    subject, grounds = _subject(order, parcel, alone)
    sentences = [_state(parcel, subject, grounds)]
    if alone and (number := parcel.get("number")):
        sentences.append(say(f"The tracking number is {number.value}.", number))
    sentences += _details(case, parcel)
    if parcel.failure:
        sentences.append(_unanswered(case, parcel, parcel.failure))
    return sentences


def _subject(order: OrderFacts, parcel: ParcelFacts, alone: bool) -> tuple[str, tuple[Evidence, ...]]:
    if alone:
        return f"Your order {order.number}", (order["number"],)
    if found := parcel.get("number"):
        return f"The parcel with tracking number {found.value}", (found,)
    return "One parcel", ()


def _state(parcel: ParcelFacts, subject: str, grounds: tuple[Evidence, ...]) -> Sentence:
    """How it stands, in one sentence."""
    carrier, status = parcel["carrier"], parcel["status"]
    name, facts = carrier.value, [*grounds, carrier, status]
    reason = trouble(parcel)
    match parcel.status:
        case "pre_transit":
            text = f"{subject} has its {name} label, but {name} has not received the parcel yet."
        case "out_for_delivery":
            text = f"{subject} is out for delivery with {name}."
        case "available_for_pickup":
            text = f"{subject} is ready for pickup at a {name} location."
        case "delivered":
            at = parcel.get("delivered_at")
            when = f" on {day(at)} at {clock(at)}" if at else ""
            text, facts = (
                f"{name} delivered {subject[0].lower()}{subject[1:]}{when}.",
                [*facts, at] if at else facts,
            )
        case "returned":
            text = f"{subject} is on its way back to us with {name}."
        case "failure":
            text = f"{name} could not deliver {subject[0].lower()}{subject[1:]}."
        case "exception" if reason and reason.value == "attempted":
            text, facts = (
                f"{name} tried to deliver {subject[0].lower()}{subject[1:]}, without success.",
                [*facts, reason],
            )
        case "exception" if reason and reason.value in _TROUBLE:
            text, facts = f"{subject} has met a problem on its way with {name}.", [*grounds, carrier]
        case "exception":
            text = f"{subject} is delayed at {name}."
        case _ if is_late(parcel):
            dates = [parcel["first_estimated_on"], parcel["estimated_on"]]
            text, facts = f"{subject} is on its way with {name}, but it is running late.", [*facts, *dates]
        case _:
            text = f"{subject} is on its way with {name}."
    return say(text, *facts)


def _details(case: Case, parcel: ParcelFacts) -> Paragraph:
    if parcel.status == "pre_transit":
        return _expected(case, parcel)
    if parcel.status == "delivered":
        return proof(parcel)
    return [*_why(parcel), *_last_scan(case, parcel), *_expected(case, parcel)]


def is_late(parcel: ParcelFacts) -> bool:
    return bool(parcel.is_late and parcel.get("first_estimated_on") and parcel.get("estimated_on"))


def is_stalled(case: Case, parcel: ParcelFacts) -> bool:
    """Nobody has scanned it for days, though it should be moving."""
    scan = newest(parcel)
    today = case.facts.now.astimezone(case.facts.zone).date()
    moving = parcel.status in {"in_transit", "exception"}
    return bool(moving and scan and (today - scan["at"].day).days >= STALLED_DAYS)


def newest(parcel: ParcelFacts) -> dict[str, Evidence] | None:
    """The newest scan by somebody who held the parcel; label data does not count."""
    return next(
        (s for s in parcel.scans if not (s.get("status") and s["status"].value == "pre_transit")), None
    )


def trouble(parcel: ParcelFacts) -> Evidence | None:
    """Why it does not move as planned, by the newest scan that says so."""
    return next((scan["reason"] for scan in parcel.scans if scan.get("reason")), None)


def _why(parcel: ParcelFacts) -> Paragraph:
    reason = trouble(parcel)
    if (
        reason is None
        or reason.value not in _REASONS
        or parcel.status not in {"exception", "failure", "returned"}
    ):
        return []
    return [say(_REASONS[reason.value].format(carrier=parcel["carrier"].value), parcel["carrier"], reason)]


def _last_scan(case: Case, parcel: ParcelFacts) -> Paragraph:
    scan = newest(parcel)
    if scan is None:
        return []
    place, at = scan.get("place"), scan["at"]
    where = f"in {place.value} " if place else ""
    if is_stalled(case, parcel):
        text = (
            f"The last scan was {where}on {day(at)}, and there has been none since: “{scan['text'].value}”."
        )
        return [say(text, at, place, scan["text"])]
    text = f"The latest scan was {where}on {day(at)} at {clock(at)} local time: “{scan['text'].value}”."
    return [say(text, at, place, scan["text"])]


def _expected(case: Case, parcel: ParcelFacts) -> Paragraph:
    estimate, first, carrier = parcel.get("estimated_on"), parcel.get("first_estimated_on"), parcel["carrier"]
    if not estimate or parcel.status in {"returned", "failure", "available_for_pickup"}:
        return []
    name = carrier.value
    if estimate.day < case.facts.now.astimezone(case.facts.zone).date():
        return [
            say(
                f"{name} had expected to deliver it on {day(estimate)} and has named no new day.",
                carrier,
                estimate,
            )
        ]
    if first and first.value != estimate.value:
        text = f"{name} first estimated {day(first)} and now expects to deliver it on {day(estimate)}."
        return [say(text, carrier, first, estimate)]
    return [say(f"{name} expects to deliver it on {day(estimate)}.", carrier, estimate)]


def proof(parcel: ParcelFacts) -> Paragraph:
    """What the carrier noted at the door."""
    left, signed, carrier = parcel.get("left_at"), parcel.get("signed_by"), parcel["carrier"]
    sentences = []
    if left:
        sentences.append(say(f"{carrier.value} noted this place: {left.value}.", carrier, left))
    if signed:
        sentences.append(say(f"{carrier.value} has a signature by {signed.value}.", carrier, signed))
    return sentences


def _unanswered(case: Case, parcel: ParcelFacts, failure: Evidence) -> Sentence:
    at = failure.fetched_at.astimezone(case.facts.zone)
    when = f"{at:%A, %B} {at.day} at {at:%-I:%M %p}"
    name = parcel["carrier"].value
    return say(f"I could not reach {name} just now, so this is as of {when}.", failure, parcel["carrier"])


def what_next(case: Case, parcel: ParcelFacts) -> Paragraph:
    """What the shop's own rules say of a parcel in this state."""
    if is_stalled(case, parcel) or is_late(parcel):
        return quote(case.passage(r"no scan for|past its first estimate"))
    return []


def link(case: Case, parcel: ParcelFacts) -> Paragraph:
    url = parcel.get("url")
    if not case.links_allowed or not url or parcel.status in {"delivered", "returned", "failure"}:
        return []
    return [say(f"You can follow it here: {url.value}", url)]


def summary(parcel: ParcelFacts) -> str:
    """For members: "UPS: in transit, late, look-up failed"."""
    more = [
        parcel.status.replace("_", " "),
        "late" if is_late(parcel) else "",
        "look-up failed" if parcel.failure else "",
    ]
    return f"{parcel['carrier'].value}: {', '.join(filter(None, more))}"
