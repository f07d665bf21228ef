from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from audit.record import CLOCK, MACHINE, PLATFORM, Actor, record
from config.tenancy import TenantModel
from connectors.commands import FilledTemplate
from connectors.contract import Form, Limits
from connectors.events import MessageReceived
from inbox import clocks, live, rules
from inbox.models.channel import Channel
from inbox.models.customer import Belonging, Customer
from inbox.models.decisions import Assignment, Closure, Snooze
from inbox.models.organization import Membership

if TYPE_CHECKING:
    from inbox.models.message import Message, Note


class ConversationState(models.TextChoices):
    OPEN = "open", "Open"
    SNOOZED = "snoozed", "Snoozed"
    CLOSED = "closed", "Done"


class Priority(models.IntegerChoices):
    NORMAL = 0, "Normal"
    HIGH = 1, "High"
    URGENT = 2, "Urgent"


class Conversation(Belonging):
    """One thread with one customer on one channel.

    What a list shows (state, snippet, last_message_at, marks) is kept on the row, so that lists never load bodies.
    """

    RECENT = timedelta(days=3)  # what was asked longer ago, somebody has answered or given up on

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="conversations")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="conversations")
    thread = models.CharField(max_length=400, help_text="The platform's name for the thread")
    handles = models.JSONField(
        default=dict, help_text="The names the customer used here: where an answer goes"
    )
    is_public = models.BooleanField(
        default=False, db_default=False, help_text="Under a comment: everybody reads what is answered here"
    )
    subject = models.CharField(max_length=300, blank=True)
    order_number = models.CharField(
        max_length=60, blank=True, help_text="When the platform ties the thread to an order"
    )
    state = models.CharField(max_length=8, choices=ConversationState, default=ConversationState.OPEN)
    assignee = models.ForeignKey(
        Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="conversations"
    )
    unread = models.BooleanField(default=True)
    snippet = models.CharField(max_length=160, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    last_message_at = models.DateTimeField(default=timezone.now)
    waiting_since = models.DateTimeField(
        null=True, help_text="When the customer's oldest unanswered message came"
    )
    due_at = models.DateTimeField(null=True, help_text="When an answer is due by the channel's clock")
    snoozed_until = models.DateTimeField(null=True)
    priority = models.SmallIntegerField(choices=Priority, default=Priority.NORMAL, db_default=Priority.NORMAL)
    taken_at = models.DateTimeField(
        null=True, help_text="Since when a person answers here and no machine, until the customer comes back"
    )
    marks = ArrayField(
        models.CharField(max_length=24), default=list, help_text="Shown in the list: draft_ready, handoff …"
    )

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "channel", "thread"], name="one_conversation_per_thread"
            )
        ]
        indexes = [
            models.Index(fields=["organization", "state", "-last_message_at", "-id"], name="inbox_list"),
            models.Index(
                fields=["organization", "assignee", "state", "-last_message_at", "-id"], name="inbox_mine"
            ),
            models.Index(
                fields=["organization", "channel", "state", "-last_message_at", "-id"],
                name="inbox_by_channel",
            ),
            models.Index(
                fields=["organization", "state", "-last_message_at", "-id"],
                condition=models.Q(unread=True),
                name="inbox_unread",
            ),
            models.Index(
                fields=["organization", "state", "-last_message_at", "-id"],
                condition=models.Q(priority__gt=0),
                name="inbox_pressing",
            ),
            models.Index(
                fields=["organization", "due_at", "id"],
                condition=models.Q(state="open", due_at__isnull=False),
                name="inbox_by_due",
            ),
            models.Index(fields=["customer", "-last_message_at"], name="conversations_of_customer"),
            models.Index(
                fields=["organization", "snoozed_until"],
                condition=models.Q(state="snoozed"),
                name="snoozed_due",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.snippet

    @property
    def limits(self) -> Limits:
        """What may be written here: the channel's, and under a comment nothing about anybody."""
        limits = self.channel.connector.limits
        if not self.is_public:
            return limits
        return replace(limits, form=Form.PUBLIC, reply_window=None, person_window=None)

    @property
    def writer(self) -> Customer:
        """Whoever this is with, as they are known by the name they came by: joined or not, nothing of another is theirs."""
        return self.came_as or self.customer.alone

    @property
    def silence(self) -> str:
        """Why nothing can be written here, in words; "" where something can."""
        return rules.silence(self)

    # Verbs. Each one is called inside a scope, writes the trail in the same transaction, and tells the screens.

    def reply(
        self,
        text: str,
        author: Membership | None = None,
        *,
        key: str = "",
        files: Any = (),
        topics: Sequence[str] = (),
        own_words: bool = True,
        keeps_waiting: bool = False,
        news: bool = False,
        template: FilledTemplate | None = None,
        **grounds: Any,
    ) -> Message:
        """Queue an answer for the customer, from a person or (author None) from the machine.

        The same `key` twice is the same answer. `topics`: the intents a machine's answer is about. `own_words`: not what
        a machine wrote and a person approved. `keeps_waiting`: it says that an answer will come, so the clock goes on.
        `news`: tells how a deed went, which a machine may also where a person answers. `template`: what `text` is made
        of, where the platform takes nothing else any more. `grounds` (draft, run …) go into the trail. Raises
        `rules.Forbidden` for what the channel does not take, `rules.Taken` for a machine where a person answers.
        """
        from inbox.models.message import Message

        if author is None and not news:
            rules.keep_silent(self)
        rules.uphold(self, text, files, by_person=author is not None, approved=template is not None)
        message, is_new = Message.queue(
            self, text, author, key=key, files=files, topics=topics, template=template
        )
        if is_new:
            if author and own_words:
                self.taken_at = self.taken_at or message.created_at
            if not keeps_waiting:
                self._wait_since(None)
                self.unread = False
            self._showing(message.text, message.created_at)
            self._save("waiting_since", "due_at", "unread", "snippet", "last_message_at", "taken_at")
            self._record("message.queued", _actor(author), message, data=grounds, personal={"text": text})
        return message

    def take_back(self, message: Message, by: Membership) -> bool:
        """Undo a reply nobody has begun to send: the customer waits again, as if it had not been written."""
        if not message.cancel():
            return False
        self.count_anew()
        if comment := getattr(message, "answered_comment", None):
            comment.conversation.count_anew()
        self._record("message.undone", by.actor, message)
        return True

    def count_anew(self) -> None:
        """Since when the customer waits, and the newest words, by what stands in the thread now."""
        said = list(self.messages.exclude(send_state="cancelled").order_by("-created_at", "-id")[:50])
        unanswered = list(takewhile(lambda each: not each.is_out, said))
        self._wait_since((unanswered[-1].sent_at or unanswered[-1].created_at) if unanswered else None)
        self.last_message_at = max([self.last_message_at, *(each.created_at for each in said[:1])])
        self._save("waiting_since", "due_at", "last_message_at")
        self.resay()

    def answered_beside(self, by: Membership) -> None:
        """Somebody answered in another thread: nobody waits here any more."""
        self._wait_since(None)
        self.unread, self.taken_at = False, self.taken_at or timezone.now()
        self._save("waiting_since", "due_at", "unread", "taken_at")
        self._record("conversation.answered_privately", by.actor)

    def resay(self) -> None:
        """The list shows the newest words there are, after some were changed or taken back."""
        said = self.messages.exclude(send_state="cancelled").filter(removed_at=None)
        newest = said.order_by("-created_at", "-id").values_list("text", flat=True).first()
        self.snippet = " ".join((newest or "").split())[:160]
        self._save("snippet")

    def waits(self, since: datetime | None) -> None:
        """They wait to hear from us though they wrote nothing, as after a missed call; None: nobody does."""
        if bool(self.waiting_since) != bool(since):
            self._wait_since(since)
            self._save("waiting_since", "due_at")

    def note(self, text: str, author: Membership) -> Note:
        from inbox.models.message import Note

        note = Note.objects.create(conversation=self, author=author, text=text)
        self._record("note.written", _actor(author), note, personal={"text": text})
        self.tell()
        return note

    def assign(self, to: Membership | None, by: Membership | None) -> None:
        if self.assignee_id == (to.pk if to else None):
            return
        self.assignee = to
        if to and by:
            self.taken_at = self.taken_at or timezone.now()
        Assignment.objects.create(conversation=self, assignee=to, by=by)
        self._save("assignee", "taken_at")
        self._record("conversation.assigned", _actor(by), data={"to": str(to.pk) if to else None})

    def hand_over(
        self, to: Membership | None, by: Membership | None = None, *, because: str, priority: int = 0
    ) -> None:
        """From here on a person answers: `to`, or whoever takes it. `because` names nobody: it stays in the trail."""
        self.taken_at = self.taken_at or timezone.now()
        self._save("taken_at")
        self._record(
            "conversation.handed_over",
            _actor(by),
            data={"because": because, "to": str(to.pk) if to else None, "priority": priority},
        )
        self.prioritize(max(self.priority, priority), by)
        if to:
            self.assign(to, by)

    def prioritize(self, priority: int, by: Membership | None) -> None:
        if self.priority == priority:
            return
        self.priority = priority
        self._save("priority")
        self._record("conversation.prioritized", _actor(by), data={"priority": Priority(priority).label})

    def close(self, by: Membership | None) -> None:
        if self.state == ConversationState.CLOSED:
            return
        self._turn(ConversationState.CLOSED)
        Closure.objects.create(conversation=self, by=by)
        self._record("conversation.closed", _actor(by))

    def reopen(self, by: Membership | None = None, *, because: str = "person") -> None:
        """`because`: "person", "clock" (snooze ended), "bounce" (an answer did not arrive) or
        "action" (a platform refused what was approved)."""
        if self.state == ConversationState.OPEN:
            return
        self._turn(ConversationState.OPEN)
        actor = by.actor if by else {"clock": CLOCK, "bounce": PLATFORM, "action": PLATFORM}[because]
        self._record("conversation.reopened", actor, data={"because": because})

    def snooze(self, until: datetime, by: Membership) -> None:
        self._turn(ConversationState.SNOOZED, until)
        Snooze.objects.create(conversation=self, until=until, by=by)
        self._record("conversation.snoozed", _actor(by), data={"until": until.isoformat()})

    def read(self) -> None:
        if self.unread:
            self.unread = False
            self._save("unread")

    def mark(self, *, add: str = "", remove: tuple[str, ...] = ()) -> None:
        """Change the marks the list shows. Several workers do so, so the row is read again under lock."""
        row = Conversation.objects.select_for_update(of=("self",)).only("marks").get(pk=self.pk)
        self.marks = sorted({*row.marks, *([add] if add else [])} - set(remove))
        if self.marks != row.marks:
            self._save("marks")

    def hear(self, event: MessageReceived) -> None:
        """The customer said something: a new message always reopens. `heard.keep` writes it down."""
        if self.state != ConversationState.OPEN:
            self._record(
                "conversation.reopened",
                Actor("customer", str(self.persona_id)),
                data={"because": "customer"},
            )
        if self.state == ConversationState.CLOSED:  # what was settled begins anew
            self.taken_at, self.priority = None, Priority.NORMAL
        # who goes on by mail is still known by the page
        self.handles = {**self.handles, **event.sender.names}
        self._showing(event.text, event.sent_at)
        self.unread = True
        if not event.automatic:
            self._wait_since(self.waiting_since or event.sent_at)
        self.state, self.snoozed_until = ConversationState.OPEN, None
        self.marks = [each for each in self.marks if each != "notice"]  # whatever it was, now somebody wrote

    def answered(self, event: MessageReceived) -> None:
        """The seller answered outside Waybill. What nobody but the seller has written in waits for nobody."""
        if not self.handles and event.recipient:
            self.handles = dict(event.recipient.names)
            self.state, self.unread = ConversationState.CLOSED, False
        if not event.automatic:
            self.taken_at = self.taken_at or timezone.now()
        later = self.messages.filter(direction="in", automatic=False, sent_at__gt=event.sent_at)
        self._wait_since(later.aggregate(first=models.Min("sent_at"))["first"])
        self.unread = self.unread and self.waiting_since is not None
        self._showing(event.text, event.sent_at)
        self._save(
            "handles", "state", "unread", "waiting_since", "due_at", "snippet", "last_message_at", "taken_at"
        )

    def recall(self, event: MessageReceived) -> None:
        """The same of something the customer said before the channel was connected. `heard.keep` writes it down.

        Only what is recent and has nothing after it waits for an answer; a thread that begins with something older is
        closed. What has happened since is never taken back.
        """
        is_first = not self.handles
        is_last = is_first or event.sent_at >= self.last_message_at
        if is_last and not event.automatic and event.sent_at >= timezone.now() - self.RECENT:
            self.hear(event)
            return
        self.handles = self.handles or dict(event.sender.names)
        self._showing(event.text, event.sent_at)
        if is_first:
            self.state, self.unread = ConversationState.CLOSED, False

    @classmethod
    def wake_due(cls) -> None:
        """Bring back what was snoozed until now."""
        due = cls.objects.filter(state=ConversationState.SNOOZED, snoozed_until__lte=timezone.now())
        for conversation in due.select_for_update(skip_locked=True)[:200]:
            conversation.reopen(because="clock")

    def tell(self) -> None:
        """The screens look again after commit."""
        live.changed(self.tenant, self.pk)

    def _showing(self, text: str, at: datetime) -> None:
        if at >= self.last_message_at or not self.snippet:
            self.snippet = " ".join(text.split())[:160]
        self.last_message_at = max(self.last_message_at, at)

    def _wait_since(self, moment: datetime | None) -> None:
        """The customer has waited since then, and has to be answered by `due_at`."""
        self.waiting_since = moment
        self.due_at = self.due_by(moment) if moment else None

    def due_by(self, since: datetime) -> datetime:
        clock = self.channel.reply_clock
        if not clock.business_days:
            return since + clock.within
        return clocks.due_at(since, clock, self.organization.time_zone, self.organization.country)

    def _turn(self, state: ConversationState, until: datetime | None = None) -> None:
        self.state, self.snoozed_until = state, until
        self._save("state", "snoozed_until")

    def _save(self, *fields: str) -> None:
        self.save(update_fields=fields)
        self.tell()

    def _record(self, kind: str, actor: Actor, subject: Any = None, **content: Any) -> None:
        record(
            kind,
            actor=actor,
            subject=subject or self,
            conversation_id=self.pk,
            customer_id=self.persona_id,
            **content,
        )


def _actor(member: Membership | None) -> Actor:
    return member.actor if member else MACHINE
