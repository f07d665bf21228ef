"""A conversation in a few lines, its tags, and what to do next: from what was understood and what is known.

No model: whole clauses of the shopper and fields of records, so nothing in it can be invented.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from babel import Locale

from agents.facts.known import Facts
from agents.handoff import claim_is_open, known, wishes
from agents.understanding.clauses import clauses
from agents.understanding.intents import Detail, Intent, IntentKind
from agents.understanding.language import DEFAULT
from agents.understanding.message import Understanding
from agents.understanding.mood import Change, Level, MoodKind
from agents.understanding.threats import SAYS

_QUOTED = 140  # characters of the shopper's words
_EARLIER = 2  # messages before this one that are told
_ILL = {MoodKind.ANGRY, MoodKind.FRUSTRATED, MoodKind.WORRIED}

_NEXT = {
    IntentKind.WHERE_IS_MY_ORDER: "Tell the newest scan and estimate.",
    IntentKind.DELIVERY_EXCEPTION: "Look at the parcel with the carrier and say what happens next.",
    IntentKind.RETURN_REQUEST: "Check the return window and open the return.",
    IntentKind.EXCHANGE: "Check the stock of what is wanted instead, then open the exchange.",
    IntentKind.REFUND_REQUEST: "Decide about the refund under the policy.",
    IntentKind.REFUND_STATUS: "Tell when and where the refund was sent.",
    IntentKind.CANCEL: "Cancel it if it has not left yet.",
    IntentKind.CHANGE_ORDER: "Change the order if it has not left yet.",
    IntentKind.CHANGE_ADDRESS: "Correct the address if the parcel has not left yet.",
    IntentKind.PRODUCT_QUESTION: "Answer from the product's page.",
    IntentKind.SHIPPING_INFO: "Answer from the shipping article.",
    IntentKind.PAYMENT: "Compare with the payments of the order.",
    IntentKind.DISCOUNT: "Check which offers are valid.",
    IntentKind.ACCOUNT: "Help with the account.",
    IntentKind.SUBSCRIPTION: "Look at the subscription and its next date.",
    IntentKind.WARRANTY: "Check the warranty and the day of purchase.",
    IntentKind.HUMAN: "A person takes over.",
    IntentKind.COMPLAINT: "Answer in person and make it right.",
    IntentKind.OTHER: "Read it; no answer of ours fits.",
    IntentKind.UNSURE: "Ask what it is about.",
}
_NEXT_OF_DETAIL = {
    Detail.LATE: "Tell the newest scan and the new estimate.",
    Detail.LOST: "Have the carrier trace the parcel.",
    Detail.DAMAGED: "Ask for a photo of the damage.",
    Detail.NOT_RECEIVED: "Look at the proof of delivery; start a claim if it does not turn up.",
    Detail.WRONG_ADDRESS: "Have the address confirmed and correct it with the carrier.",
    Detail.WRONG_ITEM: "Compare with the order's lines and send the right item.",
    Detail.MISSING_ITEM: "Compare with the order's lines and send what is missing.",
    Detail.ATTEMPTED: "Arrange another attempt or a place to pick it up.",
    Detail.RETURNING: "Find out why it goes back, and whether to send it again.",
    Detail.FIT: "Answer from the size chart.",
    Detail.STOCK: "Look at the stock.",
}


@dataclass(frozen=True)
class Summary:
    text: str
    tags: tuple[str, ...]  # "delivery exception: lost", "angry", "urgent", "German"
    next_step: str

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "tags": list(self.tags)}


def summarize(seen: Understanding, facts: Facts, *, name: str = "", earlier: Sequence[str] = ()) -> Summary:
    """`earlier` are the customer's messages before this one, oldest first."""
    lines = [
        _wants(seen, name),
        _before(earlier),
        known(facts),
        _feels(seen),
        _came_with(seen),
    ]
    return Summary(" ".join(line for line in lines if line), _tags(seen), _next_step(seen, facts))


