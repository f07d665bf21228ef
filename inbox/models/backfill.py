from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from django.core.cache import cache
from django.db import models
from django.utils import timezone

from audit.record import Actor, record
from config.tenancy import TenantModel
from config.wake import wake
from connectors.contract import Page
from inbox.models.channel import Channel

# What `counts` may hold, in the order it is told, for one and for many.
FOUND = {
    "orders": ("order", "orders"),
    "messages": ("message", "messages"),
    "returns": ("return", "returns"),
    "disputes": ("dispute", "disputes"),
    "notices": ("notice", "notices"),
    "products": ("product", "products"),
    "other": ("other record", "other records"),
    "unreadable": ("that could not be read", "that could not be read"),
}


class BackfillState(models.TextChoices):
    RUNNING = "running", "Reading"
    DONE = "done", "Done"
    FAILED = "failed", "Stopped"


class Backfill(TenantModel):
    """Reading a channel's past, page by page. `cursor` is where to go on after a crash; `counts` is what was found.

    A worker takes the row by moving `due_at` ahead, which is also its fence: whoever was silent for too long, or was
    stopped, can no longer keep a page.
    """

    DAYS = 30
    SILENT: ClassVar = timedelta(minutes=2)
    ON_ITS_WAY = 60  # seconds after which a wake-up counts as lost
    WAITS: ClassVar = (5, 30, 120, 600, 1800)  # seconds before the second, third … try

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="backfills")
    since = models.DateTimeField()
    until = models.DateTimeField()
    cursor = models.TextField(null=True)  # noqa: DJ001  None: nothing read yet
    share = models.FloatField(default=0, help_text="How much is in, 0 to 1")
    counts = models.JSONField(default=dict, help_text="What it was → how many: orders, messages …")
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

    @classmethod
    def newest(cls, channel: Channel) -> Backfill | None:
        found: Backfill | None = cls.objects.filter(channel=channel).order_by("-started_at").first()
        return found

    @classmethod
    def begin(cls, channel: Channel, by: Actor) -> None:
        """Read the last DAYS days, unless that is going on; after commit a worker begins."""
        now = timezone.now()
        row, is_new = cls.objects.get_or_create(
            channel=channel,
            state=BackfillState.RUNNING,
            defaults={"since": now - timedelta(days=cls.DAYS), "until": now},
        )
        if is_new:
            row.record("begun", by)
            row.wake()

    def claim(self) -> bool:
        """True for exactly one caller, who may read the next page."""
        now = timezone.now()
        return self._move(models.Q(due_at__lte=now), due_at=now + self.SILENT)

    # Each needs the claim, and is False for whoever lost it.

    def keep(self, page: Page, found: Mapping[str, int]) -> bool:
        """A page is in; the row moves in the transaction that stores it, so a crash repeats a page and loses none."""
        if page.more and page.cursor in (None, self.cursor):
            return self.fail("The platform said that there is more, and not where.")
        over = not page.more
        share = 1.0 if over else self.share if page.share is None else page.share
        changes: dict[str, Any] = {"state": BackfillState.DONE, "finished_at": timezone.now()} if over else {}
        return self._mine(
            cursor=page.cursor,
            share=max(self.share, min(share, 1.0)),
            counts=dict(Counter(self.counts) + Counter(found)),
            problem="",
            attempts=0,
            due_at=timezone.now(),
            **changes,
        )

    def wait(self, seconds: float, problem: str = "") -> bool:
        """Nothing was tried; it is not counted."""
        return self._mine(problem=problem, due_at=timezone.now() + timedelta(seconds=seconds))

    def try_later(self, problem: str) -> bool:
        """After the next planned wait, or never when the tries are used up."""
        if self.attempts >= len(self.WAITS):
            return self.fail(problem)
        due = timezone.now() + timedelta(seconds=self.WAITS[self.attempts])
        return self._mine(problem=problem, attempts=self.attempts + 1, due_at=due)

    def fail(self, problem: str) -> bool:
        return self._mine(state=BackfillState.FAILED, problem=problem)

    # Verbs of people.

    def stop(self, by: Actor) -> None:
        if self._move(models.Q(), state=BackfillState.FAILED, problem=""):
            self.record("stopped", by)

    def go_on(self, by: Actor) -> None:
        """Where it stopped."""
        stopped = Backfill.objects.filter(pk=self.pk, state=BackfillState.FAILED)
        now = timezone.now()
        if stopped.update(state=BackfillState.RUNNING, problem="", attempts=0, due_at=now, started_at=now):
            self.record("resumed", by)
            self.wake()

    def wake(self, after: float = 0) -> None:
        """Unless a wake-up is on its way: workers come to the past last, and it must not pile up before them."""
        if cache.add(f"past:{self.pk}", True, self.ON_ITS_WAY + after):
            wake("inbox.tasks.read_past", self.tenant, after=after, backfill_id=self.pk)

    def awake(self) -> None:
        """It has come; the next one is to be sent."""
        cache.delete(f"past:{self.pk}")

    def record(self, verb: str, by: Actor) -> None:
        data = {"kind": self.channel.kind, **self.counts}
        record(f"backfill.{verb}", actor=by, subject=self.channel, data=data)

    @property
    def is_running(self) -> bool:
        return bool(self.state == BackfillState.RUNNING)

    @property
    def percent(self) -> int:
        return int(self.share * 100)

    @property
    def found(self) -> str:
        """ "412 orders, 96 messages"."""
        return ", ".join(
            f"{self.counts[name]:,} {one if self.counts[name] == 1 else many}"
            for name, (one, many) in FOUND.items()
            if self.counts.get(name)
        )

    def _mine(self, **changes: Any) -> bool:
        return self._move(models.Q(due_at=self.due_at), **changes)

    def _move(self, wanted: models.Q, **changes: Any) -> bool:
        running = Backfill.objects.filter(wanted, pk=self.pk, state=BackfillState.RUNNING)
        if not running.update(**changes):
            return False
        for name, value in changes.items():
            setattr(self, name, value)
        return True
