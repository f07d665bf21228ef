"""One socket per open page: it only ever says "this conversation changed"."""

from __future__ import annotations

import math
from typing import Any
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from inbox import live
from inbox.access import membership_of

MAKING = 2  # seconds a page may take


class LiveConsumer(AsyncJsonWebsocketConsumer):
    group: str | None = None

    async def connect(self) -> None:
        """Members of the organization in the address, and nobody else."""
        user = self.scope["user"]
        membership = None
        if user.is_authenticated:
            membership = await database_sync_to_async(membership_of)(
                user, self.scope["url_route"]["kwargs"]["slug"]
            )
        if membership is None:
            await self.close(code=4404)
            return
        self.group = live.group(membership.organization_id)
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        organization = membership.organization_id
        if await sync_to_async(live.changed_since, thread_sensitive=False)(organization, self._made()):
            await self.send_json({"conversation": "*"})

    def _made(self) -> float:
        """When the page was made, seconds since 1970; its queries ran a little before."""
        said = parse_qs(self.scope["query_string"].decode()).get("since", [""])[0]
        return float(said) - MAKING if said.isdecimal() else math.inf

    async def disconnect(self, code: int) -> None:
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def changed(self, event: dict[str, Any]) -> None:
        await self.send_json({name: value for name, value in event.items() if name != "type"})

    async def visited(self, event: dict[str, Any]) -> None:
        """Only that there is something new to see of whoever is in the chat: who may see it asks the ordinary view."""
        await self.send_json({"visitor": event["thread"]})
