from __future__ import annotations

from django.db import models

from config.tenancy import TenantModel
from inbox.models.channel import Channel


class Product(TenantModel):
    """What the seller sells, as the platform showed it. `variants`: [{external_id, title, sku, price, currency, stock}]."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="products")
    external_id = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    attributes = models.JSONField(default=dict)
    variants = models.JSONField(default=list)
    url = models.URLField(max_length=500, blank=True)
    updated_at = models.DateTimeField()
    fetched_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "channel", "external_id"], name="one_row_per_product"
            )
        ]
