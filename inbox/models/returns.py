from __future__ import annotations

from django.db import models

from config.tenancy import TenantModel
from inbox.models.order import Order


class Return(TenantModel):
    """Goods on their way back. `status` is a connectors.events.ReturnStatus."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="returns")
    external_id = models.CharField(max_length=200)
    name = models.CharField(max_length=60)
    status = models.CharField(max_length=12)
    reason = models.CharField(max_length=200, blank=True)
    quantity = models.PositiveIntegerField(default=0)
    requested_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "order", "external_id"], name="one_row_per_return"
            )
        ]
