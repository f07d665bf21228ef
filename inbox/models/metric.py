from __future__ import annotations

from django.db import models

from config.tenancy import TenantModel
from inbox.models.channel import Channel


class Metric(TenantModel):
    """How well the seller keeps one of a platform's standards, as the platform last said (connectors.events.Metric)."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="metrics")
    key = models.CharField(max_length=80)
    label = models.CharField(max_length=120)
    value = models.CharField(max_length=60)
    level = models.CharField(max_length=5, choices=[("good", "Good"), ("watch", "Watch"), ("bad", "Bad")])
    standard = models.CharField(max_length=80, blank=True)
    over = models.CharField(max_length=60, blank=True)
    url = models.URLField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organization", "channel", "key"], name="one_row_per_metric")
        ]

    @property
    def rank(self) -> int:
        """What needs somebody comes first."""
        return ["bad", "watch", "good"].index(self.level)
