"""The one direct message with which a comment may be answered, where nobody else reads it.

It stands in a thread of its own, whose name only the platform knows: until it answers, the thread is called after the
comment. What the customer says there later joins it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone

from connectors.commands import ReplyPrivately
from inbox.models import Channel, Conversation, Identity, Membership, Message, OutgoingState, Proof
from inbox.people import Known
from inbox.rules import Forbidden

_FREE = {OutgoingState.FAILED, OutgoingState.CANCELLED}  # it never got there, so the one chance is left


def is_offered(channel: Channel) -> bool:
    return ReplyPrivately in channel.connector.commands


def until(comment: Message) -> datetime | None:
    """When the time for it is over; None where the platform names none."""
    allowed = comment.channel.connector.limits.private_reply
    return (comment.sent_at or comment.created_at) + allowed if allowed else None


def why_not(comment: Message) -> str:
    """Why this can't be answered privately, in words for whoever wants to; "" where it can."""
    if not is_offered(comment.channel) or comment.is_out:
        return f"{comment.channel} has no private answers to this."
    if comment.removed_at:
        return "The customer took this comment back."
    if comment.private_reply and comment.private_reply.send_state not in _FREE:
        return "This comment has had its one private answer."
    end = until(comment)
    if end and timezone.now() > end:
        return f"{comment.channel} allows a private answer for {_days(comment)} days after a comment; that time is over."
    return ""


def reply(comment: Message, text: str, author: Membership, *, key: str = "") -> Message:
    """Queue it, from a person. The same `key` twice is the same answer. Raises Forbidden.

    The caller holds the comment's conversation locked, so two who want to answer take turns.
    """
    before = comment.private_reply
    if before and key and before.send_key == key:
        return before
    if refusal := why_not(comment):
        raise Forbidden(refusal)
    answer = _thread_of(comment).reply(text, author, key=key)
    comment.private_reply = answer
    comment.save(update_fields=["private_reply"])
    comment.conversation.answered_beside(author)
    return answer


def arrived(message: Message, thread: str, names: Mapping[str, str]) -> None:
    """The platform has said where it went: the thread is called so from now on, or joins the one that has that name."""
    if not thread or message.conversation.thread == thread:
        return
    rows = Conversation.objects.select_for_update(of=("self",))
    own = rows.get(pk=message.conversation_id)
    other = rows.filter(channel=own.channel_id, thread=thread).first()
    if other is None:
        own.thread, own.handles = thread, dict(names)
        own.save(update_fields=["thread", "handles"])
        Identity.claim({(space, value.lower()): _name(own, space, value) for space, value in names.items()})
        return
    message.conversation = other
    message.save(update_fields=["conversation"])
    other.count_anew()
    if own.messages.exists():
        own.resay()
    else:
        own.delete()


def _thread_of(comment: Message) -> Conversation:
    """After a try that failed, the same again."""
    author = Known.of(comment.customer or comment.conversation.customer)
    row, _ = Conversation.objects.get_or_create(
        channel=comment.channel,
        thread=f"private/{comment.external_id}",
        defaults={
            "customer": author.customer,
            "came_as_id": author.came_as_id,
            "order_number": comment.conversation.order_number,
            "unread": False,
        },
    )
    return row


def _name(own: Conversation, space: str, value: str) -> Identity:
    """The platform says to whom it went."""
    return Identity(
        customer=own.customer,
        came_as_id=own.came_as_id,
        space=space,
        value=value.lower(),
        proof=Proof.PLATFORM,
    )


def _days(comment: Message) -> int:
    allowed = comment.channel.connector.limits.private_reply
    return allowed.days if allowed else 0
