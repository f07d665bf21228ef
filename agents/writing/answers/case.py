"""What an answer to one wish is made from, and what comes out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from agents.checking.claims.wording import sentences, stems
from agents.facts.evidence import Evidence, Sentence
from agents.facts.known import Facts, OrderFacts
from agents.understanding.intents import Detail, IntentKind
from agents.understanding.message import Understanding
from agents.understanding.mood import MoodKind
from agents.writing.voice import Voice
from connectors.contract import Form, Limits, Wording

Paragraph = list[Sentence]

UPSET = {MoodKind.FRUSTRATED, MoodKind.ANGRY}


@dataclass(frozen=True)
class Case:
    """One customer's message and all that is known. `meant` is the order one answer is about, if any."""

    facts: Facts
    seen: Understanding
    voice: Voice
    text: str  # what the customer wrote
    limits: Limits
    meant: OrderFacts | None = None

    @property
    def order(self) -> OrderFacts:
        """Only for wishes that the plan never answers without an order."""
        if self.meant is None:
            raise ValueError("No order is meant; the plan should have asked which.")
        return self.meant

    @property
    def words(self) -> frozenset[str]:
        return stems(self.text)

    @property
    def links_allowed(self) -> bool:
        return self.limits.links_allowed and self.limits.form is not Form.PUBLIC

    @property
    def stays_here(self) -> bool:
        """The platform forbids to ask for another way to write."""
        return self.limits.forbids(Wording.ELSEWHERE) or self.limits.forbids(Wording.EMAIL_ADDRESS)

    @property
    def is_letter(self) -> bool:
        """They write from an address; in a chat or under a post they have none."""
        return self.limits.form is Form.LETTER

    @property
    def is_upset(self) -> bool:
        return self.seen.mood.kind in UPSET

    def details(self, kind: IntentKind) -> set[Detail]:
        """What more was understood of a wish: damaged, late, wrong item …"""
        return {each.detail for each in self.seen.intents if each.kind is kind and each.detail}

    def says(self, pattern: str) -> bool:
        return bool(re.search(pattern, self.text, re.IGNORECASE))

    def says_only(self, words: str) -> bool:
        """Nothing but that something of theirs is meant: these words, and the order's number."""
        number = stems(self.meant.number) if self.meant else frozenset()
        return not {each for each in self.words - number - stems(words) if len(each) > 1}

    def passage(self, pattern: str) -> Evidence | None:
        """The best passage with these words in it."""
        return next((p for p in self.facts.passages if re.search(pattern, p.value, re.IGNORECASE)), None)

    def courtesy(self, turn: str, *grounds: Evidence | None, **values: str) -> Paragraph:
        """A turn of phrase in the brand's voice; nothing where its forbidden words leave none."""
        words = self.voice.say(turn, **values)
        return [say(words, *grounds, self.facts.phrases.get(words))] if words else []


@dataclass(frozen=True)
class Answer:
    """Paragraphs for the customer, or (needs_person) none. `reason` is for the member: what stands behind it.

    `proposals` are what somebody should do beside sending it, in words.
    """

    paragraphs: list[Paragraph] = field(default_factory=list)
    reason: str = ""
    needs_person: bool = False
    proposals: tuple[str, ...] = ()


def say(text: str, *grounds: Evidence | None) -> Sentence:
    """A sentence and the evidence it stands on."""
    return Sentence(text, tuple(dict.fromkeys(item.number for item in grounds if item is not None)))


def quote(passage: Evidence | None, about: str = "") -> Paragraph:
    """What a passage says, in its own words: whole sentences, so that no condition is lost.

    With `about`, only the sentences with these words and what follows them.
    """
    if passage is None:
        return []
    said = list(sentences(passage.value))
    if about:
        start = next((n for n, each in enumerate(said) if re.search(about, each, re.IGNORECASE)), 0)
        said = said[start:]
    return [say(each, passage) for each in said]


def handover(reason: str) -> Answer:
    return Answer(reason=reason, needs_person=True)


def hand_on() -> Sentence:
    return say("A teammate will look into it and get back to you here.")
