from __future__ import annotations

from typing import Any

from django.apps import AppConfig


class AgentsConfig(AppConfig):
    name = "agents"

    def ready(self) -> None:
        from inbox.signals import message_received

        message_received.connect(read_message, dispatch_uid="agents.read_message")


def read_message(organization_id: Any, message_id: Any, **_: Any) -> None:
    """A customer said something: have it read. If no worker hears this, the sweeper finds the message."""
    from config.wake import wake

    wake("agents.tasks.run_pass", organization_id, message_id=message_id)
