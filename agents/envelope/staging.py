"""Puts a scenario on stage: its orders, parcels, products and earlier words, as a platform would have told them.

An order, in the words of scenarios/*.yaml; all of them may be left out:

    placed: 8            days ago
    items: [{title, variant, price, quantity, product}]
    shipping: "9.00"
    paid: paid           a connectors.events.FinancialStatus
    parcel: in_transit   a connectors.events.ParcelStatus, or late, stalled, attempted, damaged, address, refused, none
    due: 2               days ahead, by the carrier
    delivered: 3         days ago
    left_at, signed_by
    cancelled: 2         days ago
    refunds: [{amount, ago}]
    returns: [{status, ago}]
    of: Rosa Lindqvist   somebody else's
    ours_to_ship: false  the platform ships it from its own warehouse
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from agents.envelope.houses import platforms
from agents.envelope.platform import Pretend
from agents.envelope.scenario import Plain, Scenario
from connectors import registry
from connectors.carriers import numbers
from connectors.contract import Capability, Money
from connectors.events import (
    Address,
    FinancialStatus,
    Fulfiller,
    FulfillmentStatus,
    LineData,
    MessageReceived,
    OrderChanged,
    ParcelStatus,
    ParcelTracked,
    Party,
    ProductChanged,
    RefundData,
    ReturnData,
    ReturnStatus,
    Scan,
    ShipmentData,
    VariantData,
)
from inbox import intake
from inbox.models import Channel, ChannelState, Conversation, Message, Order, OutgoingState

WRITER = "Maya Okafor"
_TROUBLE = {
    "attempted": "Delivery attempted",
    "damaged": "Damage noticed",
    "address": "Address incomplete",
    "refused": "Refused by the receiver",
    "weather": "Held back by weather",
}
_HOMES = {WRITER: ("12 Elm St", "Albany", "NY", "12207")}
_ELSEWHERE = ("48 Birch Lane", "Duluth", "MN", "55811")


@dataclass
class Staged:
    """What there is of a scenario in one organization; nothing of it is kept."""

    organization_id: UUID
    scenario: Scenario
    channels: dict[str, Channel] = field(default_factory=dict)
    platforms: dict[str, Pretend] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    conversation: Conversation | None = None  # the one last written in
    tag: str = field(default_factory=lambda: uuid4().hex[:8])

    # Names

    @property
    def shop(self) -> str:
        """The kind of the platform the orders are from."""
        kind = self.scenario.channel
        has_orders = Capability.ORDERS in registry.connectors()[kind].capabilities
        return kind if has_orders else str(platforms()["shop"])

    def number(self, place: int) -> str:
        return str(platforms()["numbers"][self.shop]).format(n=place + 1)

    def words(self, text: str) -> str:
        for place in range(max(1, len(self.scenario.orders))):
            text = text.replace(f"{{{place}}}", self.number(place))
        return text

    def party(self, name: str = WRITER, kind: str = "") -> Party:
        address = f"{name.replace(' ', '.').lower()}.{self.tag}@mail.example"
        named = {"email": address}
        return Party({**named, kind: address.partition("@")[0]} if kind else named, name)

    def channel(self, kind: str) -> Channel:
        """Paused: nobody but `standing_in` is ever asked."""
        if kind not in self.channels:
            self.channels[kind] = Channel.objects.create(
                kind=kind,
                name=kind.capitalize(),
                external_id=f"envelope-{self.tag}@{kind}.example",
                credentials={},
                state=ChannelState.PAUSED,
            )
        return self.channels[kind]

    @property
    def effects(self) -> list[Any]:
        return [each for platform in self.platforms.values() for each in platform.effects]


def pretended() -> dict[str, Pretend]:
    """Every platform and carrier there is, in pretence."""
    return {kind: Pretend(real) for kind, real in registry.connectors().items()}


def stage(staged: Staged) -> Message:
    """In the caller's scope. The message to be answered, which nobody has read."""
    scenario = staged.scenario
    shop = staged.channel(staged.shop)
    for said in scenario.products:
        intake.receive(shop, _product(said))
    for place, said in enumerate(scenario.orders):
        _order(staged, shop, place, said)
    for said in scenario.earlier:
        _earlier(staged, said)
    return writes(staged, scenario.writes, subject=scenario.subject)


