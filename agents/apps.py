from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.apps import AppConfig


class AgentsConfig(AppConfig):
    name = "agents"

    def ready(self) -> None:
        from inbox.signals import groups_opened, messages_received

        messages_received.connect(have_read, dispatch_uid="agents.have_read")
        groups_opened.connect(have_groups_read, dispatch_uid="agents.have_groups_read")


def have_read(organization_id: UUID, message_ids: Sequence[UUID], again: bool = False, **_: Any) -> None:
    """Customers said something, or (`again`) said it otherwise. What no worker hears, the sweeper finds."""
    from agents.tasks import wake_readers

    wake_readers(organization_id, message_ids, again=again)


def have_groups_read(organization_id: UUID, **_: Any) -> None:
    from config.wake import wake_once

    wake_once("agents.tasks.read_groups", organization_id)
