"""What of a customer an answer in one conversation may hold.

Whoever is known to write may be told everything of theirs, on whatever channel it came. Anybody else only what came by the
very name they write under, and nothing that a platform which knows its buyers told: as if nobody had been joined. Under
another name than the conversation's (a second address, a letter passed on) that is nothing at all.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from connectors import registry
from connectors.contract import Form
from inbox.models import Conversation, Customer, Message
from inbox.proofs import is_verified


@dataclass(frozen=True)
class Theirs:
    """`is_proven`: the writer is known, and nobody else reads the answer. `other`: who writes under another name than
    the conversation's."""

    conversation: Conversation
    is_proven: bool
    other: Customer | None = None

    @classmethod
    def of(cls, conversation: Conversation, message: Message) -> Theirs:
        """In the caller's scope."""
        is_read_by_all = conversation.limits.form is Form.PUBLIC
        is_here = message.channel_id in {None, conversation.channel_id}  # a chat goes on by mail
        channel = conversation.channel if is_here else message.channel
        known = is_verified(channel.connector, message.sender_check)
        other = None if message.customer_id in {None, conversation.persona_id} else message.customer
        is_proven = known and not is_read_by_all and _is_of(conversation, other)
        return cls(conversation, is_proven, other)

    def rows(self, prefix: str = "") -> Q:
        """Of anything that belongs to a customer; `prefix` leads to it ("order__")."""
        owner = Q(**{f"{prefix}customer_id": self.conversation.customer_id})
        if self.is_proven:
            return owner
        if self.other:
            return Q(pk__in=[])
        return owner & Q(**{f"{prefix}came_as_id": self.conversation.came_as_id})

    def orders(self, prefix: str = "") -> Q:
        if self.is_proven:
            return self.rows(prefix)
        here = Q(**{f"{prefix}channel_id": self.conversation.channel_id})
        return self.rows(prefix) & (here | Q(**{f"{prefix}channel__kind__in": _told_by_address()}))

    def talks(self, prefix: str = "") -> Q:
        """Conversations: what was said on another channel only a proven writer may be reminded of."""
        if self.is_proven:
            return self.rows(prefix)
        return self.rows(prefix) & Q(**{f"{prefix}channel_id": self.conversation.channel_id})

    @property
    def reader(self) -> Customer:
        """Whose name an answer may hold."""
        if self.is_proven:
            return self.conversation.customer
        return self.other or self.conversation.writer


def _is_of(conversation: Conversation, other: Customer | None) -> bool:
    """Not somebody else who writes into this conversation."""
    return other is None or conversation.customer_id in {other.pk, other.joined_into_id}


def _told_by_address() -> list[str]:
    """Shops without messages of their own, whose buyers write by mail: an order is told to the address on it."""
    return [kind for kind, each in registry.connectors().items() if not each.proves_sender]
