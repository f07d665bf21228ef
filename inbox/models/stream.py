"""A live with its comments. Thousands come, so they are no conversations: many that ask the same are one group, which
is answered once."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models
from django.utils import timezone

from audit.record import Actor, record
from config.tenancy import TenantModel
from inbox import live
from inbox.models.channel import Channel
from inbox.models.conversation import Conversation
from inbox.models.message import Message
from inbox.models.organization import Membership

if TYPE_CHECKING:
    from connectors.events import About


class Stream(TenantModel):
    """One live video. Its row is locked by whoever places comments or joins groups: both are quick."""

    QUIET = timedelta(minutes=15)  # without a comment for this long, it is over
    REMEMBERED = 30  # minutes of `pace`

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="streams")
    external_id = models.CharField(max_length=200, help_text="The platform's name for the video")
    title = models.CharField(max_length=300, blank=True)
    url = models.URLField(max_length=500, blank=True)
    creator = models.CharField(max_length=200, blank=True, help_text="Whose live it is, where that is told")
    products = models.JSONField(default=list, help_text="What is shown now, by the platform's ids")
    started_at = models.DateTimeField(help_text="Of the first comment that came")
    last_comment_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0, help_text="Comments")
    pace = models.JSONField(default=dict, help_text="Comments by minute (seconds since 1970 / 60)")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "channel", "external_id"], name="one_row_per_live"
            )
        ]
        indexes = [models.Index(fields=["organization", "-last_comment_at", "-id"], name="newest_lives")]

    def __str__(self) -> str:
        return self.title or (f"{self.creator}'s live" if self.creator else "Live")

    @property
    def is_running(self) -> bool:
        return self.last_comment_at > timezone.now() - self.QUIET

    @classmethod
    def behind(cls, told: Iterable[tuple[Channel, About, datetime]]) -> dict[tuple[UUID, str], Stream]:
        """The lives these comments (channel, what they are about, when) were written under, made where there are
        none, locked; by channel and the platform's id."""
        wanted: dict[tuple[UUID, str], Stream] = {}
        for channel, about, at in told:
            name = (channel.pk, about.external_id)
            row = wanted.setdefault(
                name, cls(channel=channel, external_id=about.external_id, started_at=at, last_comment_at=at)
            )
            row.learn(about)
        known = cls._locked(wanted)
        if missing := [row for name, row in wanted.items() if name not in known]:
            cls.objects.bulk_create(missing, ignore_conflicts=True)  # a rival may have heard of it too
            known = cls._locked(wanted)
        for name, row in known.items():
            row.channel = wanted[name].channel
        return known

    @classmethod
    def _locked(cls, names: Iterable[tuple[UUID, str]]) -> dict[tuple[UUID, str], Stream]:
        """In one order everywhere, so that nobody waits in a ring."""
        names = set(names)
        rows = cls.objects.select_for_update().filter(
            channel__in={channel for channel, _ in names}, external_id__in={name for _, name in names}
        )
        found = {(row.channel_id, row.external_id): row for row in rows.order_by("id")}
        return {name: row for name, row in found.items() if name in names}

    def learn(self, about: About) -> None:
        """What the platform says of it now; what it leaves out stays."""
        self.title = about.title[:300] or self.title
        self.url = about.url[:500] or self.url
        self.creator = about.creator[:200] or self.creator
        self.products = list(about.products) or self.products

    def show(self, products: list[str], by: Membership) -> None:
        """From here on comments are about these: few platforms say what is held into the camera."""
        self.products = products
        self.save(update_fields=["products"])
        record("stream.shown", actor=by.actor, subject=self, data={"products": products})
        self.tell()

    def hear(self, moments: Iterable[datetime]) -> None:
        """New comments were written at these moments."""
        pace = {int(minute): count for minute, count in self.pace.items()}
        for at in moments:
            self.count += 1
            self.last_comment_at = max(self.last_comment_at, at)
            minute = int(at.timestamp()) // 60
            pace[minute] = pace.get(minute, 0) + 1
        newest = max(pace, default=0)
        self.pace = {
            str(each): count for each, count in sorted(pace.items()) if each > newest - self.REMEMBERED
        }

    def tell(self) -> None:
        """Its own page looks again after commit; no other does."""
        live.stream_changed(self.tenant, self.pk)


class GroupKind(models.TextChoices):
    NEW = "new", "Not read yet"
    BUYING = "buying", "Question"
    COMPLAINT = "complaint", "Complaint or order"
    OTHER = "other", "Talk"
    GREETING = "greeting", "Greetings"
    SPAM = "spam", "Spam"


class GroupState(models.TextChoices):
    OPEN = "open", "Open"
    ANSWERED = "answered", "Answered"
    DISMISSED = "dismissed", "Dismissed"


_WEIGHTS = {
    GroupKind.COMPLAINT: 5,
    GroupKind.BUYING: 4,
    GroupKind.NEW: 0,
    GroupKind.OTHER: -20,
    GroupKind.GREETING: -40,
    GroupKind.SPAM: -60,
}