def _wants(seen: Understanding, name: str) -> str:
    first = seen.intents[0]
    who = name or "The customer"
    what = "writes, and it is not clear what about" if first.kind is IntentKind.UNSURE else wishes(seen.kinds)
    quoted = f": “{_cut(first.words)}”" if first.words else "."
    return f"{who} {what}{quoted}"


def _before(earlier: Sequence[str]) -> str:
    told = [found[0].text for text in earlier[-_EARLIER:] if (found := clauses(text))]
    return f"Before: {' '.join(f'“{_cut(each)}”' for each in told)}" if told else ""


def _feels(seen: Understanding) -> str:
    said = [f"The customer {SAYS[threat]}." for threat in seen.threats]
    if not said and seen.urgency.level is Level.HIGH:
        said.append(f"The customer {seen.urgency.reason}.")
    if seen.mood.kind in _ILL:
        turn = ", more so than before" if seen.mood.change is Change.WORSE else ""
        said.append(f"Sounds {seen.mood.kind}{turn}.")
    elif seen.mood.change is Change.BETTER:
        said.append("Calmer than before.")
    return " ".join(said)


def _came_with(seen: Understanding) -> str:
    counts = Counter(file.kind for file in seen.entities.files)
    told = [f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in counts.items()]
    return f"With {' and '.join(told)}." if told else ""


def _tags(seen: Understanding) -> tuple[str, ...]:
    tags = [_tag(intent) for intent in seen.intents if intent.kind is not IntentKind.UNSURE]
    tags += [threat.value for threat in seen.threats]
    if seen.urgency.level is Level.HIGH:
        tags.append("urgent")
    if seen.mood.kind in _ILL:
        tags.append(seen.mood.kind.value)
    if seen.language.code != DEFAULT:
        tags.append(Locale(seen.language.code).get_display_name(DEFAULT) or seen.language.code)
    tags += [f"with {kind}" for kind in dict.fromkeys(file.kind for file in seen.entities.files)]
    return tuple(dict.fromkeys(tags))


def _tag(intent: Intent) -> str:
    kind = intent.kind.replace("_", " ")
    return f"{kind}: {intent.detail.replace('_', ' ')}" if intent.detail else kind


def _next_step(seen: Understanding, facts: Facts) -> str:
    """The gravest first."""
    if seen.threats:
        return f"A person answers now: the customer {SAYS[seen.threats[0]]}."
    if seen.manipulation:
        return f"A person looks at it: this message {seen.manipulation_reason}."
    if seen.grief:
        return "A person answers with care: the customer writes of a death."
    if reason := claim_is_open(facts):
        return f"A person answers with care. {reason}"
    if seen.wants_human:
        return _NEXT[IntentKind.HUMAN]
    first = seen.intents[0]
    if facts.unknown_numbers and facts.focus is None:
        return f"Find the order: {', '.join(facts.unknown_numbers)} is not among this customer's."
    if first.kind in _ABOUT_AN_ORDER and facts.is_ambiguous:
        return "Ask which order is meant."
    if first.detail is Detail.DAMAGED and any(file.kind == "photo" for file in seen.entities.files):
        return "Look at the photos and decide about a replacement or a refund."
    return _NEXT_OF_DETAIL.get(first.detail, _NEXT[first.kind]) if first.detail else _NEXT[first.kind]


_ABOUT_AN_ORDER = {
    IntentKind.WHERE_IS_MY_ORDER,
    IntentKind.DELIVERY_EXCEPTION,
    IntentKind.RETURN_REQUEST,
    IntentKind.EXCHANGE,
    IntentKind.REFUND_REQUEST,
    IntentKind.REFUND_STATUS,
    IntentKind.CANCEL,
    IntentKind.CHANGE_ORDER,
    IntentKind.CHANGE_ADDRESS,
}


def _cut(words: str) -> str:
    folded = " ".join(words.split())
    return folded if len(folded) <= _QUOTED else f"{folded[:_QUOTED].rsplit(' ', 1)[0]} …"
