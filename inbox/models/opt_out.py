from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from audit.record import PLATFORM, Actor, record
from config.tenancy import TenantModel
from connectors.events import Party
from inbox import live
from inbox.models.channel import Channel
from inbox.models.customer import Customer, Identity

if TYPE_CHECKING:
    from inbox.models.conversation import Conversation


class OptOut(TenantModel):
    """A customer wants no messages of a channel at one of their names: nothing is sent there, by nobody, while it stands.

    It goes with the name when the customer is forgotten; the platform that keeps its own list says so again.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="opt_outs")
    said = models.CharField(max_length=40, blank=True, help_text="Their word; empty: the platform refused it")
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "channel", "identity"],
                condition=models.Q(ended_at=None),
                name="one_standing_opt_out_each",
            )
        ]

    @classmethod
    def begin(cls, channel: Channel, customer: Customer, who: Party, at: datetime, said: str = "") -> None:
        """The same again changes nothing; nor does one that was told late, after they had changed their mind."""
        for identity in Identity.among(who):
            if cls.objects.filter(channel=channel, identity=identity, ended_at__gte=at).exists():
                continue
            _, is_new = cls.objects.get_or_create(
                channel=channel, identity=identity, ended_at=None, defaults={"at": at, "said": said[:40]}
            )
            if is_new:
                cls._record("opt_out.begun", channel, customer, said)

    @classmethod
    def end(cls, channel: Channel, customer: Customer, who: Party, at: datetime, said: str = "") -> None:
        standing = cls.objects.filter(
            channel=channel, identity__in=Identity.among(who), ended_at=None, at__lte=at
        )
        if standing.update(ended_at=at):
            cls._record("opt_out.ended", channel, customer, said)

    @classmethod
    def over(cls, conversation: Conversation) -> OptOut | None:
        """What forbids to write in a conversation."""
        if not conversation.limits.keywords:
            return None
        names = Identity.among(Party(conversation.handles))
        return cls.objects.filter(identity__in=names, channel=conversation.channel_id, ended_at=None).first()

    @property
    def sentence(self) -> str:
        how = f"wrote {self.said.upper()}" if self.said else "want no messages, says the platform"
        return f"They {how}: nothing may be sent to them here until they write START."

    @classmethod
    def _record(cls, kind: str, channel: Channel, customer: Customer, said: str) -> None:
        actor = Actor("customer", str(customer.pk)) if said else PLATFORM
        record(kind, actor=actor, subject=channel, customer_id=customer.pk, data={"said": said})
        live.everything_changed(channel.tenant)
