from __future__ import annotations

from typing import TYPE_CHECKING

from agents.actions.kind import About, Kind, NotPossible
from agents.actions.wishing import WishForm
from inbox import correcting

if TYPE_CHECKING:
    from agents.models import Action
    from inbox.models import Conversation, Membership


class BlockSender(Kind):
    """Spam: whatever they write from now on is kept among the notices, and wakes nobody."""

    name = "block_sender"
    label = "Block sender"
    icon = "shield-ban"
    about = About.CONVERSATION
    is_ours = True
    form_class = WishForm

    def check(self, action: Action) -> None:
        conversation = _conversation(action)
        if conversation.customer.orders.exists():
            raise NotPossible(f"{conversation.customer} has bought something: a customer is not blocked.")
        if not correcting.sender_of(conversation):
            raise NotPossible("Nobody knows who wrote this.")

    def effect(self, action: Action) -> str:
        conversation = _conversation(action)
        return (
            f"{correcting.sender_of(conversation)} is blocked on {conversation.channel}: what they write is kept among "
            "the notices. This conversation is done."
        )

    def do(self, action: Action, by: Membership | None) -> None:
        correcting.block(_conversation(action), by)


def _conversation(action: Action) -> Conversation:
    if action.conversation is None:
        raise NotPossible("Blocking needs a conversation.")
    return action.conversation
