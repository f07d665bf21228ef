"""What many say under a live. Thousands of comments come, so they are no conversations: those that ask the same are one
group, which is answered once."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models.functions import Left, Trim
from django.utils import timezone

from audit.record import Actor, record
from config.tenancy import TenantModel
from inbox import grouping
from inbox.models.conversation import Conversation
from inbox.models.message import Message
from inbox.models.organization import Membership
from inbox.models.stream import Stream


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

    def speak_for_others(self) -> None:
        """Only in words that still stand under the live, after some went; with none, it goes. The live is held."""
        others = self.comments.filter(ours=False).exclude(text="").values_list("text", flat=True)
        words = list(others.annotate(first=models.Min("at")).order_by("first")[: self.MOST_PHRASINGS])
        if not words:
            self.delete()
            return
        self.phrasings = []
        self.phrase(*(grouping.read(each.strip()).key for each in words))
        if not others.annotate(said=Left(Trim("text"), 500)).filter(said=self.text).exists():
            self.text, self.proposed = words[0].strip()[:500], ""
            self.kind = GroupKind.NEW if self.kind in self.ASKING else self.kind
        self.save(update_fields=["text", "proposed", "kind", "phrasings"])

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
