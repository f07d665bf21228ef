"""Something owed to a platform. The row is the queue; Celery only wakes whoever delivers it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.utils import timezone

from config.tenancy import TenantModel


class OutgoingState(models.TextChoices):
    QUEUED = "queued", "Waiting"
    SENDING = "sending", "Sending"
    SENT = "sent", "Sent"
    FAILED = "failed", "Not sent"
    UNCERTAIN = "uncertain", "Checking"
    CANCELLED = "cancelled", "Undone"


class Outgoing(TenantModel):
    """
    queued ─▶ sending ─▶ sent
      ▲          ├─▶ failed      the platform said no, or tries are used up
      │          ├─▶ queued      nothing left; try again later
      └──────────┴─▶ uncertain   it left, no answer came: read the platform first
    """

    WAITS = (5, 30, 120, 600, 3600)  # seconds before the second, third … try
    STUCK_AFTER = timedelta(seconds=90)

    send_state = models.CharField(max_length=9, choices=OutgoingState, blank=True, default="")
    send_key = models.CharField(
        max_length=64, blank=True, default="", help_text="Makes a second try harmless"
    )
    send_after = models.DateTimeField(null=True)
    send_attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True, default="")

    class Meta(TenantModel.Meta):
        abstract = True

    def claim(self) -> bool:
        """True for exactly one caller: whoever changes the row from queued to sending goes on.

        `claimed_at` is the fence: whoever was taken over can no longer move the row.
        """
        return self._take(models.Q(send_state=OutgoingState.QUEUED), OutgoingState.SENDING)

    def take_over(self) -> bool:
        """True for exactly one caller: it may now ask the platform what became of this.

        Either its outcome is unknown, or the worker that held it has been silent for too long.
        """
        now = timezone.now()
        lost = models.Q(send_state=OutgoingState.SENDING, claimed_at__lte=now - self.STUCK_AFTER)
        return self._take(
            models.Q(send_state=OutgoingState.UNCERTAIN, send_after__lte=now) | lost,
            OutgoingState.UNCERTAIN,
            send_after=now + self.STUCK_AFTER,
        )

    def cancel(self) -> bool:
        """Undo, as long as nobody has claimed it."""
        return self._take(models.Q(send_state=OutgoingState.QUEUED), OutgoingState.CANCELLED)

    def requeue(self) -> bool:
        """A person asks for another try of what failed."""
        return self._take(
            models.Q(send_state=OutgoingState.FAILED),
            OutgoingState.QUEUED,
            problem="",
            send_attempts=0,
            send_after=timezone.now(),
        )

    # What became of it. Each needs the claim, and is False for whoever lost it.

    def mark_sent(self, external_id: str, at: datetime) -> bool:
        return self._settle(OutgoingState.SENT, external_id=external_id, sent_at=at, problem="")

    def arrive(self, external_id: str, at: datetime) -> bool:
        """The platform shows it, whoever holds the claim; also what was given up because nobody could tell."""
        leaving = models.Q(
            send_state__in=[OutgoingState.SENDING, OutgoingState.UNCERTAIN, OutgoingState.FAILED]
        )
        return self._move(
            leaving, send_state=OutgoingState.SENT, external_id=external_id, sent_at=at, problem=""
        )

    def fail(self, problem: str) -> bool:
        return self._settle(OutgoingState.FAILED, problem=problem)

    def doubt(self, problem: str, wait: float = 15) -> bool:
        """Outcome unknown: look at the platform after `wait` seconds, before anything else."""
        return self._settle(
            OutgoingState.UNCERTAIN, problem=problem, send_after=timezone.now() + timedelta(seconds=wait)
        )

    def retry_later(self, problem: str, wait: float | None = None) -> bool:
        """Back to queued with the next planned wait (seconds), or failed when the tries are used up."""
        if self.send_attempts >= len(self.WAITS):
            return self.fail(problem)
        seconds = wait if wait is not None else self.WAITS[self.send_attempts]
        return self._settle(
            OutgoingState.QUEUED,
            problem=problem,
            send_attempts=self.send_attempts + 1,
            send_after=timezone.now() + timedelta(seconds=seconds),
        )

    def hold(self, problem: str, wait: float) -> bool:
        """Back to queued without counting a try: nothing was tried."""
        return self._settle(
            OutgoingState.QUEUED, problem=problem, send_after=timezone.now() + timedelta(seconds=wait)
        )

    def _take(self, wanted: models.Q, target: OutgoingState, **changes: Any) -> bool:
        return self._move(wanted, send_state=target, claimed_at=timezone.now(), **changes)

    def _settle(self, target: OutgoingState, **changes: Any) -> bool:
        mine = models.Q(
            claimed_at=self.claimed_at, send_state__in=[OutgoingState.SENDING, OutgoingState.UNCERTAIN]
        )
        return self._move(mine, send_state=target, **changes)

    def _move(self, wanted: models.Q, **changes: Any) -> bool:
        if not type(self)._default_manager.filter(wanted, pk=self.pk).update(**changes):
            return False
        for name, value in changes.items():
            setattr(self, name, value)
        return True

    @classmethod
    def due(cls) -> models.QuerySet[Self]:
        """What should be moving now: queued or uncertain and due, or claimed by a worker that died."""
        now = timezone.now()
        return cls._default_manager.filter(
            models.Q(send_state__in=[OutgoingState.QUEUED, OutgoingState.UNCERTAIN], send_after__lte=now)
            | models.Q(send_state=OutgoingState.SENDING, claimed_at__lte=now - cls.STUCK_AFTER)
        ).order_by("send_after")
