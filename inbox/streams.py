"""Comments under a live become rows: a whole batch in a few statements, however many there are, and none of them a
conversation. `promoting.py` makes one of a comment that somebody answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from audit.record import PLATFORM, Deed, record_all
from config.tenancy import current_organization_id
from connectors.events import About, MessageReceived, Spot
from connectors.hidden import reveal
from inbox import grouping
from inbox.models import Channel, Conversation, ConversationState
from inbox.models.comment_group import CommentGroup, GroupKind
from inbox.models.stream import Stream
from inbox.models.stream_comment import StreamComment
from inbox.signals import groups_opened

if TYPE_CHECKING:
    from connectors.events import MessageEdited, MessageHidden, MessageRemoved

Fact = tuple[Channel, MessageReceived]

RECENT = timedelta(minutes=30)  # a group nobody added to since is no longer looked at, unless many did before
MANY = 5
MOST_GROUPS = 600  # of one live that are looked at


@dataclass
class _Heard:
    """A comment on its way into its group."""

    stream: Stream
    event: MessageReceived
    group: CommentGroup | None = None

    @property
    def products(self) -> list[str]:
        """What was shown: as the platform says, else as the moderator does."""
        return list(_about(self.event).products) or self.stream.products


def is_comment(event: MessageReceived) -> bool:
    return event.public and event.about is not None and event.about.kind is Spot.LIVE


def receive(facts: Sequence[Fact]) -> list[Fact]:
    """Keeps the comments of lives, and gives back what is for conversations: everything else, and what continues a
    conversation that somebody began from a comment. In the caller's scope; the same comment twice is one."""
    rest = [fact for fact in facts if not is_comment(fact[1])]
    comments = [fact for fact in facts if is_comment(fact[1])]
    if comments:
        talking = _talking(comments)
        rest += [fact for fact in comments if _thread(fact) in talking]
        _keep([fact for fact in comments if _thread(fact) not in talking])
    return rest


def keep_ours(channel: Channel, event: MessageReceived) -> bool:
    """Whether the seller's own comment stands among the others; what answers in a conversation belongs there."""
    thread = event.thread or event.external_id
    if not is_comment(event) or Conversation.objects.filter(channel=channel, thread=thread).exists():
        return False
    _keep([(channel, event)])
    return True


def _thread(fact: Fact) -> tuple[UUID, str]:
    return fact[0].pk, fact[1].thread or fact[1].external_id


def _talking(facts: Sequence[Fact]) -> set[tuple[UUID, str]]:
    """Of the threads that comments answer in, those of conversations that are not done."""
    threads = {_thread(fact) for fact in facts if fact[1].thread not in {"", fact[1].external_id}}
    if not threads:
        return set()
    rows = Conversation.objects.filter(
        channel__in={channel for channel, _ in threads}, thread__in={thread for _, thread in threads}
    ).exclude(state=ConversationState.CLOSED)
    return threads & set(rows.values_list("channel_id", "thread"))


def _keep(facts: Sequence[Fact]) -> None:
    streams = Stream.behind((channel, _about(event), event.sent_at) for channel, event in facts)
    heard = _new([_Heard(streams[channel.pk, _about(event).external_id], event) for channel, event in facts])
    if not heard:
        return
    opened = _place(heard)
    groups = {each.group.pk: each.group for each in heard if each.group}
    CommentGroup.save_heard(groups.values())
    StreamComment.objects.bulk_create([_row(each) for each in heard], ignore_conflicts=True)
    touched = {each.stream.pk: each.stream for each in heard}
    for stream in touched.values():
        mine = [each.event for each in heard if each.stream is stream]
        stream.learn(_about(max(mine, key=lambda event: event.sent_at)))
        stream.hear(event.sent_at for event in mine)
        stream.tell()
    fields = ["title", "url", "creator", "products", "last_comment_at", "count", "pace"]
    Stream.objects.bulk_update(touched.values(), fields)
    record_all(_deed(stream, heard) for stream in touched.values())
    if opened:
        tell = partial(groups_opened.send, sender=CommentGroup, organization_id=current_organization_id())
        transaction.on_commit(tell)


