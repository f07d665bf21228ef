"""Questions an article answers: shipping, warranty, discounts and the like, in the article's own words."""

from __future__ import annotations

import re

from agents.checking.claims.wording import stems
from agents.facts.evidence import Evidence
from agents.understanding.intents import IntentKind
from agents.writing.answers.case import Answer, Case, handover, quote

_CLEARLY = 2  # words of the question that the passage must share
_TALK = stems("know question wondering want wanted need buy get help tell ask asked time place make sure")
# What a passage must speak of to answer these at all.
_TOPICS = {
    IntentKind.DISCOUNT: r"discount|promo|coupon|voucher|code|sale\b|newsletter|student|military|loyalty|price match",
    IntentKind.ACCOUNT: r"account|password|log ?in|sign ?in|e-?mail preference|unsubscri|profile",
    IntentKind.SUBSCRIPTION: r"subscri|renew|recurring|auto-?ship",
    IntentKind.WARRANTY: r"warrant|guarantee|defect|fail",
}
_HOW_LONG = r"\bhow (?:long|fast|quick\w*|soon|many days)\b|\b(?:shipping|delivery) times?\b|\bwhen (?:would|will|could)\b"
_SHIPPING = r"ship|deliver"
_TAKES = r"\b(?:ship|deliver|arriv|dispatch)\w*\b[^.]{0,60}?\b\d+(?:\s*(?:to|or|-|–)\s*\d+)?\s+(?:business |working )?(?:hour|day|week)s?\b"


def answer(case: Case, kind: IntentKind | None = None, topic: str = "") -> Answer:
    """`topic`: words the passage must hold; it then needs to share fewer with the question."""
    passage = next((each for each in case.facts.passages if _answers(case, each, topic)), None)
    if passage is None:
        about = f" about {kind.replace('_', ' ')}" if kind else ""
        return handover(f"No article clearly answers this question{about}.")
    return _quoted(passage)


def shipping(case: Case) -> Answer:
    """How long it takes is told by what names a time, however few words the question has."""
    times = case.says(_HOW_LONG) and case.passage(_TAKES)
    return _quoted(times) if times and _answers(case, times, _SHIPPING) else answer(case)


def discount(case: Case) -> Answer:
    return _about(case, IntentKind.DISCOUNT)


def account(case: Case) -> Answer:
    return _about(case, IntentKind.ACCOUNT)


def subscription(case: Case) -> Answer:
    return _about(case, IntentKind.SUBSCRIPTION)


def warranty(case: Case) -> Answer:
    return _about(case, IntentKind.WARRANTY)


def _quoted(passage: Evidence) -> Answer:
    return Answer([quote(passage)], f"From {passage.source}")


def _about(case: Case, kind: IntentKind) -> Answer:
    return answer(case, kind, _TOPICS[kind])


def _answers(case: Case, passage: Evidence, topic: str) -> bool:
    words = stems(f"{passage.source} {passage.label} {passage.value}")
    shared = len((case.words - _TALK) & words)
    if not topic:
        return shared >= _CLEARLY
    speaks = re.search(topic, f"{passage.source} {passage.label} {passage.value}", re.IGNORECASE)
    return bool(speaks) and shared >= 1
