"""What is asked for, of whom, and what an approver looks at."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from agents import actions
from agents.actions.kind import Kind, NotPossible
from agents.models.autonomy import Autonomy
from agents.models.draft import Draft
from agents.models.owed import Ended, Owed
from agents.models.run import Run
from agents.verdict import Verdict
from audit.record import Actor, record
from config.wake import wake
from connectors.contract import Money
from inbox import live
from inbox.models import (
    Belonging,
    Channel,
    Conversation,
    Customer,
    Dispute,
    Membership,
    Order,
    OutgoingState,
    Pause,
    Return,
)
from inbox.models.order import money as amount_field

if TYPE_CHECKING:
    from agents.models.action import Action


class ActionState(models.TextChoices):
    """What people decided. What became of it at the platform is `send_state` and `ended`."""

    WAITING = "waiting", "To approve"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Turned down"
    FORBIDDEN = "forbidden", "Against the rules"
    EXPIRED = "expired", "Expired"
    WITHDRAWN = "withdrawn", "Taken back"


class Wished(Owed, Belonging):
    """`wish` is what is asked for, `facts` what was true when it was; both together are what an approval is for."""

    LIFETIME = timedelta(days=3)

    kind = models.CharField(max_length=40, help_text="agents.actions: the kind's name")
    channel = models.ForeignKey(
        Channel, on_delete=models.PROTECT, related_name="actions", help_text="Where it is done"
    )
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="actions")
    conversation = models.ForeignKey(
        Conversation, null=True, on_delete=models.SET_NULL, related_name="actions"
    )
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="actions")
    back = models.ForeignKey(
        Return, null=True, on_delete=models.PROTECT, related_name="actions", verbose_name="return"
    )
    dispute = models.ForeignKey(Dispute, null=True, on_delete=models.PROTECT, related_name="actions")
    run = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL, related_name="actions")
    draft = models.ForeignKey(Draft, null=True, on_delete=models.SET_NULL, related_name="actions")
    rule = models.ForeignKey(
        Autonomy, null=True, on_delete=models.SET_NULL, related_name="+", help_text="What let it go by itself"
    )
    decided_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=9, choices=ActionState, default=ActionState.WAITING)
    wish = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    facts = models.JSONField(default=dict, help_text="{name: words} an approval relies on")
    changes = models.JSONField(default=list, help_text="[{name, before, after}] since it was last approved")
    amount = amount_field(null=True)
    currency = models.CharField(max_length=3, blank=True)
    effect = models.TextField(help_text="What will happen, as the approver reads it")
    news = models.TextField(blank=True, help_text="What the shopper is told once it is done")
    verdict = models.JSONField(default=dict, help_text="agents.verdict.Verdict")
    reason = models.CharField(max_length=500, blank=True, help_text="Why it is proposed")
    proposed_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, help_text="When it was last looked at for news of its return")

    class Meta(Owed.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.effect or self.what.label

    # What it is

    @property
    def what(self) -> Kind:
        return actions.kind(self.kind)

    @property
    def the_order(self) -> Order:
        """Raises NotPossible where none is named."""
        if self.order is None:
            raise NotPossible(f"{self.what.label} needs an order.")
        return self.order

    @property
    def moves_money(self) -> bool:
        """Or gives away what is worth some."""
        return self.what.moves_money or self.amount is not None

    @property
    def money(self) -> Money | None:
        return Money(self.amount, self.currency) if self.amount is not None else None

    @property
    def ruling(self) -> Verdict:
        return Verdict.from_json(self.verdict)

    @property
    def is_by_hand(self) -> bool:
        """The platform has no way for it: a person does it on the seller's page."""
        wanted = self.what.command_type
        if self.what.is_ours:
            return False
        if wanted is None or wanted not in self.channel.connector.commands:
            return True
        return not self.what.can_send(self._as_action)

    @property
    def _as_action(self) -> Action:
        return cast("Action", self)

    @property
    def steps(self) -> list[str]:
        return self.what.steps(self._as_action)

    @property
    def seller_page(self) -> str:
        """Where on the platform a person does it; "" where we know no address."""
        url = self.dispute.url if self.dispute else self.back.url if self.back else ""
        if not url and self.order:
            url = self.order.url or self.channel.connector.order_page(
                self.order.channel.account(), self.order.external_id
            )
        return str(url)

    @property
    def fingerprint(self) -> str:
        """Of exactly what an approver looks at; another one needs another approval."""
        seen = [self.kind, self.wish, self.facts, self.effect, self.news, str(self.amount), self.currency]
        return hashlib.sha256(json.dumps(seen, sort_keys=True, cls=DjangoJSONEncoder).encode()).hexdigest()[
            :32
        ]

    @property
    def is_waiting(self) -> bool:
        return self.state == ActionState.WAITING

    @property
    def is_over(self) -> bool:
        """Nothing will happen any more."""
        if self.state == ActionState.APPROVED:
            return self.ended in {Ended.DONE, Ended.REFUSED} or self.send_state == OutgoingState.CANCELLED
        return not self.is_waiting

    @property
    def standing(self) -> str:
        """Where it stands, in one or two words."""
        if self.state != ActionState.APPROVED:
            return str(ActionState(self.state).label)
        if self.ended:
            return str(Ended(self.ended).label)
        words = {
            OutgoingState.QUEUED: "About to be done",
            OutgoingState.SENDING: "Being done",
            OutgoingState.FAILED: "Not done",
        }
        return words.get(OutgoingState(self.send_state)) or str(OutgoingState(self.send_state).label)

    @property
    def outcome(self) -> str:
        """For styles: one of the state's, send state's or end's own values."""
        return self.ended or self.send_state or self.state

    def tell(self) -> None:
        if self.conversation:
            others = type(self).objects.filter(conversation=self.conversation, state=ActionState.WAITING)
            if self.is_waiting or others.exists():
                self.conversation.mark(add="to_approve")
            else:
                self.conversation.mark(remove=("to_approve",))
            self.conversation.tell()
        else:  # about an order or a dispute only: whoever looks at a queue sees it come and go
            live.everything_changed(self.tenant)

    def paused(self) -> Pause | None:
        """The switch that stops it now: over its channel, its conversation's, what the customer wants, or its kind."""
        channels = {self.channel_id, self.conversation.channel_id if self.conversation else self.channel_id}
        return Pause.over(channels, self.draft.intents if self.draft else (), self.kind)

    def wake(self) -> None:
        due = self.send_after or timezone.now()
        seconds = max(0.0, (due - timezone.now()).total_seconds())
        wake("agents.tasks.execute", self.tenant, after=seconds, action_id=self.pk)

    def _settle_place(self) -> None:
        """Where it is done, and whose it is."""
        about = self.order or self.back or self.dispute or self.conversation
        if about is None:
            raise NotPossible(f"{self.what.label} needs something to be done to.")
        self.channel = self.what.place(self._as_action) or about.channel
        whose = about if not isinstance(about, Return) and about.customer else self.conversation
        self.customer = whose.customer if whose else None
        self.came_as_id = whose.came_as_id if whose else None

    def _lock_subject(self) -> None:
        """Two who look at the same money take turns; what it is about is as the database has it now."""
        part = self.back or self.dispute
        self.order = self.order or (part.order if part else None)
        if self.order is not None:
            self.order = Order.whole().select_for_update(of=("self",)).get(pk=self.order.pk)
        if self.back is not None:
            self.back = Return.objects.select_related("channel", "order__customer").get(pk=self.back.pk)
        if self.dispute is not None:
            self.dispute = Dispute.objects.select_related("channel", "customer").get(pk=self.dispute.pk)

    def _record(self, kind: str, actor: Actor, personal: dict[str, Any] | None = None, **data: Any) -> None:
        record(
            kind,
            actor=actor,
            subject=self,
            conversation_id=self.conversation_id,
            customer_id=self.persona_id,
            data={
                "action": self.kind,
                "state": self.outcome,
                "amount": str(self.amount) if self.amount is not None else "",
                "currency": self.currency,
                "order": str(self.order_id or ""),
                "policy": self.verdict.get("version", 0),
                **data,
            },
            personal=personal if self.customer_id else None,
        )
