"""A shop with two buyers, for messages that are to be read by the whole pass; made of facts, as a platform tells them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from uuid import UUID, uuid4

from agents import drafting
from agents.models import Draft
from config.tenancy import scope
from connectors import registry
from connectors.carriers import numbers
from connectors.contract import Capability, Money
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
from connectors.hidden import Hidden
from inbox import intake
from inbox.models import Channel, ChannelState, Message

SHOPPER, OTHER = "maya", "rosa"
_PARCEL = "1Z999AA10123456784"
# What only the other buyer may learn.
SECRETS = (
    "Lindqvist", "48 Birch", "Duluth", "55811", "777.40", "758.00", "1Z999AA10345672341", "Alpine Tent",
    "Fargo", "rosa.lindqvist",
)  # fmt: skip


@dataclass
class Stage:
    """Both buyers have one order with a parcel. Every reading is a conversation of its own."""

    organization_id: UUID
    mailbox: Channel
    threads: count[int] = field(default_factory=count)

    @classmethod
    def build(cls, organization_id: UUID) -> Stage:
        """Inside a scope or not. Connects a mailbox, a shop and a carrier that nobody ever calls."""
        with scope(organization_id):
            mailbox, shop, carrier = (_channel(organization_id, kind) for kind in _kinds())
            jacket = _order("#1042", SHOPPER, "Maya Okafor", "Field Jacket", "128.00", _PARCEL)
            tent = _order("#7777", OTHER, "Rosa Lindqvist", "Alpine Tent", "758.00", "1Z999AA10345672341")
            for event in (jacket, tent):
                intake.receive(shop, event)
            for number, place in (
                (_PARCEL, "Columbus, OH"),
                ("1Z999AA10345672341", "Fargo, ND"),
            ):
                intake.receive(carrier, _track(number, carrier.kind, place))
        return cls(organization_id, mailbox)

    def reads(self, text: str, subject: str = "", hidden: tuple[Hidden, ...] = ()) -> Draft:
        """The shopper writes this by mail; what then lies on the table."""
        event = MessageReceived(
            external_id=f"<{uuid4().hex}@mail.example>",
            sender=_party(SHOPPER, "Maya Okafor"),
            text=text,
            sent_at=datetime.now(UTC),
            thread=f"thread-{next(self.threads)}",
            subject=subject,
            hidden=hidden,
        )
        with scope(self.organization_id):
            intake.receive(self.mailbox, event)
            message = Message.objects.get(channel=self.mailbox, external_id=event.external_id)
        drafting.run_pass(self.organization_id, message.pk)
        with scope(self.organization_id):
            return Draft.objects.select_related("run", "conversation").get(message=message)


def _kinds() -> tuple[str, str, str]:
    """A mailbox, a shop and a carrier, whichever there are."""
    every = registry.connectors().values()
    mail = next(c.kind for c in every if not c.proves_sender and Capability.ORDERS not in c.capabilities)
    shop = next(c.kind for c in every if not c.proves_sender and Capability.ORDERS in c.capabilities)
    return mail, shop, _carrier()


def _carrier() -> str:
    """Whose number it is."""
    return numbers.candidates(_PARCEL)[0].carriers[0]


def _channel(organization_id: UUID, kind: str) -> Channel:
    row: Channel = Channel.objects.create(
        kind=kind,
        name=kind.capitalize(),
        external_id=f"stage-{organization_id.hex}@shop.example",
        credentials={},
        state=ChannelState.PAUSED,
    )
    return row


def _party(name: str, display: str) -> Party:
    surname = display.split()[-1].lower()
    return Party({"email": f"{name}.{surname}@mail.example"}, display)


def _order(number: str, name: str, display: str, title: str, price: str, parcel: str) -> OrderChanged:
    now, amount = datetime.now(UTC), Decimal(price)
    home = (
        ("12 Elm St", "Albany", "NY", "12207")
        if name == SHOPPER
        else ("48 Birch Lane", "Duluth", "MN", "55811")
    )
    return OrderChanged(
        external_id=f"stage-{number}",
        number=number,
        buyer=_party(name, display),
        placed_at=now - timedelta(days=8),
        updated_at=now,
        subtotal=_usd(amount),
        shipping=_usd("9.00"),
        tax=_usd("10.40"),
        discount=_usd("0"),
        total=_usd(amount + Decimal("19.40")),
        financial_status=FinancialStatus.PAID,
        fulfillment_status=FulfillmentStatus.FULFILLED,
        lines=[LineData("1", title, 1, _usd(amount), "Moss / M", f"SKU-{name}", f"p-{name}")],
        shipments=[ShipmentData("1", parcel, _carrier(), shipped_at=now - timedelta(days=5))],
        shipping_address=Address(display, (home[0],), *home[1:], "US"),
    )


def _usd(value: Decimal | str) -> Money:
    return Money(Decimal(value), "USD")


def _track(number: str, carrier: str, place: str) -> ParcelTracked:
    now = datetime.now(UTC)
    scans = [Scan("1", now - timedelta(hours=20), "-05:00", ParcelStatus.IN_TRANSIT, "Arrived", "A", place)]
    return ParcelTracked(
        tracking_number=number,
        carrier=carrier,
        status=ParcelStatus.IN_TRANSIT,
        scans=scans,
        estimated_on=now + timedelta(days=2),
        delivered_at=None,
    )
