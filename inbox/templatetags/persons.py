"""How screens call people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import phonenumbers
from django import template

from connectors.contract import Capability

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inbox.models import Conversation, Customer, Identity, Message

register = template.Library()


@register.filter
def initials(person: object) -> str:
    parts = str(person).replace("@", " ").replace(".", " ").split()
    return "".join(part[0] for part in parts[:2]).upper()


@register.filter
def who(conversation: Conversation) -> str:
    """Whom it is with: their name, or what is known instead of one."""
    customer = conversation.customer
    if customer.name or customer.email or customer.erased_at:
        return str(customer)
    if number := conversation.handles.get("phone"):
        return phone(number)
    return "Visitor" if conversation.channel.can(Capability.WIDGET) else str(customer)


@register.filter
def said_by(message: Message, conversation: Conversation) -> str:
    """Who wrote it. Under a comment others write too; whoever was joined to the customer is the customer."""
    writer = message.customer if message.customer_id != conversation.customer_id else None
    if writer is None or writer.joined_into_id == conversation.customer_id:
        return who(conversation)
    return str(writer)


@register.filter
def persona(customer: Customer, identities: Iterable[Identity]) -> str:
    """Whoever was joined, as they are called; somebody without a name by a number they came by."""
    if customer.name or customer.email:
        return str(customer)
    numbers = (each for each in identities if each.space == "phone" and each.persona_id == customer.pk)
    return next((phone(each.value) for each in numbers), str(customer))


@register.filter
def phone(number: str) -> str:
    """ "+13035550142" → "+1 303-555-0142"; what is no such number as it is."""
    try:
        found = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