def writes(
    staged: Staged, text: str, kind: str = "", ago: float = 0, subject: str = "", thread: str = ""
) -> Message:
    kind = kind or staged.scenario.channel
    channel = staged.channel(kind)
    has_orders = Capability.ORDERS in channel.connector.capabilities
    ties = has_orders and channel.connector.proves_sender and staged.scenario.orders
    event = MessageReceived(
        external_id=f"<{uuid4().hex}@mail.example>",
        sender=staged.party(kind=kind if has_orders else ""),
        text=staged.words(text),
        sent_at=datetime.now(UTC) - timedelta(days=ago),
        thread=thread or f"thread-{staged.tag}-{kind}",
        subject=staged.words(subject),
        order_number=staged.number(0) if ties else "",
    )
    intake.receive(channel, event)
    message: Message = Message.objects.select_related("conversation").get(
        channel=channel, external_id=event.external_id
    )
    staged.conversation = message.conversation
    return message


def answered(conversation: Conversation, text: str, ago: float = 0) -> Message:
    """As if it had been sent then."""
    message = conversation.reply(text, None, key=f"envelope-{uuid4().hex}", news=True)
    at = datetime.now(UTC) - timedelta(days=ago)
    Message.objects.filter(pk=message.pk).update(
        send_state=OutgoingState.SENT, created_at=at, sent_at=at, send_after=None
    )
    return message


def _earlier(staged: Staged, said: Plain) -> None:
    """{writes, ago, channel, thread} or {answered, ago}: the shopper's words, or ours right after them."""
    ago = float(said.get("ago", 5))
    if "writes" in said:
        writes(staged, said["writes"], said.get("channel", ""), ago, thread=said.get("thread", ""))
    elif staged.conversation:
        answered(staged.conversation, _days(staged.words(said["answered"])), ago)


def _days(text: str) -> str:
    """ "{in 2 days}" and "{2 days ago}" as we write days."""
    today = datetime.now(UTC)
    for count in range(1, 10):
        for words, moved in ((f"{{in {count} days}}", count), (f"{{{count} days ago}}", -count)):
            day = today + timedelta(days=moved)
            text = text.replace(words, f"{day:%A, %B} {day.day}")
    return text


def _product(said: Plain) -> ProductChanged:
    variants = [
        VariantData(
            f"v-{said['title']}-{n}",
            each["title"],
            each.get("sku", f"SKU-{said['title']}-{n}"),
            usd(each["price"]),
            each.get("stock"),
        )
        for n, each in enumerate(said.get("variants", ()))
    ]
    return ProductChanged(
        external_id=f"p-{said['title']}",
        title=said["title"],
        description=said.get("description", ""),
        updated_at=datetime.now(UTC),
        variants=variants,
        attributes=said.get("attributes", {}),
    )


def _order(staged: Staged, shop: Channel, place: int, said: Plain) -> None:
    name = said.get("of", WRITER)
    event = _event(staged, place, said, staged.party(name, shop.kind))
    intake.receive(shop, event)
    platform = staged.platforms.get(shop.kind)
    if platform:
        platform.orders[event.external_id] = event
    for parcel in event.shipments:
        kind, carrier = parcel.carrier, staged.channel(parcel.carrier)
        if said.get("parcel") == "late":  # the carrier had named an earlier day
            before = {**said, "due": -2}
            intake.receive(carrier, _track(parcel.tracking_number, kind, before))
        intake.receive(carrier, _track(parcel.tracking_number, kind, said))
    staged.orders.append(Order.objects.get(channel=shop, external_id=event.external_id))


