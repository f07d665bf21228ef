"""Something went wrong on the way: late, silent, attempted, damaged, wrong address, or not there at all.

Money is never promised here: what happens next is what the shop's own rules say, word for word.
"""

from __future__ import annotations

from agents.facts.known import ParcelFacts
from agents.understanding.intents import Detail, IntentKind
from agents.understanding.mood import MoodKind
from agents.writing.answers import delay, parcels, where_is_my_order
from agents.writing.answers.case import Answer, Case, Paragraph, hand_on, handover, quote, say

_DAMAGED = r"damag|broke|shatter|crack|crush|smash|torn|leak|dent"
_WRONG_ITEM = r"\bwrong (?:item|product|size|colou?r|one|order)|missing (?:an? )?(?:item|piece|part)|not what i ordered|instead of"


def answer(case: Case) -> Answer:
    order, details = case.order, case.details(IntentKind.DELIVERY_EXCEPTION)
    if details & {Detail.WRONG_ITEM, Detail.MISSING_ITEM} or case.says(_WRONG_ITEM):
        return handover(
            f"Order {order.number}: the customer says that something wrong or incomplete arrived."
        )
    if order.get("cancelled") or len(order.parcels) != 1:
        return where_is_my_order.answer(case)
    parcel = order.parcels[0]
    is_damaged = Detail.DAMAGED in details or case.says(_DAMAGED)
    if parcel.status == "delivered" and is_damaged:  # where it was left is not the question
        paragraphs = [parcels.news(case, order, parcel)[:1], _damaged(case)]
        return Answer(paragraphs, f"Order {order.number} arrived damaged, the customer says")
    if parcel.status == "delivered":
        paragraphs = [
            [*parcels.news(case, order, parcel), *parcels.proof_link(case, parcel)],
            *_not_there(case, parcel),
        ]
        return Answer(
            paragraphs, f"Order {order.number}: delivered by scan, not there by the customer's word"
        )
    opening = [*delay.apology(case, parcel), *delay.earlier(case, order, parcel)]
    paragraphs = [[*opening, *parcels.news(case, order, parcel)], *_next(case, parcel, is_damaged)]
    return Answer(paragraphs, f"Order {order.number}: {parcels.summary(parcel)}")


def _next(case: Case, parcel: ParcelFacts, is_damaged: bool) -> list[Paragraph]:
    reason = parcels.trouble(parcel)
    cause = reason.value if reason else ""
    if is_damaged or cause == "damaged":
        return [_damaged(case)]
    if parcel.status == "exception" and cause == "address":
        return [
            [say("Could you send me the full address, with apartment or unit number?"), hand_on()],
            parcels.link(case, parcel),
        ]
    if parcel.status == "exception" and cause == "attempted":
        return [_attempted(), parcels.link(case, parcel)]
    if parcel.status in {"returned", "failure"}:
        return [[say("Please tell me what you would like us to do next."), hand_on()]]
    return [delay.what_next(case, parcel), parcels.link(case, parcel)]


def _attempted() -> Paragraph:
    return [
        say("Is there a place where the driver can leave it, or an access code that would help?"),
        hand_on(),
    ]


def _damaged(case: Case) -> Paragraph:
    rule = case.passage(r"damaged|can break")
    sorry = [] if case.is_upset or case.seen.mood.kind is MoodKind.WORRIED else case.courtesy("sorry_hear")
    if rule:
        return [*sorry, *quote(rule, r"damaged|photo")]
    return [*sorry, say("Could you send us a photo of the box and the item?"), hand_on()]


def _not_there(case: Case, parcel: ParcelFacts) -> list[Paragraph]:
    """Where to look first, then when and how a claim begins."""
    rule = case.passage(r"delivery spot|scanned as delivered|delivered, but|not turned up")
    if rule:
        return [quote(rule)]
    left = parcel.get("left_at")
    spot = [say(f"Please look again at the place the carrier noted: “{left.value}”.", left)] if left else []
    look = say(
        "Please look around your door and mailbox, and ask the people in your household and your neighbors."
    )
    then = say("If you still can't find it, tell me here, and a teammate will look into it with you.")
    return [[*spot, look], [then]]
