"""A draft written by a model, from the same facts, under the same verification."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from agents.facts.evidence import Evidence, Sentence
from agents.facts.known import Facts
from agents.fence import Fence, words
from agents.understanding.entities import Paper
from agents.understanding.message import Understanding
from agents.writing.compose import Composed
from agents.writing.voice import Voice
from config.model import complete, model_config
from connectors import llm
from connectors.errors import Unparsable
from inbox.models import Conversation, Message

PROMPT = (Path(__file__).parent / "prompts" / "draft.md").read_text()

SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["sentences", "question", "actions"],
    "properties": {
        "sentences": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["text", "evidence"],
                "properties": {
                    "text": {"type": "string"},
                    "evidence": {"type": "array", "items": {"type": "integer"}},
                },
            },
        },
        "question": {"type": ["string", "null"]},
        "actions": {"type": "array", "items": {"type": "string"}},
    },
}

_MOST_ACTIONS = 5
_OF_FILE = 2000  # characters of a file's text
_SCANS = 3  # of a parcel, the newest
_NAMES = {"number", "placed_on", "line.title"}  # fields of an order that tell which one it is

# US dollars for a million tokens (in, out), as published by the vendor in 2025; unknown models cost nothing here.
PRICES = {"gpt-4.1-mini": ("0.40", "1.60"), "gpt-4.1": ("2.00", "8.00"), "gpt-4o-mini": ("0.15", "0.60")}


@dataclass(frozen=True)
class Written:
    answer: Composed
    model: str
    tokens_in: int
    tokens_out: int
    cost: Decimal  # US dollars


def write(
    message: Message,
    conversation: Conversation,
    seen: Understanding,
    facts: Facts,
    earlier: Sequence[str],
    on_text: llm.OnText | None = None,
    papers: Sequence[Paper] = (),
) -> Written:
    """Raises connectors.errors.ConnectorError when the model cannot be reached or does not keep to the form. `on_text`
    gets its JSON as far as it is there."""
    voice = Voice.of(conversation.organization, str(message.pk))
    fence = Fence()
    brief = "\n".join(
        [_brief(message, conversation, seen, facts, earlier, voice, fence), *_in_files(papers, fence)]
    )
    prompt = llm.Prompt(system=f"{PROMPT}\n{fence.rule}", user=brief, schema=SCHEMA)
    completion = complete(prompt, model_config(), on_text)
    known = {item.number for item in facts.evidence}
    sentences = [
        Sentence(each["text"], tuple(number for number in each["evidence"] if number in known))
        for each in completion.data["sentences"]
        if each["text"].strip()
    ]
    if completion.data["question"]:
        sentences.append(Sentence(completion.data["question"]))
    if not sentences:
        raise Unparsable("The model wrote nothing.")
    if voice.says_automatic:
        sentences[-1] = replace(sentences[-1], text=f"{sentences[-1].text.rstrip()}\n")
        sentences.append(Sentence(voice.say("automatic")))
    return Written(
        answer=Composed(
            sentences=sentences,
            reason=f"Written by {completion.model} from {len(known)} facts",
            proposals=tuple(each[:300] for each in completion.data["actions"][:_MOST_ACTIONS]),
        ),
        model=completion.model,
        tokens_in=completion.tokens_in,
        tokens_out=completion.tokens_out,
        cost=_cost(completion),
    )


def _brief(
    message: Message,
    conversation: Conversation,
    seen: Understanding,
    facts: Facts,
    earlier: Sequence[str],
    voice: Voice,
    fence: Fence,
) -> str:
    """What the model gets: settings, and as fenced data the evidence and, last, the customer's words."""
    limits = conversation.limits
    return "\n".join(
        [
            "## Answer as",
            json.dumps(
                {
                    "signature": voice.signature,
                    "tone": voice.tone,
                    "customer_name": voice.name_of(facts.reader or conversation.customer),
                    "phrases_of_the_brand": {turn: list(said) for turn, said in voice.own.items() if said},
                    "never_use_these_words": list(voice.forbidden),
                    "form": limits.form,
                    "the_channel_forbids": [rule.because for rule in limits.wording if rule.blocks],
                    "language": seen.language.code,
                    "longest_text": limits.longest_text,
                    "links_allowed": limits.links_allowed,
                    "intents": [intent.kind for intent in seen.intents],
                    "mood": seen.mood.kind,
                    "today": facts.now.astimezone(facts.zone).strftime("%A, %B %-d, %Y"),
                }
            ),
            "## Evidence, one JSON object a line",
            fence.around("evidence", "\n".join(_line(item) for item in _useful(facts))),
            "## What the customer wrote before",
            fence.around("earlier messages", "\n".join(json.dumps(words(text[:1000])) for text in earlier)),
            "## What the customer writes now",
            fence.around(
                "message",
                json.dumps({"subject": words(message.subject), "text": words(message.text[:6000])}),
            ),
        ]
    )


def _in_files(papers: Sequence[Paper], fence: Fence) -> list[str]:
    if not papers:
        return []
    texts = "\n".join(
        json.dumps({"file": words(each.name), "text": words(each.text[:_OF_FILE])}) for each in papers
    )
    return ["## What stands in the files that came with it", fence.around("files", texts)]


def _useful(facts: Facts) -> list[Evidence]:
    """What an answer can need: of the orders that can be meant all but old scans, of the others what names them."""
    meant = {order.number for order in ([facts.focus] if facts.focus else facts.candidates or facts.orders)}
    parcels = [parcel for order in facts.orders for parcel in order.parcels]
    old = {item.number for parcel in parcels for scan in parcel.scans[_SCANS:] for item in scan.values()}
    return [
        item
        for item in facts.evidence
        if item.number not in old and (not item.about or item.about in meant or item.field in _NAMES)
    ]


def _line(item: Evidence) -> str:
    return json.dumps({"id": item.number, "label": item.label, "value": item.value, "order": item.about})


def _cost(completion: llm.Completion) -> Decimal:
    for name, (price_in, price_out) in PRICES.items():
        if completion.model.startswith(name):
            return (
                completion.tokens_in * Decimal(price_in) + completion.tokens_out * Decimal(price_out)
            ) / 1_000_000
    return Decimal(0)
