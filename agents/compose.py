"""Drafts without a model: an answer built from a plan, from the same facts, under the same verification."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from agents.answers import where_is_my_order
from agents.answers.case import Answer, Case, Paragraph, say
from agents.evidence import Sentence
from agents.intents import IntentKind
from agents.known import Facts
from agents.mood import MoodKind
from agents.phrases import Voice, listed
from agents.understand import Understanding
from inbox.models import Conversation, Message

ANSWERS: dict[IntentKind, Callable[[Case], Answer]] = {
    IntentKind.WHERE_IS_MY_ORDER: where_is_my_order.answer,
    IntentKind.DELIVERY_EXCEPTION: where_is_my_order.answer,
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
    case = Case(facts, seen, voice, message.text, limits.links_allowed)
    answer = _answer(case)
    if answer.needs_person:
        return Composed(needs_person=True, reason=answer.reason[:300])
    paragraphs = [
        [_greeting(case, conversation.customer.first_name)],
        _feeling(case),
        *answer.paragraphs,
        [say(voice.say("offer"))],
        [say(f"{voice.say('closing')}\n{organization.signature or organization.name}")],
    ]
    return Composed(_flat(paragraphs), answer.reason[:300])


def _answer(case: Case) -> Answer:
    facts, kinds = case.facts, case.seen.kinds
    if case.seen.manipulation:
        return Answer(reason=f"This message {case.seen.manipulation_reason}", needs_person=True)
    if any(kind not in ANSWERS for kind in kinds):
        return Answer(reason="The customer wants something a person decides on", needs_person=True)
    if facts.unknown_numbers or not facts.orders:
        return Answer(
            [[say("I can't find that order under this address. Which order number is on your confirmation?")]]
        )
    if facts.focus is None:
        orders = facts.open_orders or facts.orders
        names = [f"{o.number} ({o.lines[0]['title'].value})" if o.lines else o.number for o in orders]
        grounds = [e for o in orders for e in (o["number"], *(o.lines[0]["title"],) * bool(o.lines))]
        return Answer(
            [[say(f"Which order do you mean: {listed(names, 'or')}?", *grounds)]],
            "Several orders could be meant",
        )
    return ANSWERS[kinds[0]](case)


def _greeting(case: Case, name: str) -> Sentence:
    return say(case.voice.say("greeting", name=name) if name else case.voice.say("greeting_stranger"))


def _feeling(case: Case) -> Paragraph:
    turns = {
        MoodKind.WORRIED: "sorry_worried",
        MoodKind.FRUSTRATED: "sorry_upset",
        MoodKind.ANGRY: "sorry_upset",
    }
    turn = turns.get(case.seen.mood.kind)
    return [say(case.voice.say(turn))] if turn else []


def _flat(paragraphs: list[Paragraph]) -> list[Sentence]:
    """The last sentence of each paragraph ends with a line break: that is how paragraphs are told."""
    return [
        replace(sentence, text=sentence.text + "\n") if sentence is paragraph[-1] else sentence
        for paragraph in paragraphs
        for sentence in paragraph
    ]
