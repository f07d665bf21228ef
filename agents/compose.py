"""Drafts without a model: an answer built from a plan, from the same facts, under the same verification."""

from __future__ import annotations

from dataclasses import dataclass, field

from agents.evidence import Sentence
from agents.known import Facts
from agents.understand import Understanding
from inbox.models import Conversation, Message


@dataclass(frozen=True)
class Composed:
    """An answer, or (needs_person) why there is none. `reason` is shown in the panel's header."""

    sentences: list[Sentence] = field(default_factory=list)
    reason: str = ""
    needs_person: bool = False


def compose(message: Message, conversation: Conversation, seen: Understanding, facts: Facts) -> Composed:
    """Never raises for lack of facts: what is not known is asked, or handed to a person."""
    raise NotImplementedError
