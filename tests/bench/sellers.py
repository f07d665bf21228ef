"""A seller with six channels in the pretend world, and whether all that was sent to them is there, once."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx

from agents.drafting import unread
from agents.models import Run, RunState
from audit.record import MACHINE
from config.tenancy import scope
from connectors import registry
from connectors.contract import RawRequest
from inbox import connecting
from inbox.models import (
    Backfill,
    BackfillState,
    Channel,
    ChannelState,
    Delivery,
    DeliveryState,
    Membership,
    Message,
    Order,
    Organization,
    Refetch,
    Role,
    User,
)
from tests.bench.running import Running

Json = dict[str, Any]
GRANTED = {"access_token", "refresh_token"}  # secrets that no connect form asks for


class Seller:
    """All six channels belong to one organization; the first worker that is woken connects them."""

    def __init__(self, here: Running) -> None:
        self.world: Json = httpx.get(f"{here.sandbox}/world", timeout=30).raise_for_status().json()
        self.organization = Organization.objects.create(name="Northpine", slug=f"northpine-{uuid4().hex[:8]}")
        with scope(self.organization.pk):
            user = User.objects.create_user(f"alice-{uuid4().hex[:8]}@example.com")
            Membership.objects.create(user=user, role=Role.ADMIN)
            self.channels = {name: _channel(*wanted) for name, wanted in self._accounts()}
            for channel in self.channels.values():
                connecting.test(channel)

    def _accounts(self) -> Iterator[tuple[str, tuple[str, str, Json]]]:
        """Name, and the channel's kind and account with what its connect form holds."""
        for shop in self.world["shops"]:
            name = f"{shop['platform']} of {shop['brand']}"
            if shop["platform"] == "shopify":
                yield name, ("shopify", shop["domain"], self._store(shop))
            elif shop["brand"] == "northpine" and shop["connect"]:
                entered = dict(shop["connect"])
                yield name, (shop["platform"], entered.pop("external_id"), entered)
        store = self._shop("shopify of northpine")
        yield "mailbox of northpine", ("email", store["mailbox"], self._mailbox(store, store["mailbox"]))

    def _store(self, shop: Json) -> Json:
        keys = {name: shop[name] for name in ("access_token", "client_id", "client_secret")}
        base = f"{self.world['base_urls']['shopify']}/{shop['domain']}"
        return {**keys, "base_url": base, **self._mailbox(shop, shop["form_mailbox"])}

    def _mailbox(self, shop: Json, address: str) -> Json:
        mail = self.world["mail"]
        servers = {"imap_host": mail["host"], "smtp_host": mail["host"], "tls": "none"}
        ports = {"imap_port": mail["imap_port"], "smtp_port": mail["smtp_port"]}
        return {"mail_address": address, "mail_password": shop["mail_password"], **servers, **ports}

    def _shop(self, name: str) -> Json:
        kind, _, brand = name.replace("mailbox", "shopify").partition(" of ")
        found: Json = next(s for s in self.world["shops"] if (s["platform"], s["brand"]) == (kind, brand))
        return found

    def domain(self, name: str) -> str:
        """The pretend world's name for the shop behind a channel."""
        return str(self._shop(name)["domain"])

    def waiting(self) -> dict[str, int]:
        """What is still to be done, by what it is."""
        with scope(self.organization.pk):
            return {
                "channels to connect": Channel.objects.exclude(state=ChannelState.ACTIVE).count(),
                "deliveries to apply": Delivery.objects.filter(state=DeliveryState.RECEIVED).count(),
                "objects to read again": Refetch.objects.exclude(due_at=None).count(),
                "messages to draft for": unread().count()
                + Run.objects.filter(state=RunState.WORKING).count(),
            }

    def problems(self) -> dict[str, str]:
        with scope(self.organization.pk):
            return {str(each): each.problem for each in Channel.objects.exclude(problem="")}

    def leave_the_past(self) -> None:
        """What channels begin to read when they are connected would be measured too."""
        with scope(self.organization.pk):
            for each in Backfill.objects.filter(state=BackfillState.RUNNING):
                each.stop(MACHINE)

    def missed(self, plan: Json) -> list[str]:
        """What is not there, or there twice, or not as the platform has it; empty when all is well."""
        with scope(self.organization.pk):
            return [*self._deliveries(plan), *_orders(plan), *_messages(plan)]

    def _deliveries(self, plan: Json) -> Iterator[str]:
        sent = {self._key(post) for post in plan["posts"]}
        found = Counter(
            Delivery.objects.filter(key__in=[key for _, key in sent]).values_list(
                "channel_id", "key", "state"
            )
        )
        stored = {(channel, key) for channel, key, _ in found}
        yield from (f"lost: a webhook, {key}" for _, key in sent - stored)
        yield from (f"{state}: {key}" for _, key, state in found if state != DeliveryState.APPLIED)

    def _key(self, post: Json) -> tuple[Any, str]:
        """As the channel itself names it; a notification that comes by a queue holds its own name."""
        body, target = base64.b64decode(post["body"]), urlsplit(post["url"])
        for channel in self.channels.values():
            if target.path.endswith(str(channel.pk)):
                headers = {name.lower(): value for name, value in post["headers"].items()}
                request = RawRequest("POST", target.path, headers, body, {}, post["url"])
                return channel.pk, channel.connector.verify(channel.account(), request).key
        notification = json.loads(json.loads(body)["MessageBody"])
        return self.channels["amazon of northpine"].pk, notification["NotificationMetadata"]["NotificationId"]


def _orders(plan: Json) -> Iterator[str]:
    rows = list(Order.objects.filter(number__in=plan["totals"]).values_list("number", "total"))
    yield from (f"doubled: order {n}" for n, times in Counter(n for n, _ in rows).items() if times > 1)
    totals = dict(rows)
    for number, total in plan["totals"].items():
        if number not in totals:
            yield f"lost: order {number}"
        elif totals[number] != Decimal(total):
            yield f"old: order {number} is {totals[number]} here and {total} there"


def _messages(plan: Json) -> Iterator[str]:
    texts = Message.objects.filter(text__contains="in note ").values_list("text", flat=True)
    times = Counter(word for text in texts for word in re.findall(r"note \d{4}-\d{6}", text))
    yield from (f"lost: message {word}" for word in plan["words"] if not times[word])
    yield from (f"doubled: message {word}" for word in plan["words"] if times[word] > 1)


def _channel(kind: str, account: str, entered: Json) -> Channel:
    secret = GRANTED | {each.name for each in registry.connector(kind).connect_form if each.secret}
    return Channel.objects.create(
        kind=kind,
        name=kind,
        external_id=account,
        credentials={name: value for name, value in entered.items() if name in secret},
        settings={name: value for name, value in entered.items() if name not in secret},
        state=ChannelState.PAUSED,
    )
