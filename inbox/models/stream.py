"""A live, as the platform told of it, and how fast people write there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.utils import timezone

from audit.record import record
from config.tenancy import TenantModel
from inbox import live
from inbox.models.channel import Channel
from inbox.models.organization import Membership

if TYPE_CHECKING:
    from connectors.events import About


class Stream(TenantModel):
    """One live video. Its row is locked by whoever places comments or joins groups: both are quick."""

    QUIET = timedelta(minutes=15)  # without a comment for this long, it is over
    REMEMBERED = 30  # minutes of `pace`

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="streams")
    external_id = models.CharField(max_length=200, help_text="The platform's name for the video")
    title = models.CharField(max_length=300, blank=True)
    url = models.URLField(max_length=500, blank=True)
    creator = models.CharField(max_length=200, blank=True, help_text="Whose live it is, where that is told")
    products = models.JSONField(default=list, help_text="What is shown now, by the platform's ids")
    started_at = models.DateTimeField(help_text="Of the first comment that came")
    last_comment_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0, help_text="Comments")
    pace = models.JSONField(default=dict, help_text="Comments by minute (seconds since 1970 / 60)")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "channel", "external_id"], name="one_row_per_live"
            )
        ]
        indexes = [models.Index(fields=["organization", "-last_comment_at", "-id"], name="newest_lives")]

    def __str__(self) -> str:
        return self.title or (f"{self.creator}'s live" if self.creator else "Live")

    @property
    def is_running(self) -> bool:
        return self.last_comment_at > timezone.now() - self.QUIET

    @classmethod
    def behind(cls, told: Iterable[tuple[Channel, About, datetime]]) -> dict[tuple[UUID, str], Stream]:
        """The lives these comments (channel, what they are about, when) were written under, made where there are
        none, locked; by channel and the platform's id."""
        wanted: dict[tuple[UUID, str], Stream] = {}
        for channel, about, at in told:
            name = (channel.pk, about.external_id)
            row = wanted.setdefault(
                name, cls(channel=channel, external_id=about.external_id, started_at=at, last_comment_at=at)
            )
            row.learn(about)
        known = cls._locked(wanted)
        if missing := [row for name, row in wanted.items() if name not in known]:
            cls.objects.bulk_create(missing, ignore_conflicts=True)  # a rival may have heard of it too
            known = cls._locked(wanted)
        for name, row in known.items():
            row.channel = wanted[name].channel
        return known

    @classmethod
    def _locked(cls, names: Iterable[tuple[UUID, str]]) -> dict[tuple[UUID, str], Stream]:
        """In one order everywhere, so that nobody waits in a ring."""
        names = set(names)
        rows = cls.objects.select_for_update().filter(
            channel__in={channel for channel, _ in names}, external_id__in={name for _, name in names}
        )
        found = {(row.channel_id, row.external_id): row for row in rows.order_by("id")}
        return {name: row for name, row in found.items() if name in names}

    @classmethod
    def hold(cls, ids: Collection[UUID]) -> None:
        """Whoever places comments there waits."""
        list(cls.objects.select_for_update().filter(pk__in=ids).order_by("id").values_list("pk"))

    def learn(self, about: About) -> None:
        """What the platform says of it now; what it leaves out stays."""
        self.title = about.title[:300] or self.title
        self.url = about.url[:500] or self.url
        self.creator = about.creator[:200] or self.creator
        self.products = list(about.products) or self.products

    def show(self, products: list[str], by: Membership) -> None:
        """From here on comments are about these: few platforms say what is held into the camera."""
        self.products = products
        self.save(update_fields=["products"])
        record("stream.shown", actor=by.actor, subject=self, data={"products": products})
        self.tell()

    def hear(self, moments: Iterable[datetime]) -> None:
        """New comments were written at these moments."""
        pace = {int(minute): count for minute, count in self.pace.items()}
        for at in moments:
            self.count += 1
            self.last_comment_at = max(self.last_comment_at, at)
            minute = int(at.timestamp()) // 60
            pace[minute] = pace.get(minute, 0) + 1
        newest = max(pace, default=0)
        self.pace = {
            str(each): count for each, count in sorted(pace.items()) if each > newest - self.REMEMBERED
        }

    def tell(self) -> None:
        """Its own page looks again after commit; no other does."""
        live.stream_changed(self.tenant, self.pk)
