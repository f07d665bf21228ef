"""Drafts without a model: an answer built from a plan, from the same facts, under the same verification.

who must answer? ─▶ which order? ─▶ an answer for each wish ─▶ greeting, feeling, answers, offer, closing
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from agents import phrases
from agents.answers import (
    asking,
    cancel,
    delivery_exception,
    knowledge,
    product_question,
    refund_status,
    return_request,
    where_is_my_order,
)
from agents.answers.case import Answer, Case, Paragraph, handover, say
from agents.evidence import Sentence
from agents.handoff import person_needed
from agents.intents import IntentKind
from agents.known import Facts, OrderFacts
from agents.mood import Level, MoodKind
from agents.phrases import Voice
from agents.understand import Understanding
from inbox.models import Conversation, Message

ANSWERS: dict[IntentKind, Callable[[Case], Answer]] = {
    IntentKind.WHERE_IS_MY_ORDER: where_is_my_order.answer,
    IntentKind.DELIVERY_EXCEPTION: delivery_exception.answer,
    IntentKind.RETURN_REQUEST: return_request.answer,
    IntentKind.PRODUCT_QUESTION: product_question.answer,
    IntentKind.CANCEL: cancel.answer,
    IntentKind.REFUND_STATUS: refund_status.answer,
    IntentKind.SHIPPING_INFO: knowledge.answer,
    IntentKind.WARRANTY: knowledge.answer,
}
NEEDS_ORDER = {
    IntentKind.WHERE_IS_MY_ORDER,
    IntentKind.DELIVERY_EXCEPTION,
    IntentKind.CANCEL,
    IntentKind.REFUND_STATUS,
}
_FEELINGS = {
    MoodKind.WORRIED: "sorry_worried",
    MoodKind.FRUSTRATED: "sorry_upset",
    MoodKind.ANGRY: "sorry_upset",
}


@dataclass(frozen=True)
class Composed:
    """An answer, or (needs_person) why there is none. `reason` is shown in the panel's header."""

    sentences: list[Sentence] = field(default_factory=list)
    reason: str = ""
    needs_person: bool = False


def compose(message: Message, conversation: Conversation, seen: Understanding, facts: Facts) -> Composed:
    """Never raises for lack of facts: what is not known is asked, or handed to a person."""
    organization, limits = conversation.organization, conversation.channel.connector.limits
    voice = Voice(organization.tone, str(message.pk))
    case = Case(facts, seen, voice, message.text, limits.links_allowed, facts.focus)
    answer = _answer(case)
    reason = f"{answer.reason}{_in_english(seen)}"[:300]
    if answer.needs_person:
        return Composed(needs_person=True, reason=reason)
    letter = _Letter(
        greeting=_greeting(voice, conversation.customer.first_name),
        feeling=_feeling(case),
        body=_once(answer.paragraphs),
        offer=[] if _asks(answer) else [say(voice.say("offer"))],
        closing=say(f"{voice.say('closing')}\n{organization.signature or organization.name}"),
    )
    if not letter.fit(limits.longest_text):
        return Composed(needs_person=True, reason=f"Too long for this channel. {reason}"[:300])
    return Composed(letter.sentences(), reason)


def _answer(case: Case) -> Answer:
    """The answers to all wishes in one, or why a person must answer."""
    if reason := person_needed(case.seen, case.facts, set(ANSWERS)):
        return handover(reason)
    kinds = _wishes(case.seen)
    if not kinds:
        return asking.what_is_it(case)
    if set(kinds) & NEEDS_ORDER and (question := asking.which_order(case)):
        return question
    answers = [ANSWERS[kind](replace(case, meant=order)) for kind in kinds for order in _orders(case, kind)]
    if person := next((answer for answer in answers if answer.needs_person), None):
        return person
    missing = asking.not_found(case)
    return Answer(
        [paragraph for answer in answers for paragraph in answer.paragraphs] + ([missing] if missing else []),
        "; ".join(dict.fromkeys(answer.reason for answer in answers)),
    )


def _wishes(seen: Understanding) -> list[IntentKind]:
    """What to answer, each thing once: trouble with a delivery says where it is too."""
    kinds = [kind for kind in dict.fromkeys(seen.kinds) if kind in ANSWERS]
    if IntentKind.DELIVERY_EXCEPTION in kinds and IntentKind.WHERE_IS_MY_ORDER in kinds:
        kinds.remove(IntentKind.WHERE_IS_MY_ORDER)
    return kinds


def _orders(case: Case, kind: IntentKind) -> list[OrderFacts | None]:
    """The orders one wish is about: the one meant, or all that the customer named."""
    if kind not in NEEDS_ORDER and case.facts.focus is None:
        return [None]
    if case.facts.focus is not None:
        return [case.facts.focus]
    return list(asking.named(case))


def _once(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """Two answers may quote the same rule: the customer reads it once."""
    seen: set[str] = set()
    kept = [[each for each in part if not (each.text in seen or seen.add(each.text))] for part in paragraphs]  # type: ignore[func-returns-value]
    return [part for part in kept if part]


def _asks(answer: Answer) -> bool:
    return any(paragraph and paragraph[-1].text.endswith("?") for paragraph in answer.paragraphs)


def _greeting(voice: Voice, name: str) -> Sentence:
    return say(voice.say("greeting", name=name) if name else voice.say("greeting_stranger"))


def _feeling(case: Case) -> Paragraph:
    """Said once, and plainly; a calm message gets none of it."""
    if turn := _FEELINGS.get(case.seen.mood.kind):
        return [say(case.voice.say(turn))]
    if case.seen.urgency.level is Level.HIGH:
        return [say(case.voice.say("urgent"))]
    return []


def _in_english(seen: Understanding) -> str:
    """Without a model we write English; the member should know when the customer does not."""
    code = seen.language.code
    return (
        "" if code == "en" else f". The customer writes {phrases.language(code)}; this answer is in English"
    )


@dataclass
class _Letter:
    greeting: Sentence
    feeling: Paragraph
    body: list[Paragraph]
    offer: Paragraph
    closing: Sentence

    def sentences(self) -> list[Sentence]:
        """The last sentence of each paragraph ends with a line break: that is how paragraphs are told."""
        paragraphs = [[self.greeting], self.feeling, *self.body, self.offer, [self.closing]]
        return [
            replace(sentence, text=sentence.text + "\n") if place == len(paragraph) - 1 else sentence
            for paragraph in paragraphs
            for place, sentence in enumerate(paragraph)
        ]

    def fit(self, longest: int) -> bool:
        """Leave out courtesies, then the last details, until it fits; the first sentence must stay."""
        if self._length() > longest:
            self.offer = []
        if self._length() > longest:
            self.feeling = []
        while self._length() > longest and sum(map(len, self.body)) > 1:
            self.body[-1].pop()
            if not self.body[-1]:
                self.body.pop()
        return self._length() <= longest

    def _length(self) -> int:
        return sum(len(sentence.text) + 2 for sentence in self.sentences())
