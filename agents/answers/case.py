"""What an answer to one wish is made from, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass, field

from agents.evidence import Evidence, Sentence
from agents.known import Facts, OrderFacts
from agents.phrases import Voice
from agents.understand import Understanding

Paragraph = list[Sentence]


@dataclass(frozen=True)
class Case:
    facts: Facts
    seen: Understanding
    voice: Voice
    text: str  # what the customer wrote
    links_allowed: bool

    @property
    def order(self) -> OrderFacts:
        """The order meant. Only asked for once `focus` is known."""
        assert self.facts.focus is not None  # noqa: S101  the plan has asked back before
        return self.facts.focus


@dataclass(frozen=True)
class Answer:
    """Paragraphs for the customer, or (needs_person) none. `reason` is for the member: what stands behind it."""

    paragraphs: list[Paragraph] = field(default_factory=list)
    reason: str = ""
    needs_person: bool = False


def say(text: str, *grounds: Evidence | None) -> Sentence:
    """A sentence and the evidence it stands on."""
    return Sentence(text, tuple(dict.fromkeys(item.number for item in grounds if item is not None)))


def handover(reason: str) -> Answer:
    return Answer(reason=reason, needs_person=True)
