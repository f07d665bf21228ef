"""The brand's own turns of phrase, which an admin wrote: a draft may say them as they stand."""

from __future__ import annotations

from agents.facts.evidence import Evidence, Kind, Ledger
from agents.facts.records.writing import Writer
from agents.writing.voice import Voice
from inbox.models import Conversation


def phrases(conversation: Conversation, ledger: Ledger) -> dict[str, Evidence]:
    """By their words, with the customer's name filled in."""
    organization = conversation.organization
    voice = Voice.of(organization, "")
    name = voice.name_of(conversation.customer)
    write = Writer(ledger, f"voice:{organization.pk}", "The brand's voice", organization.created_at, "")
    said = [
        (turn, phrase.replace("{name}", name)) for turn, options in voice.own.items() for phrase in options
    ]
    signed = {"closing": f"\n{voice.signature}"}  # a closing is never said without
    return {
        words: write(turn, Kind.POLICY, words + signed.get(turn, ""), f"Phrase: {turn}")
        for turn, words in said
    }
