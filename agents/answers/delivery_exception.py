"""Something went wrong on the way: late, silent, attempted, damaged, wrong address, or not there at all.

Money is never promised here: what happens next is what the shop's own rules say, word for word.
"""

from __future__ import annotations

from agents.answers import parcels, where_is_my_order
from agents.answers.case import Answer, Case, Paragraph, quote, say
from agents.evidence import Sentence
from agents.known import ParcelFacts
from agents.mood import MoodKind

_DAMAGED = r"damag|broke|shatter|crack|crush|smash|torn|leak|dent"
_WRONG_ITEM = r"\bwrong (?:item|product|size|colou?r|one|order)|missing (?:an? )?(?:item|piece|part)|not what i ordered|instead of"


def answer(case: Case) -> Answer:
    order = case.order
    if case.says(_WRONG_ITEM):
        return Answer(
            reason=f"Order {order.number}: the customer says that something wrong or incomplete arrived.",
            needs_person=True,
        )
    if order.get("cancelled") or len(order.parcels) != 1:
        return where_is_my_order.answer(case)
    parcel = order.parcels[0]
    news = parcels.news(case, order, parcel)
    if case.says(_DAMAGED) and parcel.status == "delivered":
        news = news[:1]  # where it was left is not the question
    paragraphs = [news, *_next(case, parcel)]
    return Answer(paragraphs, f"Order {order.number}: {parcels.summary(parcel)}")


def _next(case: Case, parcel: ParcelFacts) -> list[Paragraph]:
    reason = parcels.trouble(parcel)
    cause = reason.value if reason else ""
    if case.says(_DAMAGED) or cause == "damaged":
        return [_damaged(case)]
    if parcel.status == "delivered":
        return [_not_there(case)]
    if parcel.status == "exception" and cause == "address":
        return [
            [say("Could you send me the full address, with apartment or unit number?"), _hand_on()],
            parcels.link(case, parcel),
        ]
    if parcel.status == "exception" and cause == "attempted":
        return [_attempted(), parcels.link(case, parcel)]
    if parcel.status in {"returned", "failure"}:
        return [[say("Please tell me what you would like us to do next."), _hand_on()]]
    late = parcels.is_stalled(case, parcel) or parcels.is_late(parcel) or parcel.status == "exception"
    return [parcels.what_next(case, parcel) or ([_hand_on()] if late else []), parcels.link(case, parcel)]


def _attempted() -> Paragraph:
    return [
        say("Is there a place where the driver can leave it, or an access code that would help?"),
        _hand_on(),
    ]


def _damaged(case: Case) -> Paragraph:
    rule = case.passage(r"damaged|can break")
    calm = case.seen.mood.kind in {MoodKind.NEUTRAL, MoodKind.POLITE, MoodKind.HAPPY}
    sorry = [say("I'm sorry to hear about this.")] if calm else []
    if rule:
        return [*sorry, *quote(rule, r"damaged|photo")]
    return [*sorry, say("Could you send us a photo of the box and the item?"), _hand_on()]


def _not_there(case: Case) -> Paragraph:
    rule = case.passage(r"delivery spot|scanned as delivered|delivered, but|not turned up")
    if rule:
        return quote(rule)
    return [
        say(
            "Please look around your door and mailbox, and ask the people in your household and your neighbors."
        ),
        say("If you still can't find it, tell me here, and a teammate will look into it with you."),
    ]


def _hand_on() -> Sentence:
    return say("A teammate will look into it and get back to you here.")
