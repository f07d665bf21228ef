"""What the composer knows of the conversation it writes in: until when, by which rule, and how a comment is answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django import template

from connectors.commands import HideComment
from connectors.contract import Capability
from inbox import privately, rules

if TYPE_CHECKING:
    from inbox.models import Channel, Conversation, Message, MessageTemplate

register = template.Library()


@register.simple_tag
def window(conversation: Conversation) -> rules.Window | None:
    return rules.standing(conversation)


@register.filter
def span(allowed: object) -> str:
    return rules.span(allowed)  # type: ignore[arg-type]


@register.filter
def takes_templates(conversation: Conversation) -> bool:
    return conversation.channel.can(Capability.TEMPLATES) and not conversation.is_public


@register.filter
def blank_words(chosen: MessageTemplate, key: str) -> str:
    """What a person is asked to fill in."""
    part, _, name = key.partition(".")
    if part == "button":
        return f"End of the address behind “{chosen.buttons[int(name.partition('.')[0])]}”"
    asked = f"Blank {name}" if name.isdigit() else name.replace("_", " ").capitalize()
    return f"{asked} of the heading" if part == "header" else asked


@register.filter
def value_of(values: dict[str, str], key: str) -> str:
    return values.get(key, "")


@dataclass(frozen=True)
class Private:
    """The newest comment in a public conversation, as far as it may be answered where nobody else reads it."""

    comment: Message
    until: datetime | None
    why_not: str
    answer: Message | None


@register.simple_tag
def private(conversation: Conversation) -> Private | None:
    """None where the channel has no such thing, or nobody has commented."""
    if not conversation.is_public or not privately.is_offered(conversation.channel):
        return None
    said = conversation.messages.filter(direction="in", removed_at=None).select_related(
        "channel", "private_reply", "customer"
    )
    comment = said.order_by("-created_at", "-id").first()
    if comment is None:
        return None
    return Private(comment, privately.until(comment), privately.why_not(comment), comment.private_reply)


@register.filter
def hides_comments(channel: Channel) -> bool:
    return HideComment in channel.connector.commands
