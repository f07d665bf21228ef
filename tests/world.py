"""The small named world of the tests: two organizations, and a stranger.

Alice owns Northpine, Bob answers there, Sam supervises. Charlie owns Lumen & Loom and is the stranger everywhere else.
Every test gets a fresh world with real commits; nothing is ever cleaned up, since nothing is shared.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.test import Client

from config.tenancy import scope
from connectors.contract import Money
from connectors.events import (
    Address,
    FinancialStatus,
    FulfillmentStatus,
    LineData,
    MessageReceived,
    OrderChanged,
    ParcelStatus,
    ParcelTracked,
    Party,
    Scan,
    ShipmentData,
)
from inbox import intake
from inbox.models import Channel, Conversation, Membership, Message, Order, Organization, Role, Shipment, User

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"


@dataclass
class World:
    organization: Organization
    alice: Membership  # admin
    bob: Membership  # agent
    sam: Membership  # supervisor
    shop: Channel
    mailbox: Channel
    ups: Channel
    usps: Channel
    neighbour: Organization
    charlie: Membership = field(init=False)  # admin of the neighbour
    maya: Party = field(default_factory=lambda: person("Maya Okafor"))

    @contextmanager
    def inside(self) -> Iterator[None]:
        with scope(self.organization.pk):
            yield

    def client_of(self, member: Membership) -> Client:
        """A signed-in browser."""
        client = Client()
        client.force_login(member.user)
        return client

    def url(self, path: str = "") -> str:
        return f"/o/{self.organization.slug}/{path}"

    def writes(self, text: str = "Where is my order?", sender: Party | None = None, **facts: Any) -> Message:
        """A customer's message arrives by mail; the message as stored."""
        event = MessageReceived(
            external_id=facts.pop("external_id", f"<{uuid4().hex}@mail.example>"),
            sender=sender or self.maya,
            text=text,
            sent_at=facts.pop("sent_at", datetime.now(UTC)),
            subject=facts.pop("subject", "Where is my jacket?"),
            **facts,
        )
        with self.inside():
            intake.receive(self.mailbox, event)
        with self.inside():
            return Message.objects.select_related("conversation__customer").get(
                channel=self.mailbox, external_id=event.external_id
            )

    def conversation(self, text: str = "Where is my order?", **facts: Any) -> Conversation:
        return self.writes(text, **facts).conversation

    def buys(self, number: str = "#1042", buyer: Party | None = None, **facts: Any) -> Order:
        """The shop platform tells of an order: one jacket, one UPS parcel unless told otherwise."""
        event = an_order(number, buyer or self.maya, **facts)
        with self.inside():
            intake.receive(self.shop, event)
            return Order.objects.prefetch_related("lines", "shipments").get(external_id=event.external_id)

    def parcel_moves(
        self, shipment: Shipment, status: ParcelStatus = ParcelStatus.IN_TRANSIT, **facts: Any
    ) -> Shipment:
        """The carrier tells where a parcel is."""
        carrier = self.ups if shipment.carrier == "ups" else self.usps
        with self.inside():
            intake.receive(carrier, a_track(shipment.tracking_number, shipment.carrier, status, **facts))
            return Shipment.objects.get(pk=shipment.pk)


def person(name: str, email: str = "") -> Party:
    """A shopper with an address nobody else in the test run has."""
    first = name.split()[0].lower()
    return Party(names={"email": email or f"{first}.{uuid4().hex[:8]}@mail.example"}, display=name)


def an_order(number: str, buyer: Party, **facts: Any) -> OrderChanged:
    price = facts.pop("price", Decimal("128.00"))
    tracking = facts.pop("tracking_number", "1Z999AA10123456784")
    usd = lambda amount: Money(Decimal(amount), "USD")  # noqa: E731
    defaults: dict[str, Any] = {
        "external_id": f"gid://shop/Order/{uuid4().hex}",
        "number": number,
        "buyer": buyer,
        "placed_at": NOW - timedelta(days=8),
        "updated_at": NOW,
        "subtotal": usd(price),
        "shipping": usd("9.00"),
        "tax": usd("10.62"),
        "discount": usd("0.00"),
        "total": usd(price + Decimal("19.62")),
        "financial_status": FinancialStatus.PAID,
        "fulfillment_status": FulfillmentStatus.FULFILLED if tracking else FulfillmentStatus.UNFULFILLED,
        "lines": [
            LineData(
                "line-1", facts.pop("title", "Field Jacket"), 1, usd(price), "Moss / M", "FJ-MOS-M", "p-1"
            )
        ],
        "shipments": [ShipmentData("parcel-1", tracking, "UPS", shipped_at=NOW - timedelta(days=5))]
        if tracking
        else [],
        "shipping_address": Address("Maya Okafor", ("12 Elm St",), "Albany", "NY", "12207", "US"),
    }
    return OrderChanged(**{**defaults, **facts})


def a_track(number: str, carrier: str, status: ParcelStatus, **facts: Any) -> ParcelTracked:
    """A parcel picked up in Reno that last was in Columbus."""
    scans = [
        Scan(
            "s1", NOW - timedelta(days=5), "-08:00", ParcelStatus.IN_TRANSIT, "Origin Scan", "OR", "Reno, NV"
        ),
        Scan(
            "s2", NOW - timedelta(hours=20), "-05:00", status, "Weather delay", "X", "Columbus, OH", "weather"
        ),
    ]
    defaults: dict[str, Any] = {
        "tracking_number": number,
        "carrier": carrier,
        "status": status,
        "scans": scans,
        "estimated_on": NOW + timedelta(days=2),
        "delivered_at": NOW - timedelta(hours=20) if status == ParcelStatus.DELIVERED else None,
    }
    return ParcelTracked(**{**defaults, **facts})


def build(mail_settings: dict[str, Any] | None = None) -> World:
    tag = uuid4().hex[:8]
    northpine = Organization.objects.create(
        name="Northpine", slug=f"northpine-{tag}", signature="Northpine Support"
    )
    lumen = Organization.objects.create(name="Lumen & Loom", slug=f"lumen-{tag}")
    with scope(northpine.pk):
        secrets = {"client_secret": "hush", "access_token": "t"}
        world = World(
            organization=northpine,
            alice=_member("alice", Role.ADMIN, tag),
            bob=_member("bob", Role.AGENT, tag),
            sam=_member("sam", Role.SUPERVISOR, tag),
            shop=_channel("shopify", f"northpine-{tag}.myshopify.com", secrets),
            mailbox=_channel("email", f"support-{tag}@northpine.example", {"reply_key": "k"}, mail_settings),
            ups=_channel("ups", f"ups-{tag}", {}, state="paused"),
            usps=_channel("usps", f"usps-{tag}", {}, state="paused"),
            neighbour=lumen,
        )
    with scope(lumen.pk):
        world.charlie = _member("charlie", Role.ADMIN, tag)
    return world


def _member(name: str, role: Role, tag: str) -> Membership:
    user = User.objects.create_user(f"{name}.{tag}@example.com", PASSWORD, first_name=name.capitalize())
    return Membership.objects.create(user=user, role=role)


def _channel(
    kind: str,
    external_id: str,
    credentials: dict[str, str],
    settings: dict[str, Any] | None = None,
    state: str = "active",
) -> Channel:
    """Carriers are paused: nobody asks them, and tests say what they say."""
    return Channel.objects.create(
        kind=kind,
        name=kind.capitalize(),
        external_id=external_id,
        credentials=credentials,
        settings=settings or {},
        state=state,
    )
