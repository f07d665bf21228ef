from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone

from audit.record import PLATFORM, record
from config.tenancy import TenantModel, new_id
from config.wake import do_here, wake
from connectors.commands import FilledTemplate
from connectors.events import File, MessageReceived, SenderCheck
from inbox import live
from inbox.models.attachment import Attachment
from inbox.models.channel import Channel
from inbox.models.conversation import Conversation
from inbox.models.customer import Customer
from inbox.models.organization import Membership
from inbox.models.outgoing import Outgoing, OutgoingState

SENDER_CHECKS = [
    (SenderCheck.NOT_CHECKED.value, "not checked"),
    (SenderCheck.PASSED.value, "verified"),
    (SenderCheck.FAILED.value, "could not be verified"),
    (SenderCheck.UNSURE.value, "checked, without a result"),
]


class Direction(models.TextChoices):
    IN = "in", "From the customer"
    OUT = "out", "To the customer"


class Message(Outgoing):
    """One utterance. Outgoing ones carry their own way to the platform (see Outgoing)."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+", db_index=False)
    direction = models.CharField(max_length=3, choices=Direction)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    external_id = models.CharField(max_length=400, null=True)  # noqa: DJ001  None until the platform gave one
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField()
    quoted = models.TextField(blank=True, help_text="What was cut from below the answer")
    hidden = models.JSONField(
        default=list, help_text="What nobody could see in it: [{kind, text}], connectors.hidden.HiddenKind"
    )
    sender_check = models.CharField(
        max_length=12,
        choices=SENDER_CHECKS,
        default=SenderCheck.NOT_CHECKED,
        help_text="What the receiving server says of who wrote",
    )
    sender_said = models.CharField(max_length=100, blank=True, help_text="dmarc fail, dkim none, spf pass")
    automatic = models.BooleanField(default=False, help_text="A vacation notice and the like; never answered")
    past = models.BooleanField(
        default=False, help_text="From before the channel was connected; never drafted for"
    )
    topics = models.JSONField(default=list, help_text="What a machine's answer is about: intents, for Pause")
    about = models.JSONField(
        null=True, help_text="What it was written under or beside: connectors.events.About"
    )
    template = models.JSONField(
        null=True, help_text="What its words are made of: connectors.commands.FilledTemplate"
    )
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    edited_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True, help_text="The customer took it back")
    covered_at = models.DateTimeField(
        null=True, help_text="Since when only its writer and the seller see this comment"
    )
    private_reply = models.OneToOneField(
        "self",
        null=True,
        on_delete=models.SET_NULL,
        related_name="answered_comment",
        help_text="The one direct message that answers this comment",
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta(Outgoing.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "channel", "external_id"], name="the_same_message_once"
            ),
            models.UniqueConstraint(
                fields=["organization", "send_key"],
                condition=~models.Q(send_key=""),
                name="the_same_answer_once",
            ),
        ]
        indexes = [
            models.Index(fields=["conversation", "created_at", "id"], name="thread_of_conversation"),
            models.Index(
                fields=["organization", "send_after"],
                condition=models.Q(send_state__in=["queued", "sending", "uncertain"]),
                name="owed_messages",
            ),
        ]

    @classmethod
    def queue(
        cls,
        conversation: Conversation,
        text: str,
        author: Membership | None,
        *,
        key: str,
        files: Sequence[File],
        topics: Sequence[str] = (),
        template: FilledTemplate | None = None,
    ) -> tuple[Message, bool]:
        """The message owed, and whether it is new. It is sent after commit and the time for undo."""
        key = key or new_id().hex
        now = timezone.now()
        undo = 0 if conversation.limits.at_once else settings.UNDO_SECONDS
        message, is_new = cls.objects.get_or_create(
            send_key=key,
            defaults={
                "conversation": conversation,
                "channel_id": conversation.channel_id,
                "direction": Direction.OUT,
                "author": author,
                "text": text,
                "subject": conversation.subject,
                "topics": list(topics),
                "template": asdict(template) if template else None,
                "send_state": OutgoingState.QUEUED,
                "send_after": now + timedelta(seconds=undo),
                "created_at": now,
            },
        )
        if is_new:
            message.attach(files)
            if conversation.limits.at_once:
                do_here("inbox.tasks.deliver", message.tenant, message_id=message.pk)
            else:
                message.wake()
        return message, is_new

    @classmethod
    def receive(
        cls, arrived: Sequence[tuple[Channel, Conversation, MessageReceived, Customer]], *, past: bool = False
    ) -> list[Message]:
        rows = [
            cls(
                conversation=conversation,
                channel=channel,
                direction=Direction.IN,
                customer=customer,
                external_id=event.external_id,
                subject=event.subject[:300],
                text=event.text,
                quoted=event.quoted,
                hidden=[each.as_json() for each in event.hidden],
                sender_check=event.authentication.check,
                sender_said=event.authentication.said[:100],
                automatic=event.automatic,
                about=event.about.as_json() if event.about else None,
                sent_at=event.sent_at,
                past=past,
                **({"created_at": event.sent_at} if past else {}),  # its place in the thread
            )
            for channel, conversation, event, customer in arrived
        ]
        cls.objects.bulk_create(rows)
        live.said(*{conversation.pk for _, conversation, _, _ in arrived})
        for row, (_, _, event, _) in zip(rows, arrived, strict=True):
            row.attach(event.files)
        return rows

    @classmethod
    def written_elsewhere(cls, conversation: Conversation, event: MessageReceived) -> Message:
        """The seller's own answer at the platform: sent, and by nobody we know."""
        message: Message = cls.objects.create(
            conversation=conversation,
            channel_id=conversation.channel_id,
            direction=Direction.OUT,
            external_id=event.external_id,
            subject=event.subject[:300],
            text=event.text,
            quoted=event.quoted,
            automatic=event.automatic,
            about=event.about.as_json() if event.about else None,
            send_state=OutgoingState.SENT,
            sent_at=event.sent_at,
        )
        message.attach(event.files)
        live.said(conversation.pk)
        return message

    @classmethod
    def on_its_way(cls, conversation: Conversation, text: str) -> Message | None:
        """The answer of ours with these words whose arrival nobody has confirmed yet."""
        leaving = cls.objects.filter(
            conversation=conversation,
            direction=Direction.OUT,
            send_state__in=[OutgoingState.SENDING, OutgoingState.UNCERTAIN],
        )
        return next((each for each in leaving if _same_words(each.text, text)), None)

    @classmethod
    def here(cls, names: Iterable[tuple[Channel, str]]) -> set[tuple[UUID, str]]:
        """Which of these messages, by channel and the platform's id, are known already."""
        wanted = {(channel.pk, external_id) for channel, external_id in names}
        rows = cls.objects.filter(
            channel__in={channel for channel, _ in wanted}, external_id__in={name for _, name in wanted}
        )
        return wanted & set(rows.values_list("channel_id", "external_id"))

    def edit(self, text: str, at: datetime) -> bool:
        """The customer changed their words. False where nothing is new."""
        if self.removed_at or text == self.text or (self.edited_at and at <= self.edited_at):
            return False
        self.text, self.edited_at = text, at
        self.save(update_fields=["text", "edited_at"])
        live.said(self.conversation_id)
        return True

    def grow(self, text: str, about: dict[str, object], *, automatic: bool) -> None:
        """More has become known of a call; nobody has changed their words."""
        self.text, self.about, self.automatic = text, about, automatic
        self.save(update_fields=["text", "about", "automatic"])

    def remove(self, at: datetime) -> bool:
        """The customer took it back: words and files go."""
        if self.removed_at:
            return False
        Attachment.discard(self.attachments.all())
        self.text, self.quoted, self.hidden, self.removed_at = "", "", [], at
        self.save(update_fields=["text", "quoted", "hidden", "removed_at"])
        live.said(self.conversation_id)
        return True

    def cover(self, hidden: bool, at: datetime) -> bool:
        """The platform hides this comment, or shows it again. False where that is no news."""
        if self.removed_at or hidden == bool(self.covered_at):
            return False
        self.covered_at = at if hidden else None
        self.save(update_fields=["covered_at"])
        return True

    def attach(self, files: Sequence[File]) -> None:
        for place, file in enumerate(files):
            is_read = not self.is_out and not self.past and place < Attachment.MOST_READ
            Attachment.keep(self, file, is_read=is_read)

    def send_on(self, channel: Channel) -> bool:
        """Once more, over another channel: it is there, and nobody saw it."""
        there = models.Q(send_state=OutgoingState.SENT, channel=self.channel_id, read_at=None)
        if not self._move(
            there,
            channel_id=channel.pk,
            send_state=OutgoingState.QUEUED,
            external_id=None,
            send_attempts=0,
            send_after=timezone.now(),
        ):
            return False
        self.wake()
        return True

    @property
    def is_sent_on(self) -> bool:
        """It goes, or came, another way than its conversation began."""
        return self.channel_id != self.conversation.channel_id

    def mark_sent(self, external_id: str, at: datetime) -> bool:
        """The platform may have shown it before it answered us, in words it changed: that copy goes."""
        copies = Message.objects.filter(channel=self.channel_id, external_id=external_id, send_key="")
        copies.exclude(pk=self.pk).delete()
        return super().mark_sent(external_id, at)

    def _move(self, wanted: models.Q, **changes: Any) -> bool:
        is_moved = super()._move(wanted, **changes)
        if is_moved and "sent_at" in changes:  # its shopper sees it from then on
            live.said(self.conversation_id)
        return is_moved

    def come_back(self, reason: str) -> None:
        """It was sent, and did not arrive after all."""
        changed = Message.objects.filter(pk=self.pk).exclude(send_state=OutgoingState.FAILED)
        if not changed.update(send_state=OutgoingState.FAILED, problem=reason):
            return
        self.conversation.reopen(because="bounce")
        self.conversation.mark(add="not_delivered")
        record(
            "message.bounced",
            actor=PLATFORM,
            subject=self,
            conversation_id=self.conversation_id,
            customer_id=self.conversation.persona_id,
            personal={"reason": reason},
        )

    def wake(self) -> None:
        """Tell a worker when this is due. If nobody hears it, the sweeper finds the row."""
        due = self.send_after or timezone.now()
        seconds = max(0.0, (due - timezone.now()).total_seconds())
        wake("inbox.tasks.deliver", self.tenant, after=seconds, message_id=self.pk)

    @classmethod
    def release(cls, channel: Channel) -> None:
        """The channel is connected again: what was held back goes out now, and not at its next try."""
        waiting = [OutgoingState.QUEUED, OutgoingState.UNCERTAIN]
        held = cls.objects.filter(channel=channel, send_state__in=waiting).exclude(problem="")
        for message in held.order_by("send_after")[:200]:  # the sweeper finds the rest
            message.send_after = timezone.now()
            message.save(update_fields=["send_after"])
            message.wake()

    @property
    def is_out(self) -> bool:
        return self.direction == Direction.OUT

    @property
    def is_of_doubtful_sender(self) -> bool:
        """Their own server's rules say that somebody else wrote it."""
        return self.sender_check == SenderCheck.FAILED

    @property
    def is_by_machine(self) -> bool:
        return self.is_out and bool(self.send_key) and self.author_id is None

    @property
    def is_from_elsewhere(self) -> bool:
        """The seller wrote it outside Waybill."""
        return self.is_out and not self.send_key

    @property
    def can_undo(self) -> bool:
        return self.send_state == OutgoingState.QUEUED and self.send_attempts == 0


def _same_words(one: str, other: str) -> bool:
    """Platforms change spaces and marks, and some add a line of their own."""
    first, second = ("".join(filter(str.isalnum, each.casefold())) for each in (one, other))
    return first == second or (len(first) > 20 and second.startswith(first))


class Note(TenantModel):
    """One that only members see; no road leads from here to a customer."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["conversation", "created_at"], name="notes_of_conversation")]
