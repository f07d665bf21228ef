"""What happened (AuditEvent), that it happened in this order (Seal), and who can still read the words (CustomerKey).

Events and seals are append-only for everybody, the tables' owner included (migration 0003). An organization with a
trail can therefore not be deleted by a cascade; closing one down is a deed of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet
from django.db import connection, models
from django.utils import timezone

from config.sealing import keyring
from config.tenancy import TenantModel, current_organization_id


class ActorKind(models.TextChoices):
    MEMBER = "member", "A person"
    MACHINE = "machine", "Waybill"
    CUSTOMER = "customer", "The customer"
    PLATFORM = "platform", "The platform"
    CLOCK = "clock", "The clock"


class AuditEvent(TenantModel):
    """One deed. Written by audit.record, and only there; never changed."""

    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=60, help_text="A noun and a past participle: message.queued")
    actor_kind = models.CharField(max_length=8, choices=ActorKind)
    actor_id = models.CharField(max_length=64, blank=True)
    actor_label = models.CharField(max_length=200, blank=True, help_text="Members by name; customers never")
    subject_type = models.CharField(max_length=40, blank=True, help_text="The model's name in lower case")
    subject_id = models.CharField(max_length=64, blank=True)
    conversation_id = models.UUIDField(null=True)
    customer_id = models.UUIDField(null=True)
    data = models.JSONField(default=dict, help_text="What is countable, in the clear")
    sealed = models.BinaryField(null=True, help_text="What is personal, under the customer's own key")

    personal: dict[str, Any] | None = None  # the words, once CustomerKey.open has been asked for them

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["organization", "-at", "-id"], name="trail"),
            models.Index(fields=["organization", "kind", "-at", "-id"], name="trail_by_kind"),
            models.Index(
                fields=["organization", "actor_kind", "actor_id", "-at", "-id"], name="trail_by_actor"
            ),
            models.Index(
                fields=["organization", "conversation_id", "-at", "-id"],
                condition=models.Q(conversation_id__isnull=False),
                name="trail_of_conversation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M:%S}"


class CustomerKey(TenantModel):
    """A customer's own key, wrapped by the master keys. Erasing the customer empties it, once and for all.

    The emptied row stays, so that no new key is made for someone who asked to be forgotten.
    """

    customer_id = models.UUIDField()
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)
    destroyed_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organization", "customer_id"], name="one_key_per_customer")
        ]

    @classmethod
    def seals(cls, customer_ids: Collection[UUID]) -> dict[UUID, Callable[[Mapping[str, Any]], bytes]]:
        """What seals words under each customer's key, made if there is none. Not in it: whose key is destroyed.

        The keys are read each time and never kept: they may be destroyed at any moment.
        """
        if not customer_ids:
            return {}
        found = cls._read(customer_ids)
        if new := set(customer_ids) - found.keys():
            cls._make(new)
            found = cls._read(customer_ids)  # with a rival's, if there was one
        return {
            customer_id: partial(_seal, _fernet(wrapped))
            for customer_id, (wrapped, destroyed_at) in found.items()
            if not destroyed_at
        }

    @classmethod
    def _read(cls, customer_ids: Collection[UUID]) -> dict[UUID, tuple[bytes, datetime | None]]:
        # By hand: this and the event's INSERT are in every deed, and building them anew took most of their time.
        with connection.cursor() as cursor:
            cursor.execute(_READ_KEYS, [current_organization_id(), list(customer_ids)])
            return {
                customer_id: (wrapped, destroyed_at)
                for customer_id, wrapped, destroyed_at in cursor.fetchall()
            }

    @classmethod
    def _make(cls, customer_ids: Collection[UUID]) -> None:
        fresh = [
            cls(customer_id=each, wrapped=keyring().encrypt(Fernet.generate_key()))
            for each in sorted(customer_ids)
        ]
        cls.objects.bulk_create(fresh, ignore_conflicts=True)

    @classmethod
    def open(cls, events: Sequence[AuditEvent]) -> None:
        """Fill `personal` of those events whose customer's key still lives, with one query."""
        sealed = [event for event in events if event.sealed is not None]
        wanted = {event.customer_id for event in sealed}
        living = cls.objects.filter(customer_id__in=wanted, destroyed_at=None)
        keys = {
            customer_id: _fernet(wrapped)
            for customer_id, wrapped in living.values_list("customer_id", "wrapped")
        }
        for event in sealed:
            if event.customer_id in keys:
                event.personal = json.loads(keys[event.customer_id].decrypt(bytes(event.sealed or b"")))

    @classmethod
    def destroy(cls, customer_id: UUID) -> None:
        emptied = cls(customer_id=customer_id, wrapped=b"", destroyed_at=timezone.now())
        cls.objects.bulk_create(
            [emptied],
            update_conflicts=True,
            unique_fields=["organization", "customer_id"],
            update_fields=["wrapped", "destroyed_at"],
        )


_READ_KEYS = """
    SELECT customer_id, wrapped, destroyed_at FROM audit_customerkey
    WHERE organization_id = %s AND customer_id = ANY(%s)
"""


def _seal(key: Fernet, words: Mapping[str, Any]) -> bytes:
    return key.encrypt(json.dumps(words, ensure_ascii=False).encode())


def _fernet(wrapped: bytes) -> Fernet:
    return Fernet(keyring().decrypt(bytes(wrapped)))


class Unsealed(TenantModel):
    """The sealer's queue: the id of each event not yet in the chain. Filled by a trigger (migration 0004)."""

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["organization", "id"], name="unsealed_in_order")]


class Seal(TenantModel):
    """One link of the organization's chain: event number `position`, and the hash over all before it (see audit.chain)."""

    position = models.PositiveBigIntegerField(help_text="1, 2, 3 … without gaps")
    # No database constraint: a seal must outlive its event, to say that it is gone.
    event = models.OneToOneField(
        AuditEvent, on_delete=models.DO_NOTHING, db_constraint=False, related_name="seal"
    )
    event_hash = models.BinaryField(help_text="SHA-256 of the event as stored")
    hash = models.BinaryField(help_text="SHA-256 of the previous hash, position and event_hash")
    sealed_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organization", "position"], name="one_seal_per_position")
        ]