def _about(event: MessageReceived) -> About:
    assert event.about is not None  # noqa: S101  is_comment
    return event.about


def _new(heard: Iterable[_Heard]) -> list[_Heard]:
    """Looked up after the lives were locked, so a rival with the same comment has committed or waits."""
    each_once = {(each.stream.pk, each.event.external_id): each for each in reversed(list(heard))}
    here = StreamComment.objects.filter(
        stream__in={stream for stream, _ in each_once}, external_id__in={name for _, name in each_once}
    ).values_list("stream_id", "external_id")
    known = set(here)
    new = [each for name, each in each_once.items() if name not in known]
    return sorted(new, key=lambda each: each.event.sent_at)


def _place(heard: Sequence[_Heard]) -> list[CommentGroup]:
    """Gives each its group; those that are new."""
    boards = {stream.pk: grouping.Board([]) for stream in (each.stream for each in heard)}
    newest = max(each.event.sent_at for each in heard)
    recent = Q(last_at__gte=newest - RECENT) | Q(count__gte=MANY)
    rows = CommentGroup.objects.filter(recent, stream__in=boards).order_by("-last_at")
    for group in rows[: MOST_GROUPS * len(boards)]:
        boards[group.stream_id].add(group)
    opened = []
    for each in heard:
        if each.event.ours:
            continue
        text, products = reveal(each.event.text)[0].strip(), each.products
        said, board = grouping.read(text), boards[each.stream.pk]
        group = board.find(said, products)
        if group is None:
            group = _open(each, text, said, products)
            opened.append(group)
            board.add(group)
        known = len(group.phrasings)
        group.hear(each.event.sent_at, said.key)
        if len(group.phrasings) > known:
            board.add(group, said.key)
        each.group = group
    return [group for group in opened if group.kind == GroupKind.NEW]


def _open(each: _Heard, text: str, said: grouping.Said, products: list[str]) -> CommentGroup:
    at = each.event.sent_at
    return CommentGroup(
        stream=each.stream,
        kind=said.kind or GroupKind.NEW,
        text=text[:500],
        products=[] if said.kind else products,
        first_at=at,
        last_at=at,
    )


def _row(each: _Heard) -> StreamComment:
    event = each.event
    return StreamComment(
        stream=each.stream,
        group=each.group,
        external_id=event.external_id,
        thread=event.thread or event.external_id,
        author=reveal(event.sender.display)[0][:200],
        names=dict(event.sender.names),
        text=reveal(event.text)[0],
        products=each.products,
        ours=event.ours,
        at=event.sent_at,
    )


def _deed(stream: Stream, heard: Sequence[_Heard]) -> Deed:
    """One for the batch: the raw deliveries hold each of them."""
    mine = [each for each in heard if each.stream is stream]
    groups = len({each.group.pk for each in mine if each.group})
    return Deed(
        "comments.received",
        actor=PLATFORM,
        subject=stream,
        data={"channel": str(stream.channel_id), "count": len(mine), "groups": groups},
    )


def edited(channel: Channel, event: MessageEdited) -> None:
    """It stays in its group: what many said is not undone by one."""
    _change(channel, event.external_id, text=reveal(event.text)[0])


def removed(channel: Channel, event: MessageRemoved) -> None:
    """Words and author go, also where they stand for what others asked; that somebody asked stays counted."""
    for comment in _change(channel, event.external_id, text="", author="", names={}):
        Stream.hold([comment.stream_id])
        for group in CommentGroup.objects.filter(comments=comment):
            group.speak_for_others()


def hidden(channel: Channel, event: MessageHidden) -> None:
    _change(channel, event.external_id, hidden_at=event.at if event.hidden else None)


def _change(channel: Channel, external_id: str, **news: object) -> list[StreamComment]:
    rows = StreamComment.objects.filter(stream__channel=channel, external_id=external_id)
    changed = list(rows.select_related("stream"))
    for comment in changed:
        StreamComment.objects.filter(pk=comment.pk).update(**news)
        comment.stream.tell()
    return changed
