"""The turns of phrase that belong to no fact, in the brand's own voice."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from inbox.models import Customer, Organization

TURNS: dict[str, dict[str, tuple[str, ...]]] = {
    "greeting": {"friendly": ("Hi {name},",), "formal": ("Dear {name},",)},
    "greeting_stranger": {"friendly": ("Hi there,", "Hello,"), "formal": ("Hello,",)},
    "sorry_worried": {
        "friendly": (
            "I understand the worry, so here is exactly what I can see.",
            "I understand that this is worrying, so here is everything I can see.",
        ),
        "formal": ("I understand your concern, and I have looked into this at once.",),
    },
    "sorry_upset": {
        "friendly": (
            "I'm sorry about this, and I understand the frustration.",
            "I'm sorry for the trouble this is causing you.",
        ),
        "formal": (
            "I apologize for the trouble this has caused you.",
            "Please accept our apologies for the inconvenience.",
        ),
    },
    "sorry_delay": {"friendly": ("I'm sorry about the delay.",), "formal": ("We apologize for the delay.",)},
    "sorry_wait": {
        "friendly": ("I'm sorry that this takes so long.", "I'm sorry for the wait."),
        "formal": ("We apologize for the wait.",),
    },
    "sorry_hear": {
        "friendly": ("I'm sorry to hear about this.",),
        "formal": ("I am sorry to hear about this.",),
    },
    "urgent": {
        "friendly": ("I understand that this is urgent.",),
        "formal": ("We understand that this is urgent.",),
    },
    "offer": {
        "friendly": (
            "If there is anything else, just reply here.",
            "Just reply to this message if you need anything else.",
            "Let me know if anything is unclear.",
        ),
        "formal": (
            "Please reply to this message if you have any further questions.",
            "Please let us know if we can help with anything else.",
        ),
    },
    "closing": {
        "friendly": ("Best,", "All the best,", "Warmly,"),
        "formal": ("Kind regards,", "Sincerely,"),
    },
    "automatic": {
        "friendly": ("This is an automatic answer.",),
        "formal": ("This is an automatic answer.",),
    },
}
OWN_TURNS = ("greeting", "offer", "closing")  # those a brand may put in its own words


@dataclass(frozen=True)
class Voice:
    """Picks turns of phrase: always the same ones for the same message, not the same for all."""

    tone: str  # "friendly" or "formal"
    seed: str
    own: Mapping[str, Sequence[str]] = field(default_factory=dict)  # the brand's phrases by turn
    forbidden: tuple[str, ...] = ()
    signature: str = ""
    greets_by: str = "first"
    says_automatic: bool = False

    @classmethod
    def of(cls, organization: Organization, seed: str) -> Voice:
        return cls(
            organization.tone,
            seed,
            organization.phrases,
            tuple(organization.forbidden_words),
            organization.signature or organization.name,
            organization.greets_by,
            organization.says_automatic,
        )

    def say(self, turn: str, **values: str) -> str:
        """In the brand's words where it has some; "" where each way to say it holds a word the brand forbids."""
        tones = TURNS[turn]
        options = [
            *self.own.get(turn, ()),
        ] or [*tones.get(self.tone, tones["friendly"])]
        fitting = [each for each in options if not any(forbidden_in(each, self.forbidden))]
        return _filled(self.pick(turn, fitting), values) if fitting else ""

    def pick(self, turn: str, options: Sequence[str]) -> str:
        digest = sha256(f"{turn}:{self.seed}".encode()).digest()
        return options[int.from_bytes(digest[:4], "big") % len(options)]

    def name_of(self, customer: Customer) -> str:
        return customer.name if self.greets_by == "full" else customer.first_name


def forbidden_in(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where words a brand does not use stand in a text, in any case, whole words only."""
    pattern = "|".join(re.escape(word.strip()) for word in words if word.strip())
    if not pattern:
        return []
    return [match.span() for match in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", text, re.IGNORECASE)]


def _filled(phrase: str, values: Mapping[str, str]) -> str:
    """Only our own placeholders: a brand's phrase may hold braces."""
    for name, value in values.items():
        phrase = phrase.replace(f"{{{name}}}", value)
    return phrase
