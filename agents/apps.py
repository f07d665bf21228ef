from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.apps import AppConfig


class AgentsConfig(AppConfig):
    name = "agents"

    def ready(self) -> None:
        from inbox.signals import messages_received

        messages_received.connect(have_read, dispatch_uid="agents.have_read")


def have_read(organization_id: UUID, message_ids: Sequence[UUID], again: bool = False, **_: Any) -> None:
    """Customers said something, or (`again`) said it otherwise. What no worker hears, the sweeper finds."""
    from agents.tasks import wake_readers

    wake_readers(organization_id, message_ids, again=again)
