from __future__ import annotations

from django.db import models

from config.tenancy import TenantModel
from inbox.models.channel import Channel
from inbox.models.customer import Belonging, Customer


def money(**options: object) -> models.DecimalField:
    return models.DecimalField(max_digits=14, decimal_places=2, **options)  # type: ignore[arg-type]


class Order(Belonging):
    """A purchase as its platform showed it at `fetched_at`. Statuses are connectors.events values."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="orders")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="orders")
    external_id = models.CharField(max_length=200)
    number = models.CharField(max_length=60, help_text="What the shopper sees")
    placed_at = models.DateTimeField()
    updated_at = models.DateTimeField(help_text="By the platform's clock; an older snapshot never overwrites")
    fetched_at = models.DateTimeField()
    currency = models.CharField(max_length=3)
    subtotal = money()
    shipping = money()
    tax = money()
    discount = money()
    total = money()
    financial_status = models.CharField(max_length=20)
    fulfillment_status = models.CharField(max_length=20)
    shipping_address = models.JSONField(default=dict)
    cancelled_at = models.DateTimeField(null=True)
    url = models.URLField(max_length=500, blank=True)
    status_url = models.URLField(max_length=500, blank=True)
    fulfilled_by = models.CharField(
        max_length=8, choices=[("seller", "The seller"), ("platform", "The platform")], default="seller"
    )
    ship_by = models.DateTimeField(null=True)
    deliver_by = models.DateTimeField(null=True)
    cancel_requested_at = models.DateTimeField(null=True, help_text="The shopper wants it cancelled")
    openings = models.JSONField(
        default=list, help_text="Fixed kinds of message allowed at openings_at: connectors.events.Opening"
    )
    openings_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "channel", "external_id"], name="one_row_per_order"
            )
        ]
        indexes = [
            models.Index(fields=["organization", "customer", "-placed_at"], name="orders_of_customer"),
            models.Index(fields=["organization", "number"], name="orders_by_number"),
        ]

    def __str__(self) -> str:
        return self.number

    @classmethod
    def whole(cls) -> models.QuerySet[Order]:
        """With its parts, its channel and its customer: for whoever looks at all sides of it."""
        rows: models.QuerySet[Order] = cls.objects.select_related("channel", "customer")
        return rows.prefetch_related("lines", "refunds", "returns", "shipments")

    @property
    def contact(self) -> str:
        """The address on the order: its persona's, whoever stands for them now."""
        email: str = (self.came_as or self.customer).email
        return email


class OrderLine(TenantModel):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    external_id = models.CharField(max_length=200)
    product_id_external = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=300)
    variant = models.CharField(max_length=200, blank=True)
    sku = models.CharField(max_length=100, blank=True)
    quantity = models.PositiveIntegerField()
    unit_price = money()
    image_url = models.URLField(max_length=500, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organization", "order", "external_id"], name="one_row_per_line")
        ]


class Refund(TenantModel):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="refunds")
    external_id = models.CharField(max_length=200)
    amount = money()
    currency = models.CharField(max_length=3)
    refunded_at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "order", "external_id"], name="one_row_per_refund"
            )
        ]
