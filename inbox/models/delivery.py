from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from uuid import UUID

from django.db import connection, models
from django.utils import timezone

from config.one_trip import change
from config.tenancy import TenantModel
from connectors.contract import RawDelivery
from inbox.models.channel import Channel


class DeliveryState(models.TextChoices):
    RECEIVED = "received", "Waiting"
    APPLIED = "applied", "Applied"
    FAILED = "failed", "Failed"


class Delivery(TenantModel):
    """One raw thing received, kept before it is understood, so that it can be replayed after a fix."""

    STUCK_AFTER = timedelta(seconds=30)

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="deliveries")
    key = models.CharField(max_length=400, help_text="The platform's id for this delivery")
    topic = models.CharField(max_length=120)
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    state = models.CharField(max_length=8, choices=DeliveryState, default=DeliveryState.RECEIVED)
    reason = models.TextField(blank=True, help_text="Why it failed")
    attempts = models.PositiveSmallIntegerField(default=0)
    events = models.PositiveSmallIntegerField(default=0, help_text="How many facts it held")
    received_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True)
    past = models.BooleanField(
        default=False, help_text="Read by a back-fill: applied last, and never answered"
    )

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organization", "channel", "key"], name="the_same_delivery_once")
        ]
        indexes = [
            models.Index(
                fields=["organization", "past", "channel", "received_at"],
                condition=models.Q(state="received"),
                name="waiting_deliveries",
            ),
            models.Index(fields=["organization", "state", "-received_at"], name="deliveries_by_state"),
        ]

    @classmethod
    def store(cls, channel: Channel, raw: RawDelivery, *, past: bool = False) -> Delivery | None:
        """The new row, or None when this delivery is already here. In the caller's scope, or in none: then by itself."""
        row = cls(
            organization_id=channel.tenant,
            channel=channel,
            key=raw.key,
            topic=raw.topic,
            headers=dict(raw.headers),
            body=raw.body,
            received_at=raw.received_at or timezone.now(),
            past=past,
        )
        if not row._insert():
            return None
        if not past:
            channel.heard_at(row.received_at)
        return row

    def _insert(self) -> bool:
        """False when it is here already. By hand: `ignore_conflicts` does not tell, and a savepoint costs two trips."""
        fields = self._meta.concrete_fields
        values = [field.get_db_prep_save(field.pre_save(self, add=True), connection) for field in fields]
        self._state.adding = False
        if not connection.in_atomic_block:
            return bool(change(self.tenant, _insert_statement(), values))
        with connection.cursor() as cursor:
            cursor.execute(_insert_statement(), values)
            return bool(cursor.rowcount)

    def raw(self) -> RawDelivery:
        return RawDelivery(
            topic=self.topic,
            key=self.key,
            body=bytes(self.body),
            headers=self.headers,
            received_at=self.received_at,
        )

    def fail(self, reason: str) -> None:
        self.state, self.reason = DeliveryState.FAILED, reason[:2000]
        self.attempts += 1
        self.save(update_fields=["state", "reason", "attempts"])

    @classmethod
    def settle(cls, applied: Mapping[UUID, int]) -> None:
        """Mark these applied; by how many facts each held."""
        for count in set(applied.values()):
            cls.objects.filter(pk__in=[pk for pk, held in applied.items() if held == count]).update(
                state=DeliveryState.APPLIED,
                reason="",
                applied_at=timezone.now(),
                attempts=models.F("attempts") + 1,
                events=count,
            )

    def requeue(self) -> None:
        """Ask for it to be read again."""
        self.state, self.reason = DeliveryState.RECEIVED, ""
        self.save(update_fields=["state", "reason"])


@cache
def _insert_statement() -> str:
    columns = [str(field.column) for field in Delivery._meta.concrete_fields]
    places = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO inbox_delivery ({', '.join(columns)}) VALUES ({places}) ON CONFLICT DO NOTHING"  # noqa: S608
