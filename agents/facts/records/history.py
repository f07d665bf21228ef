"""What we told this customer before: whole sentences of ours that hold a day or a promise, and when they were sent.

Only our own words are evidence. What a customer wrote never is, so nobody can write facts into being.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.urls import reverse

from agents.checking.claims.wording import sentences
from agents.facts.evidence import Kind, Ledger
from agents.facts.known import Told
from agents.facts.records.writing import Writer, frozen
from inbox.models import Conversation, Message

_MOST = 4  # sentences; newer messages first
_TELLING = re.compile(
    r"\b(?:expects? to|estimat\w+|will\b|by (?:mon|tues|wednes|thurs|fri|satur|sun)day|within \w+ (?:business )?days?)",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:january|february|march|april|may|june|july|august|"
    r"september|october|november|december) \d",
    re.IGNORECASE,
)


def told(
    messages: Iterable[Message], ledger: Ledger, conversation: Conversation, zone: ZoneInfo
) -> list[Told]:
    """Newest first. `messages` are ours, sent, newest first, to this customer and nobody else."""
    found: list[Told] = []
    for message in messages:
        for sentence in sentences(message.text):
            if len(found) < _MOST and _TELLING.search(sentence) and _DATED.search(sentence):
                found.append(_sentence(message, sentence, ledger, conversation, zone))
    return found


def _sentence(
    message: Message, sentence: str, ledger: Ledger, conversation: Conversation, zone: ZoneInfo
) -> Told:
    at = (message.sent_at or message.created_at).astimezone(zone)
    write = Writer(
        ledger,
        f"message:{message.pk}",
        "Our earlier answer",
        message.created_at,
        _place(message, conversation),
        copy=frozen(message, "text", "sent_at"),
    )
    return Told(
        text=write("text", Kind.TEXT, sentence, "We wrote"),
        at=write("told_at", Kind.MOMENT, at.isoformat(), "We wrote on", unit=zone.key),
        conversation=message.conversation_id,
        channel=write("channel", Kind.TEXT, message.channel.connector.label, "We wrote on")
        if message.channel_id != conversation.channel_id
        else None,
    )


def _place(message: Message, conversation: Conversation) -> str:
    """In its own conversation, which may be another."""
    address = reverse("inbox:conversation", args=[conversation.organization.slug, message.conversation_id])
    return f"{address}#message-{message.pk}"
