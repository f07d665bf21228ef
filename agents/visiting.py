"""Proof in the chat: who knows an order's number and reads mail to the address on it may be told about that order."""

from __future__ import annotations

from uuid import UUID

from agents import identity
from agents.facts.theirs import Theirs
from agents.models import CheckState, IdentityCheck
from audit.record import MACHINE
from config.tenancy import scope
from inbox.chat import showing, vouching
from inbox.chat.hearing_out import hear_out
from inbox.models import Channel, Direction


def prove(organization_id: UUID, channel_id: UUID, visitor: UUID, number: str, email: str) -> None:
    """Sends a code if there is such an order under that address. Nobody hears whether there is."""
    hear_out(organization_id, channel_id, visitor)  # that is where the proof will stand
    with scope(organization_id):
        channel = Channel.objects.get(pk=channel_id)
        conversation = showing.conversation_of(channel, visitor)
        question = (
            conversation
            and conversation.messages.filter(direction=Direction.IN).order_by("-created_at").first()
        )
        if not conversation or not question:
            return
        order = identity.of_another(Theirs.of(conversation, question), number)
        if order is None or order.contact.lower() != email.lower():
            return
        check = IdentityCheck.offer(conversation, order, question)
        if check:
            check.request(MACHINE)


def take_code(channel: Channel, visitor: UUID, digits: str) -> IdentityCheck | None:
    """What it proves; None where it is wrong. In the caller's scope."""
    conversation = showing.conversation_of(channel, visitor)
    if conversation is None or len(digits) < 6:
        return None
    sent = IdentityCheck.objects.filter(conversation=conversation, state=CheckState.SENT)
    for check in sent.select_related("order__customer", "order__came_as", "conversation__customer").order_by(
        "-sent_at"
    ):
        if check.is_running and check.take(digits):
            vouching.prove(visitor, check.contact, (check.order.came_as or check.order.customer).name)
            return check
    return None
