from __future__ import annotations

from django.db import models

from config.tenancy import TenantModel
from inbox.models.channel import Channel
from inbox.models.order import Order, money


class Return(TenantModel):
    """Goods on their way back. `status` is a connectors.events.ReturnStatus. Where the platform keeps returns apart,
    `order` is empty until the order is here; `order_external_id` finds it."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="returns")
    order = models.ForeignKey(Order, null=True, on_delete=models.CASCADE, related_name="returns")
    order_external_id = models.CharField(max_length=200)
    external_id = models.CharField(max_length=200)
    name = models.CharField(max_length=60)
    status = models.CharField(max_length=12)
    reason = models.CharField(max_length=200, blank=True)
    quantity = models.PositiveIntegerField(default=0)
    requested_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(
        null=True, help_text="By the platform's clock, where it has one for returns"
    )
    due_at = models.DateTimeField(null=True, help_text="When the seller must have answered or refunded")
    waits_for_seller = models.BooleanField(default=False)
    amount = money(null=True)
    currency = models.CharField(max_length=3, blank=True)
    tracking_number = models.CharField(max_length=60, blank=True)
    carrier = models.CharField(max_length=40, blank=True)
    url = models.URLField(max_length=500, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "channel", "external_id"], name="one_row_per_return"
            )
        ]
        indexes = [
            models.Index(
                fields=["organization", "order_external_id"],
                condition=models.Q(order=None),
                name="returns_without_order",
            )
        ]
