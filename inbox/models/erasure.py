from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from audit.record import Actor, record
from config.tenancy import TenantModel
from config.wake import wake
from inbox.models.channel import Channel
from inbox.models.customer import Customer
from inbox.models.organization import Membership


class Erasure(TenantModel):
    """A customer is to be forgotten: because they asked, or because their platform tells that they left it.

    The row is the work, and stays as the proof that it was done; it holds nothing personal.
    """

    GONE: ClassVar = {
        "comments": ("comment under a live", "comments under lives"),
        "conversations": ("conversation", "conversations"),
        "deliveries": ("raw delivery", "raw deliveries"),
        "messages": ("message in conversations of others", "messages in conversations of others"),
        "notices": ("notice", "notices"),
        "orders": ("order made nameless", "orders made nameless"),
    }  # what `counts` may hold, for one and for many

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="erasures")
    by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    channel = models.ForeignKey(
        Channel,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Whose platform asked for it",
    )
    asked_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
    problem = models.CharField(
        max_length=300, blank=True, help_text="Why the last try failed; it is tried again"
    )

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "customer"],
                condition=models.Q(done_at=None),
                name="one_open_erasure_per_customer",
            )
        ]
        indexes = [models.Index(fields=["organization", "-asked_at", "-id"], name="erasures_newest")]

    @classmethod
    def ask(
        cls, customer: Customer, actor: Actor, *, by: Membership | None = None, channel: Channel | None = None
    ) -> Erasure:
        """Asked for twice, done once. In the caller's scope."""
        row, is_new = cls.objects.get_or_create(
            customer=customer, done_at=None, defaults={"by": by, "channel": channel}
        )
        if is_new:
            record("erasure.requested", actor=actor, subject=row, customer_id=customer.pk)
            row.wake()
        return row

    def wake(self) -> None:
        wake("inbox.tasks.erase", self.tenant, erasure_id=self.pk)

    @property
    def said(self) -> list[tuple[int, str]]:
        """(how many, of what) that are gone."""
        return [
            (self.counts[name], words[self.counts[name] != 1])
            for name, words in self.GONE.items()
            if self.counts.get(name)
        ]
