"""One parcel in sentences: what its carrier says now, since when, and when it is expected."""

from __future__ import annotations

from agents.facts.evidence import Evidence, Sentence
from agents.facts.known import OrderFacts, ParcelFacts
from agents.writing.answers.case import Case, Paragraph, say
from agents.writing.phrases import clock, day

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
    sentences = [_state(order, parcel, alone), *_details(case, parcel)]
    if parcel.failure:
        sentences.append(_unanswered(case, parcel, parcel.failure))
    return sentences


_STATES = {
    "pre_transit": "{It} has its {carrier} label{number}, but {carrier} has not received the parcel yet.",
    "in_transit": "{It} is on its way with {carrier}{number}.",
    "out_for_delivery": "{It} is out for delivery with {carrier}{number}.",
    "available_for_pickup": "{It} is ready for pickup at a {carrier} location{number}.",
    "delivered": "{carrier} delivered {it}{number}.",
    "returned": "{It} is on its way back to us with {carrier}{number}.",
    "failure": "{carrier} could not deliver {it}{number}.",
    "exception": "{It} is delayed at {carrier}{number}.",
    "exception:attempted": "{carrier} tried to deliver {it}{number}, without success.",
    "exception:damaged": "{It} has run into a problem with {carrier}{number}.",
    "late": "{It} is on its way with {carrier}{number}, but it is running late.",
    "delivered:when": "{carrier} delivered {it}{number} on {day} at {clock}.",
}


def _state(order: OrderFacts, parcel: ParcelFacts, alone: bool) -> Sentence:
    """How it stands, in one sentence."""
    carrier, number = parcel["carrier"], parcel.get("number")
    words, more = _words(parcel)
    grounds = [carrier, parcel["status"], number, *more]
    subject, tracked = f"your order {order.number}", f" (tracking number {number.value})" if number else ""
    if alone:
        grounds.append(order["number"])
    else:
        subject, tracked = f"the parcel with tracking number {number.value}" if number else "one parcel", ""
    at = parcel.get("delivered_at")
    text = words.format(
        It=subject[0].upper() + subject[1:],
        it=subject,
        carrier=carrier.value,
        number=tracked,
        day=day(at) if at else "",
        clock=clock(at) if at else "",
    )
    return say(text, *grounds)


def _words(parcel: ParcelFacts) -> tuple[str, list[Evidence]]:
    """The pattern for a parcel's state, and what it says beyond the state."""
    status, reason, at = parcel.status, trouble(parcel), parcel.get("delivered_at")
    if status == "delivered" and at:
        return _STATES["delivered:when"], [at]
    if status == "exception" and reason and reason.value in _TROUBLE:
        return _STATES.get(f"exception:{reason.value}", _STATES["exception:damaged"]), [reason]
    if status == "in_transit" and is_late(parcel):
        return _STATES["late"], [parcel["first_estimated_on"], parcel["estimated_on"]]
    return _STATES.get(status, _STATES["in_transit"]), []


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
    place, at, words = scan.get("place"), scan["at"], f"“{scan['text'].value.rstrip('.')}”"
    where = f"it was in {place.value} ({words})" if place else f"it was scanned as {words}"
    if is_stalled(case, parcel):
        text = f"At the last scan, on {day(at)}, {where}, and there has been none since."
    else:
        text = f"At the last scan, on {day(at)} at {clock(at)} local time, {where}."
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
    notes = [f"was left here: “{left.value}”"] if left else []
    notes += [f"was signed for by {signed.value}"] if signed else []
    if not notes:
        return []
    text = f"According to {carrier.value}, it {' and '.join(reversed(notes))}."
    return [say(text, carrier, parcel["status"], left, signed)]


def proof_link(case: Case, parcel: ParcelFacts) -> Paragraph:
    """The carrier's document about the hand-over."""
    url = parcel.get("proof_url")
    if not url or not case.links_allowed:
        return []
    return [say(f"The carrier's record of the delivery is here: {url.value}", url)]


def _unanswered(case: Case, parcel: ParcelFacts, failure: Evidence) -> Sentence:
    name = parcel["carrier"].value
    return unreached(case, name, failure, parcel["carrier"])


def unreached(case: Case, name: str, failure: Evidence, *more: Evidence) -> Sentence:
    """Whom we could not ask, and from when what we say is."""
    at = failure.fetched_at.astimezone(case.facts.zone)
    when = f"{at:%A, %B} {at.day} at {at:%-I:%M %p}"
    return say(f"I could not reach {name} just now, so this is as of {when}.", failure, *more)


def link(case: Case, parcel: ParcelFacts) -> Paragraph:
    url = parcel.get("url")
    if not case.links_allowed or not url or parcel.status in {"delivered", "returned", "failure"}:
        return []
    return [say(f"You can follow it here: {url.value}", url)]


def summary(parcel: ParcelFacts) -> str:
    """For members: "UPS in transit, late, look-up failed"."""
    more = [
        parcel.status.replace("_", " "),
        "late" if is_late(parcel) else "",
        "look-up failed" if parcel.failure else "",
    ]
    return f"{parcel['carrier'].value} {', '.join(filter(None, more))}"
