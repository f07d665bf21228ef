"""The one door into the trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model
from django.utils import timezone
from psycopg.types.json import Jsonb

from audit.chain import FIELDS
from audit.mask import mask, mask_text
from audit.models import ActorKind, AuditEvent, CustomerKey
from config.tenancy import current_organization_id, new_id


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: "member" (a person), "machine", "customer", "platform" or "clock"."""

    kind: str
    id: str = ""
    label: str = ""


MACHINE = Actor("machine", label="Waybill")
PLATFORM = Actor("platform")
CLOCK = Actor("clock")


@dataclass(frozen=True)
class Deed:
    """One thing done, as `record` takes it."""

    kind: str
    actor: Actor
    subject: Model | None = None
    conversation_id: UUID | None = None
    customer_id: UUID | None = None
    data: Mapping[str, Any] | None = None
    personal: Mapping[str, Any] | None = None


def record(
    kind: str,
    *,
    actor: Actor,
    subject: Model | None = None,
    conversation_id: UUID | None = None,
    customer_id: UUID | None = None,
    data: Mapping[str, Any] | None = None,
    personal: Mapping[str, Any] | None = None,
) -> None:
    """Write one deed, in the transaction of the deed itself (inside `scope()`).

    `data` is countable and stored in the clear: kinds, ids, times, amounts, outcomes. `personal` is words, names
    and addresses; it is stored sealed under the customer's own key, and needs `customer_id`. Of a customer who has
    been erased nothing personal is kept any more; `data` then says `"erased": true`. Secrets and card numbers are
    masked in both. Raises NoScope outside a scope, ValueError on what could never be proven or erased.
    """
    record_all([Deed(kind, actor, subject, conversation_id, customer_id, data, personal)])


def record_all(deeds: Iterable[Deed]) -> None:
    """The same for several, in the same one or two statements."""
    organization_id = current_organization_id()
    told = [_told(deed) for deed in deeds]
    seals = CustomerKey.seals({deed.customer_id for deed, _, words, _ in told if words and deed.customer_id})
    rows = []
    for deed, clear, words, label in told:
        seal = seals.get(deed.customer_id) if words and deed.customer_id else None
        if words and seal is None:
            clear["erased"] = True
        rows.append(
            {
                "id": new_id(),
                "organization_id": organization_id,
                "at": timezone.now(),
                "kind": _dotted(deed.kind),
                "actor_kind": ActorKind(deed.actor.kind).value,
                "actor_id": deed.actor.id,
                "actor_label": label,
                "subject_type": deed.subject._meta.model_name if deed.subject else "",
                "subject_id": str(deed.subject.pk) if deed.subject else "",
                "conversation_id": deed.conversation_id,
                "customer_id": deed.customer_id,
                "data": Jsonb(clear),
                "sealed": seal(words) if seal else None,
            }
        )
    if rows:
        _insert(rows)


def _told(deed: Deed) -> tuple[Deed, dict[str, Any], dict[str, Any], str]:
    """What of it goes into the clear, what is sealed, and the actor's name."""
    clear, words, label = mask(deed.data or {}), mask(deed.personal or {}), mask_text(deed.actor.label)
    if deed.actor.kind == ActorKind.CUSTOMER and label:
        words["name"], label = label, ""  # a customer's name is theirs to erase
    if words and deed.customer_id is None:
        raise ValueError(f"{deed.kind}: personal content needs the customer whose key it is sealed under")
    return deed, clear, words, label


def _insert(rows: Sequence[Mapping[str, Any]]) -> None:
    """Column by column: however many rows, the statement is the same, and its parameters few."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(), [[row[name] for row in rows] for name in FIELDS])


@cache
def _statement() -> str:
    types = [AuditEvent._meta.get_field(name).db_type(connection) for name in FIELDS]
    columns = ", ".join(f"%s::{each}[]" for each in types)
    return f"INSERT INTO audit_auditevent ({', '.join(FIELDS)}) SELECT * FROM unnest({columns})"  # noqa: S608


def _dotted(kind: str) -> str:
    noun, _, verb = kind.partition(".")
    if not (noun and verb):
        raise ValueError(f"{kind!r} is not a noun and a past participle, like message.queued")
    return kind


def erase(customer_id: UUID, by: Actor) -> None:
    """Forget a customer: destroy their key, so that no word of theirs can be read again. The chain stays valid.

    Backups keep the old key until they are rotated out; see docs/operations.md.
    """
    CustomerKey.destroy(customer_id)
    record("customer.erased", actor=by, customer_id=customer_id)
