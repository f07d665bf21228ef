"""A comment of a live that somebody answers becomes what any answer stands in: a public conversation. So an approved
answer takes the road of all answers: once, with undo, and told where it did not arrive."""

from __future__ import annotations

from typing import Any

from connectors.events import About, MessageReceived, Party, Spot
from inbox import receiving
from inbox.models import Conversation, ConversationState, Membership, Message
from inbox.models.comment_group import CommentGroup, GroupState
from inbox.models.stream_comment import StreamComment
from inbox.rules import Forbidden


def answer(
    group: CommentGroup, text: str, by: Membership, *, own_words: bool = True, **grounds: Any
) -> Message:
    """One answer for all who ask it, under the newest of their comments. Whoever changes the group goes on; raises
    Forbidden, with words for a person, for the others and for what the channel does not take."""
    group = _locked(group)
    if group.state == GroupState.ANSWERED:
        raise Forbidden("This was answered already.")
    comment = answerable(group)
    if comment is None:
        raise Forbidden(
            "Every comment of it is hidden or was taken back, so there is nothing to answer under."
        )
    conversation = _conversation(comment)
    message = conversation.reply(text, by, own_words=own_words, group=str(group.pk), **grounds)
    conversation.close(by)
    group.answered(message, by)
    return message


def take_back(group: CommentGroup, by: Membership) -> bool:
    """Undo an answer nobody has begun to send."""
    group = _locked(group)
    message = group.answer
    if message is None or not message.conversation.take_back(message, by):
        return False
    message.conversation.close(by)
    group.reopen(by)
    return True


def talk(comment: StreamComment, by: Membership) -> Conversation:
    """With one author, as with everybody who writes: in the queue, with a draft, and theirs who began it."""
    conversation = _conversation(comment)
    conversation.reopen(by)
    conversation.assign(by, by)
    return conversation


def set_aside(comment: StreamComment, by: Membership) -> Conversation:
    """The comment's own conversation, for what is done about it: one that nobody has to look at."""
    was = Conversation.objects.filter(channel=comment.stream.channel_id, thread=comment.thread).first()
    conversation = _conversation(comment)
    if was is None or was.state == ConversationState.CLOSED:
        conversation.close(by)
    return conversation


def answerable(group: CommentGroup) -> StreamComment | None:
    """The newest comment that is still there."""
    there = group.comments.filter(hidden_at=None, ours=False).exclude(text="")
    newest: StreamComment | None = there.select_related("stream__channel").order_by("-at", "-id").first()
    return newest


def _locked(group: CommentGroup) -> CommentGroup:
    rows = CommentGroup.objects.select_for_update(of=("self",)).select_related(
        "stream", "answer__conversation__channel"
    )
    return rows.get(pk=group.pk)


def _conversation(comment: StreamComment) -> Conversation:
    """The comment's own, made where there is none yet."""
    stream = comment.stream
    event = MessageReceived(
        external_id=comment.external_id,
        sender=Party(names=comment.names, display=comment.author),
        text=comment.text,
        sent_at=comment.at,
        thread=comment.thread,
        public=True,
        about=About(
            Spot.LIVE, stream.external_id, stream.title, stream.url, stream.creator, tuple(comment.products)
        ),
    )
    receiving.receive([(stream.channel, event)])
    conversation = (
        Conversation.objects.select_for_update(of=("self",))
        .select_related("channel", "customer")
        .get(channel=stream.channel, thread=comment.thread)
    )
    StreamComment.objects.filter(pk=comment.pk).update(conversation=conversation)
    return conversation
