"""Drafts without a model: an answer built from a plan, from the same facts, under the same verification.

who must answer? ─▶ which order? ─▶ an answer for each wish ─▶ greeting, feeling, answers, offer, closing ─▶ the channel's form
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from agents.checking import passing_on
from agents.facts.evidence import Sentence
from agents.facts.known import Facts, OrderFacts
from agents.handoff import claim_is_open, person_needed, wishes
from agents.understanding.intents import IntentKind
from agents.understanding.message import Understanding
from agents.understanding.mood import Level, MoodKind
from agents.writing import phrases
from agents.writing.answers import (
    asking,
    cancel,
    change,
    complaint,
    delivery_exception,
    exchange,
    knowledge,
    payment,
    prepared,
    product_question,
    public,
    refund_request,
    refund_status,
    return_request,
    where_is_my_order,
)
from agents.writing.answers.case import Answer, Case, Paragraph, handover, say
from agents.writing.letter import Letter
from agents.writing.voice import Voice
from connectors.contract import Form
from inbox.models import Conversation, Message

ANSWERS: dict[IntentKind, Callable[[Case], Answer]] = {
    IntentKind.WHERE_IS_MY_ORDER: where_is_my_order.answer,
    IntentKind.DELIVERY_EXCEPTION: delivery_exception.answer,
    IntentKind.RETURN_REQUEST: return_request.answer,
    IntentKind.EXCHANGE: exchange.answer,
    IntentKind.REFUND_REQUEST: refund_request.answer,
    IntentKind.REFUND_STATUS: refund_status.answer,
    IntentKind.CANCEL: cancel.answer,
    IntentKind.CHANGE_ADDRESS: change.address,
    IntentKind.CHANGE_ORDER: change.order,
    IntentKind.PAYMENT: payment.answer,
    IntentKind.PRODUCT_QUESTION: product_question.answer,
    IntentKind.SHIPPING_INFO: knowledge.shipping,
    IntentKind.WARRANTY: knowledge.warranty,
    IntentKind.DISCOUNT: knowledge.discount,
    IntentKind.ACCOUNT: knowledge.account,
    IntentKind.SUBSCRIPTION: knowledge.subscription,
    IntentKind.COMPLAINT: complaint.answer,
}
NEEDS_ORDER = {
    IntentKind.WHERE_IS_MY_ORDER,
    IntentKind.DELIVERY_EXCEPTION,
    IntentKind.CANCEL,
    IntentKind.CHANGE_ADDRESS,
    IntentKind.CHANGE_ORDER,
    IntentKind.REFUND_REQUEST,
    IntentKind.REFUND_STATUS,
}
# Nothing is lost when a teammate answers these after the rest of the message was answered.
CAN_WAIT = {
    IntentKind.DISCOUNT,
    IntentKind.ACCOUNT,
    IntentKind.SUBSCRIPTION,
    IntentKind.WARRANTY,
    IntentKind.SHIPPING_INFO,
    IntentKind.PRODUCT_QUESTION,
    IntentKind.EXCHANGE,
}
# One wish that another one answers along with its own.
_COVERED = {
    IntentKind.WHERE_IS_MY_ORDER: {IntentKind.DELIVERY_EXCEPTION},
    IntentKind.REFUND_REQUEST: {IntentKind.CANCEL, IntentKind.RETURN_REQUEST},
}
_DOUBTFUL = 0.8  # below it, a question about the product is a part of sending it back
_FEELINGS = {
    MoodKind.WORRIED: "sorry_worried",
    MoodKind.FRUSTRATED: "sorry_upset",
    MoodKind.ANGRY: "sorry_upset",
}


@dataclass(frozen=True)
class Composed:
    """An answer, or (needs_person) why there is none. `reason` is shown in the panel's header; `proposals` are what
    somebody should do beside sending it, in words."""

    sentences: list[Sentence] = field(default_factory=list)
    reason: str = ""
    needs_person: bool = False
    proposals: tuple[str, ...] = ()

    @property
    def hands_over(self) -> bool:
        """It says that a person will take over; whoever sends it does that."""
        return any(passing_on.is_said(each.text) for each in self.sentences)


def compose(
    message: Message, conversation: Conversation, seen: Understanding, facts: Facts, *, for_many: bool = False
) -> Composed:
    """Never raises for lack of facts: what is not known is asked, or handed to a person. What is `for_many` greets and
    comforts nobody."""
    organization, limits = conversation.organization, conversation.limits
    voice = Voice.of(organization, str(message.pk))
    case = Case(facts, seen, voice, message.text, limits, facts.focus)
    answer = public.answer(case, _answer) if limits.form is Form.PUBLIC else _answer(case)
    if answer.needs_person:
        return Composed(needs_person=True, reason=_told(answer.reason, seen), proposals=answer.proposals)
    name = voice.name_of(facts.reader or conversation.customer)
    letter = Letter(
        greeting=[] if for_many else _greeting(case, name),
        feeling=[] if for_many else _feeling(case),
        body=_once(answer.paragraphs),
        offer=[] if _asks(answer) else case.courtesy("offer"),
        notice=case.courtesy("automatic") if voice.says_automatic else [],
        closing=_signed(case.courtesy("closing"), voice.signature),
    )
    if problem := letter.take_form(limits):
        return Composed(needs_person=True, reason=_told(f"{problem} {answer.reason}", seen))
    reason = _told(answer.reason, seen, "; this answer is in English")
    return Composed(letter.sentences(), reason, proposals=answer.proposals)


def _answer(case: Case) -> Answer:
    """The answers to all wishes in one, or why a person must answer."""
    if reason := person_needed(case.seen, case.facts, set(ANSWERS)):
        return handover(reason)
    kinds = _wishes(case)
    if not kinds:
        return asking.what_is_it(case)
    if set(kinds) - CAN_WAIT and (reason := claim_is_open(case.facts)):
        return handover(reason)
    if set(kinds) & NEEDS_ORDER and (question := asking.which_order(case)):
        return question
    if question := asking.what_is_wrong(case):
        return question
    answers = [
        (kind, prepared.told(ANSWERS[kind](about := replace(case, meant=order)), about, kind))
        for kind in kinds
        for order in _orders(case, kind)
    ]
    return _joined(case, answers)


def _joined(case: Case, answers: list[tuple[IntentKind, Answer]]) -> Answer:
    """One answer to several wishes. What only a person can answer is named, or takes all of it to a person."""
    said = [answer for _, answer in answers if not answer.needs_person]
    left = [(kind, answer) for kind, answer in answers if answer.needs_person]
    if left and (not said or any(kind not in CAN_WAIT for kind, _ in left)):
        return left[0][1]
    paragraphs = [paragraph for answer in said for paragraph in answer.paragraphs]
    reasons = [answer.reason for answer in said]
    if left:
        paragraphs.append([say("A teammate will get back to you here about the rest of your message.")])
        reasons.append(f"still for you: the customer {wishes([kind for kind, _ in left])}")
    if missing := asking.not_found(case):
        paragraphs.append(missing)
    return Answer(
        paragraphs,
        "; ".join(dict.fromkeys(reasons)),
        proposals=tuple(dict.fromkeys(each for answer in said for each in answer.proposals)),
    )


def _wishes(case: Case) -> list[IntentKind]:
    """What to answer, each thing once: trouble with a delivery says where it is too."""
    sure = {intent.kind: intent.confidence for intent in case.seen.intents if intent.kind in ANSWERS}
    if {IntentKind.RETURN_REQUEST, IntentKind.EXCHANGE} & set(sure):
        sure = {
            kind: odds
            for kind, odds in sure.items()
            if kind is not IntentKind.PRODUCT_QUESTION or odds >= _DOUBTFUL
        }
    others = set(sure) - {IntentKind.COMPLAINT}
    if others and (others - CAN_WAIT or not complaint.has_ground(case)):
        sure.pop(IntentKind.COMPLAINT, None)
    return [kind for kind in sure if not _COVERED.get(kind, set()) & set(sure)]


def _orders(case: Case, kind: IntentKind) -> list[OrderFacts | None]:
    """The orders one wish is about: the one meant, or all that the customer named."""
    if case.facts.focus is not None:
        return [case.facts.focus]
    return list(asking.named(case)) if kind in NEEDS_ORDER else [None]


def _once(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """Two answers may quote the same rule: the customer reads it once."""
    seen: set[str] = set()
    kept = [[each for each in part if not (each.text in seen or seen.add(each.text))] for part in paragraphs]  # type: ignore[func-returns-value]
    return [part for part in kept if part]


def _asks(answer: Answer) -> bool:
    return any(paragraph and paragraph[-1].text.endswith("?") for paragraph in answer.paragraphs)


def _signed(closing: Paragraph, signature: str) -> Paragraph:
    return [replace(each, text=f"{each.text}\n{signature}") for each in closing] or [say(signature)]


def _greeting(case: Case, name: str) -> Paragraph:
    return case.courtesy("greeting", name=name) if name else case.courtesy("greeting_stranger")


def _feeling(case: Case) -> Paragraph:
    """Said once, and plainly; a calm message gets none of it."""
    if turn := _FEELINGS.get(case.seen.mood.kind):
        return case.courtesy(turn)
    return case.courtesy("urgent") if case.seen.urgency.level is Level.HIGH else []


def _told(reason: str, seen: Understanding, remark: str = "") -> str:
    """Without a model we write English; the member should know when the customer does not."""
    if seen.language.code == "en":
        return reason[:300]
    return f"{reason.rstrip('.')}. The customer writes {phrases.language(seen.language.code)}{remark}."[:300]
