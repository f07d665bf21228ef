"""The one door into the trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model


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
    and addresses; it is stored sealed under the customer's own key, and needs `customer_id`.
    """