def _event(staged: Staged, place: int, said: Plain, buyer: Party) -> OrderChanged:
    now = datetime.now(UTC)
    lines = [_line(n, each) for n, each in enumerate(said.get("items") or [{}], 1)]
    goods = sum((each.unit_price.amount * each.quantity for each in lines), Decimal(0))
    shipping, parcel = Decimal(said.get("shipping", "9.00")), said.get("parcel", "in_transit")
    home = _HOMES.get(buyer.display, _ELSEWHERE)
    return OrderChanged(
        external_id=f"order-{staged.tag}-{place}",
        number=staged.number(place),
        buyer=buyer,
        placed_at=now - timedelta(days=said.get("placed", 8)),
        updated_at=now,
        subtotal=usd(goods),
        shipping=usd(shipping),
        tax=usd("0.00"),
        discount=usd("0.00"),
        total=usd(goods + shipping),
        financial_status=FinancialStatus(said.get("paid", "paid")),
        fulfillment_status=_fulfilment(said, parcel),
        lines=lines,
        shipments=[] if parcel == "none" else [_shipment(place, said, parcel)],
        refunds=[_refund(n, each) for n, each in enumerate(said.get("refunds", ()))],
        returns=[_return(staged.number(place), n, each) for n, each in enumerate(said.get("returns", ()), 1)],
        shipping_address=Address(buyer.display, (home[0],), *home[1:], "US"),
        cancelled_at=now - timedelta(days=said["cancelled"]) if "cancelled" in said else None,
        fulfilled_by=Fulfiller.SELLER if said.get("ours_to_ship", True) else Fulfiller.PLATFORM,
    )


def _fulfilment(said: Plain, parcel: str) -> FulfillmentStatus:
    if "cancelled" in said:
        return FulfillmentStatus.CANCELLED
    left = parcel not in {"none", "pre_transit"}
    return FulfillmentStatus.FULFILLED if left else FulfillmentStatus.UNFULFILLED


def _line(number: int, said: Plain) -> LineData:
    title = said.get("title", "Field Jacket")
    return LineData(
        f"line-{number}",
        title,
        said.get("quantity", 1),
        usd(said.get("price", "128.00")),
        said.get("variant", "Moss / M"),
        said.get("sku", f"SKU-{title}-{number}"),
        f"p-{said.get('product', title)}",
    )


def _shipment(place: int, said: Plain, parcel: str) -> ShipmentData:
    sent = None if parcel == "pre_transit" else _shipped(said)
    number = str(platforms()["parcels"][place])
    carrier = numbers.candidates(number)[0].carriers[0]
    return ShipmentData(f"parcel-{place}", number, carrier, shipped_at=sent)


def _shipped(said: Plain) -> datetime:
    placed = said.get("placed", 8)
    return datetime.now(UTC) - timedelta(days=max(0.5, placed - 2))


def _refund(number: int, said: Plain) -> RefundData:
    at = datetime.now(UTC) - timedelta(days=said.get("ago", 2))
    return RefundData(f"refund-{number}", usd(said["amount"]), at)


def _return(order: str, number: int, said: Plain) -> ReturnData:
    at = datetime.now(UTC) - timedelta(days=said.get("ago", 2))
    status = ReturnStatus(said["status"])
    return ReturnData(
        f"return-{number}", f"{order}-R{number}", status, requested_at=at, quantity=said.get("quantity", 1)
    )


def usd(value: Decimal | str) -> Money:
    return Money(Decimal(value), "USD")


def _track(number: str, carrier: str, said: Mapping[str, Any]) -> ParcelTracked:
    """One scan on the way, and one of how it stands."""
    now, parcel = datetime.now(UTC), said.get("parcel", "in_transit")
    delivered = now - timedelta(days=said.get("delivered", 2)) if parcel == "delivered" else None
    status, seen = _standing(parcel), delivered or now - timedelta(days=8 if parcel == "stalled" else 0.8)
    text, reason = _TROUBLE.get(parcel, "Arrived at facility"), parcel if parcel in _TROUBLE else ""
    scans = [
        Scan("2", seen, "-05:00", status, "Delivered" if delivered else text, "B", "Columbus, OH", reason)
    ]
    if parcel == "pre_transit":
        scans = [Scan("1", seen, "-05:00", status, "Label created", "A")]
    due = now + timedelta(days=said.get("due", 2))
    return ParcelTracked(
        tracking_number=number,
        carrier=carrier,
        status=status,
        scans=scans,
        estimated_on=due,
        delivered_at=delivered,
        left_at=said.get("left_at", ""),
        signed_by=said.get("signed_by", ""),
    )


def _standing(parcel: str) -> ParcelStatus:
    if parcel in _TROUBLE:
        return ParcelStatus.EXCEPTION
    return ParcelStatus.IN_TRANSIT if parcel in {"late", "stalled"} else ParcelStatus(parcel)
