from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

from audit.record import PLATFORM, record
from config.tenancy import TenantModel, scope
from connectors import registry
from connectors.contract import Account, Capability, ReplyClock
from inbox import live
from inbox.sealed import SealedJSONField

if TYPE_CHECKING:
    from connectors.contract import Connector


class ChannelState(models.TextChoices):
    ACTIVE = "active", "Connected"
    PAUSED = "paused", "Paused"
    LOST = "lost", "Reconnect needed"


class Channel(TenantModel):
    """One connected account on one platform or carrier. `kind` is checked against the registry, not by the database."""

    HEARD_EVERY = timedelta(seconds=10)

    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    external_id = models.CharField(max_length=200, help_text="The platform's own name for the account")
    credentials: Any = SealedJSONField()
    settings = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=8, choices=ChannelState, default=ChannelState.ACTIVE)
    problem = models.TextField(blank=True, help_text="What is wrong, in the seller's words")
    cursor = models.TextField(null=True, blank=True)  # noqa: DJ001  None: never polled
    polled_at = models.DateTimeField(null=True)
    last_delivery_at = models.DateTimeField(null=True)
    rejected_count = models.PositiveIntegerField(default=0, help_text="Requests with a wrong signature")
    rejected_at = models.DateTimeField(null=True)
    connected_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind", "external_id"], name="one_channel_per_account"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def connector(self) -> Connector:
        return registry.connector(self.kind)

    @property
    def reply_clock(self) -> ReplyClock:
        """The platform's own, or what the seller promises instead (settings: reply_hours, reply_warn_hours,
        reply_business_days)."""
        clock, own = self.connector.limits.reply, self.settings
        if "reply_hours" in own:
            clock = replace(clock, within=timedelta(hours=own["reply_hours"]), warn=None)
        if "reply_warn_hours" in own:
            clock = replace(clock, warn=timedelta(hours=own["reply_warn_hours"]))
        return replace(clock, business_days=own.get("reply_business_days", clock.business_days))

    def keep_clock(self, settings: Mapping[str, float | bool]) -> None:
        """Settings as `reply_clock` reads them; what is not among them is the platform's again."""
        others = {name: value for name, value in self.settings.items() if not name.startswith("reply_")}
        self.settings = {**others, **settings}
        self.save(update_fields=["settings"])

    def can(self, capability: Capability | str) -> bool:
        return Capability(capability) in self.connector.capabilities

    @classmethod
    def mailbox(cls) -> Channel | None:
        """The organization's own, which may write to anybody."""
        kinds = [each.kind for each in registry.with_capability(Capability.MAIL)]
        found: Channel | None = (
            cls.objects.filter(kind__in=kinds, state=ChannelState.ACTIVE).order_by("connected_at").first()
        )
        return found

    def account(self) -> Account:
        return Account(
            id=str(self.id),
            kind=self.kind,
            external_id=self.external_id,
            credentials=self.credentials or {},
            settings=self.settings,
            renewed=self._keep,
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            # Signs reply addresses; kept with the credentials, so that it outlives a change of SECRET_KEY.
            self.credentials = {"reply_key": secrets.token_urlsafe(24), **(self.credentials or {})}
        super().save(*args, **kwargs)

    def _keep(self, renewed: Mapping[str, str]) -> None:
        """The platform replaced credentials while it was being asked, so no scope is open."""
        with scope(self.tenant):
            row = Channel.objects.select_for_update().get(pk=self.pk)
            self.credentials = row.credentials = {**(row.credentials or {}), **renewed}
            row.save(update_fields=["credentials"])

    def heard_at(self, moment: datetime) -> None:
        """Noted every few seconds only: deliveries that come together must not wait for each other on this row."""
        if self.last_delivery_at is None or moment - self.last_delivery_at > self.HEARD_EVERY:
            with scope(self.tenant):
                Channel.objects.filter(pk=self.pk).update(last_delivery_at=moment)
            self.last_delivery_at = moment

    def count_rejected(self) -> None:
        """A request with a wrong signature leaves this trace and nothing else."""
        with scope(self.tenant):
            Channel.objects.filter(pk=self.pk).update(
                rejected_count=models.F("rejected_count") + 1, rejected_at=timezone.now()
            )

    def pause(self) -> None:
        self._turn(ChannelState.PAUSED)

    def resume(self) -> None:
        self._turn(ChannelState.ACTIVE)

    def lose(self, problem: str) -> None:
        """Authorisation is gone: a person must reconnect, and every open screen says so.

        Nothing happens when the credentials that were refused have been replaced meanwhile.
        """
        row = Channel.objects.select_for_update().get(pk=self.pk)
        if row.credentials != self.credentials:
            return
        was = row.state
        self._turn(ChannelState.LOST, problem)
        if was != ChannelState.LOST:
            record("channel.lost", actor=PLATFORM, subject=self, data={"kind": self.kind})
            live.everything_changed(self.tenant)

    def _turn(self, state: ChannelState, problem: str = "") -> None:
        self.state, self.problem = state, problem
        self.save(update_fields=["state", "problem"])
