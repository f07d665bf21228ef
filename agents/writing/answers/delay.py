"""A parcel that does not come as it should: sorry, what we told before, and what happens next."""

from __future__ import annotations

from datetime import timedelta

from agents.facts.known import OrderFacts, ParcelFacts, Told
from agents.writing.answers import parcels
from agents.writing.answers.case import Case, Paragraph, hand_on, quote, say
from agents.writing.phrases import day, elsewhere, since

_LATELY = timedelta(days=3)


def is_overdue(case: Case, parcel: ParcelFacts) -> bool:
    """The carrier's own day is past, and it has named no new one."""
    estimate, today = parcel.get("estimated_on"), case.facts.now.astimezone(case.facts.zone).date()
    moving = parcel.status in {"in_transit", "exception", "pre_transit"}
    return bool(moving and estimate and estimate.day < today)


def is_delayed(case: Case, parcel: ParcelFacts) -> bool:
    if parcel.status == "delivered":
        return False
    late = parcels.is_late(parcel) or parcel.status == "exception"
    return late or parcels.is_stalled(case, parcel) or is_overdue(case, parcel)


def apology(case: Case, parcel: ParcelFacts) -> Paragraph:
    """For what is late, once: an upset customer has been told sorry already."""
    if case.is_upset or not is_delayed(case, parcel):
        return []
    if parcel.status == "exception" or parcels.is_late(parcel):
        first, now = parcel.get("first_estimated_on"), parcel.get("estimated_on")
        return case.courtesy("sorry_delay", parcel["status"], first, now)
    return case.courtesy("sorry_wait")


def as_told(case: Case, order: OrderFacts, parcel: ParcelFacts) -> Paragraph:
    """What we told them of this order on another channel lately, where it still holds: they need not ask twice."""
    told = next(
        (
            each
            for each in _of_this(case, order, parcel)
            if each.channel
            and case.facts.now - each.at.moment <= _LATELY
            and _is_current(each.text.value, parcel)
        ),
        None,
    )
    if told is None or told.channel is None:
        return []
    when, words = since(told.at, case.facts.now), f"“{told.text.value.rstrip('.')}”"
    text = f"As we told you {elsewhere(told.channel.value)} {when}: {words}."
    return [say(text, told.text, told.at, told.channel)]


def _of_this(case: Case, order: OrderFacts, parcel: ParcelFacts) -> list[Told]:
    """What we said of this order or parcel, newest first."""
    number = parcel.get("number")
    names = [order.number, *([number.value] if number else [])]
    return [
        each
        for each in case.facts.told
        if any(name in str(each.text.frozen.get("text", "")) for name in names)
    ]


def earlier(case: Case, order: OrderFacts, parcel: ParcelFacts) -> Paragraph:
    """What we told them of this order while it was expected sooner."""
    if not (parcels.is_late(parcel) or is_overdue(case, parcel)):
        return []
    outdated = (each for each in _of_this(case, order, parcel) if not _is_current(each.text.value, parcel))
    told = next(outdated, None)
    if told is None:
        return []
    words = f"“{told.text.value.rstrip('.')}”"
    where = f" {elsewhere(told.channel.value)}" if told.channel else ""
    return [
        say(f"Our answer of {day(told.at)}{where} was: {words}.", told.text, told.at, told.channel),
        say("This has changed since."),
    ]


def _is_current(words: str, parcel: ParcelFacts) -> bool:
    """What was told is what is still expected."""
    estimate = parcel.get("estimated_on")
    return bool(estimate and day(estimate) in words)


def what_next(case: Case, parcel: ParcelFacts) -> Paragraph:
    """What the shop's own rules say of a parcel that is late or silent; without the call to write where they apply."""
    if not is_delayed(case, parcel):
        return []
    said = quote(case.passage(r"no scan for|past its first estimate"))
    deeds = [each for each in said if "write to us" not in each.text]
    if said:
        return deeds if deeds and parcels.is_stalled(case, parcel) else said
    if parcels.is_stalled(case, parcel) or is_overdue(case, parcel):
        return [hand_on()]
    carrier = parcel["carrier"]
    text = f"If it takes longer than that, reply here, and a teammate will look into it with {carrier.value}."
    return [say(text, carrier)] if parcel.get("estimated_on") else [hand_on()]
