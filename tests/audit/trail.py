"""The trail of one organization, as its writers and its verifier see it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from audit import chain
from audit.models import AuditEvent
from audit.record import MACHINE, record
from config.tenancy import scope


class Trail:
    def __init__(self, organization_id: UUID) -> None:
        self.organization_id = organization_id

    def record(self, kind: str = "message.sent", **content: Any) -> UUID:
        """One event in a transaction of its own; its id."""
        with scope(self.organization_id):
            record(kind, **{"actor": MACHINE, **content})
            return AuditEvent.objects.latest("id").pk

    def seal(self) -> int:
        return chain.seal(self.organization_id)

    def event(self, pk: UUID) -> AuditEvent:
        with scope(self.organization_id):
            return AuditEvent.objects.get(pk=pk)
