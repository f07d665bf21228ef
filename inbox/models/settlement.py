from __future__ import annotations

from django.db import models

from config.tenancy import TenantModel
from inbox.models.channel import Channel


class Settlement(TenantModel):
    """How a command a platform had only accepted ended. It may come before we know its receipt: `external_id` joins them."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="settlements")
    external_id = models.CharField(max_length=400, help_text="The receipt's")
    ended = models.CharField(max_length=8, choices=[("done", "Done"), ("rejected", "Rejected")])
    reason = models.TextField(blank=True, help_text="In the platform's words")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "channel", "external_id"], name="one_end_per_command"
            )
        ]
