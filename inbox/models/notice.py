from __future__ import annotations

from django.db import models
from django.utils import timezone

from config.tenancy import TenantModel
from connectors.events import NoticeKind
from inbox.models.channel import Channel
from inbox.models.message import Message
from inbox.models.order import Order
from inbox.models.organization import Membership


class Notice(TenantModel):
    """What a platform told the seller: never in the queue. With an `order` it is an event on that order.

    One that was a customer's message after all keeps its row, and names the `message`.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="notices")
    order = models.ForeignKey(Order, null=True, on_delete=models.SET_NULL, related_name="notices")
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="notices")
    external_id = models.CharField(max_length=400)
    kind = models.CharField(
        max_length=16,
        choices=[(each.value, each.value.replace("_", " ").capitalize()) for each in NoticeKind],
    )
    sender = models.CharField(max_length=254, help_text="An address")
    names = models.JSONField(
        default=dict, help_text="The sender as the platform names it: connectors.events.Party"
    )
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    order_number = models.CharField(max_length=60, blank=True)
    url = models.URLField(max_length=500, blank=True)
    at = models.DateTimeField()
    seen = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "channel", "external_id"], name="the_same_notice_once"
            )
        ]
        indexes = [
            models.Index(fields=["organization", "-at", "-id"], name="notices_newest"),
            models.Index(fields=["organization", "order", "-at"], name="notices_of_order"),
            models.Index(
                fields=["organization", "-at"],
                condition=models.Q(seen=False, message=None),
                name="notices_unseen",
            ),
            models.Index(
                fields=["organization", "order_number"],
                condition=models.Q(order=None),
                name="notices_without_order",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or str(self.get_kind_display())


class SortingRule(TenantModel):
    """A person put a wrong sorting right: what comes from this sender and looks like this is (not) a notice.

    `pattern` is the subject with everything that changes from mail to mail taken out.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="sorting_rules")
    sender = models.CharField(max_length=254)
    pattern = models.CharField(max_length=300, blank=True)
    is_notice = models.BooleanField()
    by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "channel", "sender", "pattern"], name="one_sorting_per_pattern"
            )
        ]
