"""What of a customer an answer in one conversation may hold.

Whoever is known to write may be told everything of theirs, on whatever channel it came. Anybody else only what came by the
very name they write under, and nothing that a platform which knows its buyers told: as if nobody had been joined.
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
    """`is_proven`: the writer is known, and nobody else reads the answer."""

    conversation: Conversation
    is_proven: bool

    @classmethod
    def of(cls, conversation: Conversation, message: Message) -> Theirs:
        """In the caller's scope."""
        is_read_by_all = conversation.limits.form is Form.PUBLIC
        is_here = message.channel_id in {None, conversation.channel_id}  # a chat goes on by mail
        channel = conversation.channel if is_here else message.channel
        known = is_verified(channel.connector, message.sender_check)
        return cls(conversation, known and not is_read_by_all and _is_theirs(conversation, message))

    def rows(self, prefix: str = "") -> Q:
        """Of anything that belongs to a customer; `prefix` leads to it ("order__")."""
        owner = Q(**{f"{prefix}customer_id": self.conversation.customer_id})
        if self.is_proven:
            return owner
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
        customer = self.conversation.customer
        return customer if self.is_proven else self.conversation.came_as or customer.alone


def _is_theirs(conversation: Conversation, message: Message) -> bool:
    """Not somebody else's who writes into this conversation."""
    if message.customer_id in {None, conversation.customer_id, conversation.came_as_id}:
        return True
    return Customer.objects.filter(pk=message.customer_id, joined_into=conversation.customer_id).exists()


def _told_by_address() -> list[str]:
    """Shops without messages of their own, whose buyers write by mail: an order is told to the address on it."""
    return [kind for kind, each in registry.connectors().items() if not each.proves_sender]
