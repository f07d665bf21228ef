from __future__ import annotations

from django.db import models
from django.utils import timezone

from config.tenancy import TenantModel
from inbox.models.channel import Channel


class BackfillState(models.TextChoices):
    RUNNING = "running", "Reading"
    DONE = "done", "Done"
    FAILED = "failed", "Stopped"


class Backfill(TenantModel):
    """Reading a channel's past, page by page. `cursor` is where to go on after a crash; `counts` is what was found."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="backfills")
    since = models.DateTimeField()
    until = models.DateTimeField()
    cursor = models.TextField(null=True)  # noqa: DJ001  None: nothing read yet
    share = models.FloatField(default=0, help_text="How much is in, 0 to 1")
    counts = models.JSONField(default=dict, help_text="Topic → deliveries")
    state = models.CharField(max_length=7, choices=BackfillState, default=BackfillState.RUNNING)
    problem = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now, help_text="When a worker may read the next page")
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "channel"],
                condition=models.Q(state="running"),
                name="one_backfill_at_a_time",
            )
        ]
        indexes = [
            models.Index(
                fields=["organization", "due_at"], condition=models.Q(state="running"), name="backfills_due"
            )
        ]
