from __future__ import annotations

from django.db import models
from django.utils import timezone

from config.tenancy import TenantModel
from connectors.events import DisputeKind, DisputeState
from inbox.models.channel import Channel
from inbox.models.customer import Belonging, Customer
from inbox.models.order import Order, money


class Dispute(Belonging):
    """A claim with a deadline: A-to-z, an inquiry, a case, a chargeback. What the platform said last, at
    `updated_at` by its clock. `order` is empty until the order is here; `order_external_id` finds it."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="disputes")
    order = models.ForeignKey(Order, null=True, on_delete=models.SET_NULL, related_name="disputes")
    customer = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="disputes")
    external_id = models.CharField(max_length=200)
    kind = models.CharField(
        max_length=16,
        choices=[(each.value, each.value.replace("_", " ").capitalize()) for each in DisputeKind],
    )
    label = models.CharField(max_length=80, blank=True, help_text="The platform's own name for it")
    state = models.CharField(
        max_length=14,
        choices=[
            (DisputeState.ACTION_NEEDED.value, "Answer needed"),
            (DisputeState.WAITING.value, "Waiting for others"),
            (DisputeState.WON.value, "Won"),
            (DisputeState.LOST.value, "Lost"),
            (DisputeState.CLOSED.value, "Closed"),
        ],
    )
    reason = models.CharField(max_length=300, blank=True)
    amount = money(null=True)
    currency = models.CharField(max_length=3, blank=True)
    order_external_id = models.CharField(max_length=200, blank=True)
    order_number = models.CharField(max_length=60, blank=True)
    opened_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    fetched_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True, help_text="When the seller must have answered")
    answers = models.JSONField(default=list, help_text="connectors.events.DisputeAnswer values")
    revision = models.CharField(max_length=80, blank=True)
    outcome = models.CharField(max_length=300, blank=True)
    url = models.URLField(max_length=500, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "channel", "external_id"], name="one_row_per_dispute"
            )
        ]
        indexes = [
            models.Index(fields=["organization", "state", "due_at", "id"], name="disputes_by_deadline"),
            models.Index(fields=["organization", "customer"], name="disputes_of_customer"),
            models.Index(
                fields=["organization", "order_external_id"],
                condition=models.Q(order=None),
                name="disputes_without_order",
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.get_kind_display()
