from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from config.tenancy import TenantModel
from config.wake import wake
from inbox.models.channel import Channel


class Refetch(TenantModel):
    """An object a platform said has changed, to be read again there. Ten hints at one object are one row.

    The row goes when the object has been read. When it cannot be read now, it waits; when it never can, it stays with
    the reason.
    """

    WAITS: ClassVar = (5, 30, 120, 600, 3600, 14_400)  # seconds before the second, third … try

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="refetches")
    kind = models.CharField(max_length=20)
    external_id = models.CharField(max_length=200)
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now, null=True, help_text="None: given up")
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "channel", "kind", "external_id"], name="one_refetch_per_object"
            )
        ]
        indexes = [models.Index(fields=["organization", "due_at"], name="refetches_due")]

    @classmethod
    def ask(cls, channel: Channel, kind: str, external_id: str) -> None:
        """After commit a worker reads it; if none is woken, the sweeper finds the row."""
        now = timezone.now()
        row, _ = cls.objects.update_or_create(
            channel=channel,
            kind=kind,
            external_id=external_id,
            defaults={"asked_at": now, "due_at": now, "attempts": 0, "problem": ""},
        )
        wake("inbox.tasks.fetch_again", row.tenant, refetch_id=row.pk)

    def done(self) -> None:
        """Read, unless it was asked for again meanwhile."""
        Refetch.objects.filter(pk=self.pk, asked_at=self.asked_at).delete()

    def put_off(self, problem: str, wait: float | None) -> None:
        """Try again after `wait` seconds, or after the planned wait; give up when the tries are used up."""
        seconds: Any = wait
        if seconds is None and self.attempts < len(self.WAITS):
            seconds = self.WAITS[self.attempts]
        due = timezone.now() + timedelta(seconds=seconds) if seconds is not None else None
        self._keep(problem, due)

    def give_up(self, problem: str) -> None:
        self._keep(problem, None)

    def _keep(self, problem: str, due: Any) -> None:
        Refetch.objects.filter(pk=self.pk, asked_at=self.asked_at).update(
            problem=problem, due_at=due, attempts=self.attempts + 1
        )
