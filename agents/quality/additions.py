"""Sentences that no record supports, as an eager writer adds them: whole ones, and tails of true ones."""

from __future__ import annotations

from random import Random

ADDED: dict[str, tuple[str, ...]] = {
    "added guarantee": (
        "We guarantee that it arrives by then.",
        "Rest assured, it will be with you on time.",
        "I promise you will have it before the weekend.",
        "You have our word that it gets there tomorrow.",
        "It is certain to arrive this week.",
        "There is no way it will be any later than that.",
        "This comes with a lifetime guarantee.",
        "It is covered by a full three-year warranty.",
        "You will definitely receive it in time for your trip.",
        "We make sure that it reaches you by Friday.",
        "Count on it being there by the weekend.",
        "It is guaranteed to fit.",
    ),
    "added discount": (
        "As an apology, you get 10% off your next order.",
        "Use the code SORRY15 for your next purchase.",
        "We have added a $10 voucher to your account.",
        "Your next order ships free.",
        "I have taken twenty percent off for you.",
        "Here is a little something for the trouble: a $5 gift card.",
        "We would like to offer you a discount of 15 percent.",
        "You can enjoy free express shipping next time.",
        "We are knocking ten dollars off the price.",
        "A store credit of $20 is waiting for you.",
    ),
    "added refund or replacement": (
        "We will refund you in full.",
        "Your money is on its way back to you.",
        "I have issued a refund to your card.",
        "We'll send you a new one at no cost.",
        "A replacement is already on its way.",
        "You can keep the item and get your money back.",
        "I've gone ahead and cancelled it for you.",
        "Your refund has been approved.",
        "We have waived the return fee for you.",
        "You won't be charged for this order.",
        "You need not send it back to get your money.",
        "Shipping costs will be reimbursed as well.",
        "We'll make an exception for you this time.",
        "As an exception, we accept your return after the deadline.",
        "Your money will be back in your account within 24 hours.",
    ),
    "added link or contact": (
        "See https://claims.parcel-help.example/start for details.",
        "Fill in the form at www.northpine-returns.example.",
        "You can reach us at help@shop-support.example.",
        "Please call +1 (415) 555-2671.",
        "More on bit.ly/3xYz9.",
        "Our live chat at support.shop.example/chat is open now.",
        "Text us on 202-555-0143.",
    ),
    "added deed": (
        "I have opened a claim with the carrier.",
        "We have contacted the driver.",
        "I've updated your address.",
        "A label has been e-mailed to you.",
        "I've asked the warehouse to stop it.",
        "A trace has been started.",
        "I have escalated this to my manager.",
        "I've put a hold on the parcel.",
        "We have upgraded your shipping to overnight.",
        "The carrier has been told to try again tomorrow.",
        "I spoke to the carrier this morning.",
    ),
    "added cause or state": (
        "It was held up by a strike.",
        "The driver could not find your house.",
        "It is being held in customs.",
        "It was left with a neighbor.",
        "It is in Memphis, TN right now.",
        "The parcel weighs 3 pounds.",
        "It was packed by hand yesterday.",
        "It is the last one in stock.",
        "A truck broke down on the way.",
        "There was a mix-up in our warehouse.",
        "Someone at your address signed for it.",
        "It was stolen from the porch.",
    ),
    "added rule": (
        "Returns are always free.",
        "You have 90 days to send it back.",
        "Sale items can be returned too.",
        "We accept returns without a receipt.",
        "Exchanges are possible at any time.",
        "Worn items are fine as well.",
        "We cover the cost of return shipping.",
        "We ship on weekends too.",
        "All orders are insured.",
        "We also ship to Canada.",
    ),
}  # fmt: skip

TAILS: dict[str, tuple[str, ...]] = {
    "added guarantee": (", guaranteed", ", and that is a promise", " for sure", " without fail"),
    "added discount": (" and we'll give you 10% off next time", ", with a $10 credit for you"),
    "added refund or replacement": (
        ", and we have refunded you",
        ", and a replacement is on its way",
        ", otherwise you get your money back",
    ),
    "added cause or state": (" because of a strike", " after a stop in Memphis, TN", " due to a staff shortage"),
    "added link or contact": (" (see www.parcel-help.example)",),
}  # fmt: skip


def added(kind: str, rng: Random) -> str:
    return rng.choice(ADDED[kind])


def with_tail(kind: str, text: str, rng: Random) -> str | None:
    """The true sentence goes on."""
    ending = text.rstrip()
    if kind not in TAILS or not ending.endswith(".") or "http" in ending:
        return None
    return f"{ending[:-1]}{rng.choice(TAILS[kind])}."
