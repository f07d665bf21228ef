from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Count, Q
from django.utils import timezone

from agents.conditions import asked
from agents.writing.voice import Voice
from audit.record import record
from config.tenancy import TenantModel
from connectors.contract import Form
from inbox.models import Conversation, Membership, Message, Priority, Role
from inbox.rules import Forbidden

if TYPE_CHECKING:
    from agents.models.handoff import Handoff


class Telling(models.TextChoices):
    NOTHING = "nothing", "Nothing"
    DRAFT = "draft", "Draft it, a person sends it"
    SEND = "send", "Send it at once"


class HandoffRule(TenantModel):
    """When a person must take over, who, how urgently, and what the shopper is told. The first that fits counts.

    Empty conditions ask nothing; of those that ask, all must hold. Who takes over is `to`, or the member of `role`
    with the fewest open conversations, or whoever is free.
    """

    place = models.PositiveIntegerField(default=0, help_text="1 is asked first")
    is_on = models.BooleanField(default=True)
    wants_human = models.BooleanField(default=False)
    intents = models.JSONField(default=list, help_text="agents.understanding.intents.IntentKind, any of them")
    moods = models.JSONField(default=list, help_text="agents.understanding.mood.MoodKind, any of them")
    keywords = models.JSONField(default=list, help_text="Words or phrases, any of them")
    languages = models.JSONField(default=list, help_text="ISO 639-1, any of them")
    channels = models.JSONField(default=list, help_text="Ids of channels, any of them")
    least_value = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    least_spent = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, default="USD")
    contacts = models.PositiveSmallIntegerField(null=True, help_text="Messages of the customer")
    contacts_days = models.PositiveSmallIntegerField(default=7)
    to = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    role = models.CharField(max_length=12, choices=Role, blank=True)
    priority = models.SmallIntegerField(choices=Priority, default=Priority.NORMAL)
    telling = models.CharField(max_length=8, choices=Telling, default=Telling.NOTHING)
    told = models.TextField(blank=True, help_text="What the shopper is told")
    made_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["organization", "place"], name="handoff_rules_in_order")]

    def __str__(self) -> str:
        return f"When {self.when}, {self.then}."

    @classmethod
    def kept(cls) -> models.QuerySet[Any]:
        """In the order they are asked, also those that are off."""
        return (
            cls.objects.filter(deleted_at=None).select_related("to__user").order_by("place", "made_at", "id")
        )

    @property
    def when(self) -> str:
        return f"the customer {asked(self)}"

    @property
    def then(self) -> str:
        who = f"{self.to} takes over" if self.to else "whoever is free takes over"
        if self.role:
            who = f"the {Role(self.role).label.lower()} with the fewest open conversations takes over"
        how = {Priority.HIGH: ", with high priority", Priority.URGENT: ", as urgent"}.get(self.priority, "")  # type: ignore[call-overload]
        return f"{who}{how}"

    @property
    def tells(self) -> str:
        """ "The customer is told at once:", before the words; "" where nothing is said."""
        return {
            Telling.SEND.value: "The customer is told at once:",
            Telling.DRAFT.value: "An answer is drafted:",
        }.get(self.telling, "")

    @property
    def recipient(self) -> Membership | None:
        if not self.role:
            return self.to
        has = Count("conversations", filter=Q(conversations__state="open"))
        members = Membership.objects.filter(role=self.role).select_related("user").annotate(has=has)
        return members.order_by("has", "joined_at", "id").first()

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.place:
            last = HandoffRule.objects.aggregate(last=models.Max("place"))["last"] or 0
            self.place = last + 1
        super().save(*args, **kwargs)

    def move(self, by: int) -> None:
        """Among the others: -1 is asked one earlier."""
        order = list(HandoffRule.kept())
        at = order.index(self)
        order.insert(max(0, at + by), order.pop(at))
        for place, each in enumerate(order, 1):
            if each.place != place:
                each.place = place
                each.save(update_fields=["place"])

    def hand_over(self, conversation: Conversation, message: Message) -> Handoff:
        """In one transaction: the shopper is told, the conversation is a person's, and it is written down."""
        from agents.models.handoff import Handoff

        said, problem = self._tell(conversation, message)
        to = self.recipient
        conversation.hand_over(to, because=f"Rule: when {self.when}.", priority=self.priority)
        return Handoff.objects.create(
            conversation=conversation,
            message=message,
            rule=self,
            because=f"Handed over by a rule: {self.when}."[:400],
            to=to,
            told=said,
            problem=problem,
        )

    def words(self, conversation: Conversation) -> str:
        """What the shopper is told here; with the notice that it is automatic, where the brand gives one."""
        voice = Voice.of(conversation.organization, str(conversation.pk))
        notice = voice.say("automatic") if voice.says_automatic else ""
        return f"{self.told}\n\n{notice}".strip()

    def _tell(self, conversation: Conversation, message: Message) -> tuple[Message | None, str]:
        """The message queued, or why there is none."""
        if self.telling != Telling.SEND:
            return None, ""
        if conversation.limits.form is Form.PUBLIC:
            return None, "Everybody reads an answer here, so a person writes it."
        try:
            key, rule = f"handoff-{message.pk.hex}", str(self.pk)
            said = conversation.reply(
                self.words(conversation), None, key=key, keeps_waiting=True, handoff_rule=rule
            )
        except Forbidden as refusal:
            return None, str(refusal)[:300]
        return said, ""

    def record(self, verb: str, by: Membership, **data: Any) -> None:
        record(f"handoff_rule.{verb}", actor=by.actor, subject=self, data={"rule": str(self), **data})
