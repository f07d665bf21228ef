"""The one door into the trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model
from django.utils import timezone
from psycopg.types.json import Jsonb

from audit.chain import FIELDS
from audit.mask import mask, mask_text
from audit.models import ActorKind, CustomerKey
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
    organization_id = current_organization_id()
    clear, words = mask(data or {}), mask(personal or {})
    label = mask_text(actor.label)
    if actor.kind == ActorKind.CUSTOMER and label:
        words["name"], label = label, ""  # a customer's name is theirs to erase
    sealed = _sealed(kind, customer_id, words) if words else None
    if words and sealed is None:
        clear["erased"] = True
    _insert(
        id=new_id(),
        organization_id=organization_id,
        at=timezone.now(),
        kind=_dotted(kind),
        actor_kind=ActorKind(actor.kind).value,
        actor_id=actor.id,
        actor_label=label,
        subject_type=subject._meta.model_name if subject else "",
        subject_id=str(subject.pk) if subject else "",
        conversation_id=conversation_id,
        customer_id=customer_id,
        data=Jsonb(clear),
        sealed=sealed,
    )


def _sealed(kind: str, customer_id: UUID | None, words: dict[str, Any]) -> bytes | None:
    if customer_id is None:
        raise ValueError(f"{kind}: personal content needs the customer whose key it is sealed under")
    return CustomerKey.seal(customer_id, words)


_INSERT = f"INSERT INTO audit_auditevent ({', '.join(FIELDS)}) VALUES ({', '.join(['%s'] * len(FIELDS))})"  # noqa: S608


def _insert(**columns: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [columns[name] for name in FIELDS])


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