class CommentGroup(TenantModel):
    """Comments of one live that say the same. An answered one takes in whoever asks it again."""

    MOST_PHRASINGS = 24
    ASKING = (GroupKind.BUYING, GroupKind.COMPLAINT)

    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, related_name="groups")
    kind = models.CharField(max_length=9, choices=GroupKind, default=GroupKind.NEW)
    state = models.CharField(max_length=9, choices=GroupState, default=GroupState.OPEN)
    text = models.CharField(max_length=500, help_text="What one of them wrote")
    language = models.CharField(max_length=8, blank=True, help_text="ISO 639-1, once it was read")
    products = models.JSONField(default=list, help_text="What was shown when it was asked")
    phrasings = models.JSONField(default=list, help_text="How it was put so far: inbox.grouping.Said.key")
    count = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0, help_text="Of them, how many since it was answered")
    rank = models.FloatField(default=0)
    proposed = models.TextField(blank=True, help_text="The machine's answer; `agents` holds its proof")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    answer = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, help_text="When it was answered or dismissed")

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["stream", "state", "-rank", "id"], name="groups_ranked"),
            models.Index(fields=["stream", "-last_at"], name="groups_newest"),
            models.Index(
                fields=["organization", "first_at"], condition=models.Q(kind="new"), name="groups_to_read"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        return self.state == GroupState.OPEN

    def hear(self, at: datetime, phrasing: str) -> None:
        """One more says it. `save_heard` writes it down."""
        self.count += 1
        self.waiting += 1
        self.first_at, self.last_at = min(self.first_at, at), max(self.last_at, at)
        self.phrase(phrasing)
        self.settle_rank()

    def phrase(self, *phrasings: str) -> None:
        self.phrasings = list(dict.fromkeys([*self.phrasings, *phrasings]))[: self.MOST_PHRASINGS]

    def settle_rank(self) -> None:
        """Complaints and questions first; among them, what most people wait for."""
        self.rank = _WEIGHTS[GroupKind(self.kind)] + math.log2(1 + self.waiting)

    @classmethod
    def save_heard(cls, groups: Iterable[CommentGroup]) -> None:
        """One statement for the new ones and the old."""
        cls.objects.bulk_create(
            list(groups),
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["count", "waiting", "rank", "first_at", "last_at", "phrasings"],
        )

    def answered(self, message: Message, by: Membership) -> None:
        self.answer, self.waiting = message, 0
        self._decide(GroupState.ANSWERED, by)
        self.record(
            "group.answered",
            by.actor,
            {"text": message.text},
            conversation=message.conversation,
            comments=self.count,
        )

    def dismiss(self, by: Membership) -> None:
        self._decide(GroupState.DISMISSED, by)
        self.record("group.dismissed", by.actor, about=self.kind, comments=self.count)

    def reopen(self, by: Membership) -> None:
        self.answer, self.waiting = None, self.count
        self._decide(GroupState.OPEN, None)
        self.record("group.reopened", by.actor)

    def _decide(self, state: GroupState, by: Membership | None) -> None:
        self.state, self.decided_by = state, by
        self.decided_at = None if state == GroupState.OPEN else timezone.now()
        self.settle_rank()
        self.save(update_fields=["state", "decided_by", "decided_at", "answer", "waiting", "rank"])
        self.stream.tell()

    def record(
        self,
        kind: str,
        actor: Actor,
        personal: dict[str, Any] | None = None,
        *,
        conversation: Conversation | None = None,
        **data: Any,
    ) -> None:
        record(
            kind,
            actor=actor,
            subject=self,
            conversation_id=conversation.pk if conversation else None,
            customer_id=conversation.persona_id if conversation else None,
            data={"stream": str(self.stream_id), **data},
            personal=personal,
        )


class StreamComment(TenantModel):
    """What somebody wrote under a live. Its author is a customer only once somebody talks to them."""

    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, related_name="comments")
    group = models.ForeignKey(CommentGroup, null=True, on_delete=models.SET_NULL, related_name="comments")
    external_id = models.CharField(max_length=400)
    thread = models.CharField(max_length=400, help_text="The platform's name for the comment's thread")
    author = models.CharField(max_length=200, blank=True)
    names = models.JSONField(default=dict, help_text="What the platform calls the author: connectors' Party")
    text = models.TextField()
    products = models.JSONField(default=list, help_text="What was shown when it was written")
    ours = models.BooleanField(default=False, help_text="The seller wrote it, outside Waybill")
    at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True)
    hidden_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    conversation = models.ForeignKey(
        Conversation,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="If somebody talked to them",
    )

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "stream", "external_id"], name="the_same_comment_once"
            )
        ]
        indexes = [
            models.Index(fields=["stream", "-at", "-id"], name="comments_newest"),
            models.Index(fields=["group", "-at", "-id"], name="comments_of_group"),
        ]

    def __str__(self) -> str:
        return self.text
