"""What one pass asks the outside world before it reads: orders that are not here yet, and records that grew old."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.utils import timezone

from agents.facts import catalogue
from agents.facts.lookups import Lookup
from agents.facts.theirs import Theirs
from agents.understanding.intents import IntentKind
from agents.understanding.message import Understanding
from connectors.contract import Capability
from inbox import polling
from inbox.models import Channel, ChannelState, Conversation, Message, Order, Product, Shipment

RECENT = 10  # orders of a customer that are looked at
FRESH = timedelta(
    minutes=10
)  # news come by themselves; what is older is asked for where it is about money or a change
_MOST_UNSEEN = 2  # orders asked for at a platform because of one message
_MOST_OLD = 2
_MOST_PARCELS = 6
_ABOUT_AN_ORDER_NOW = {
    IntentKind.CANCEL,
    IntentKind.CHANGE_ADDRESS,
    IntentKind.CHANGE_ORDER,
    IntentKind.REFUND_REQUEST,
    IntentKind.REFUND_STATUS,
    IntentKind.PAYMENT,
}


def wanted(conversation: Conversation, message: Message, seen: Understanding) -> list[Lookup]:
    """Inside a scope; what is to be run outside of it."""
    organization, theirs = conversation.tenant, Theirs.of(conversation, message)
    unseen = [
        Lookup(number, partial(polling.look_for, organization, conversation.channel, "order", number))
        for number in _unseen(theirs, seen)
    ]
    old = [
        Lookup(pk, partial(polling.look_for, organization, channel, "order", external_id))
        for pk, channel, external_id in _old_orders(theirs, seen)
    ]
    stock = [
        Lookup(row.pk, partial(polling.look_for, organization, row.channel, "product", row.external_id))
        for row in _old_products(message, seen)
    ]
    parcels = [Lookup(pk, _tracked(organization, pk)) for pk in _moving_parcels(theirs)]
    return [*unseen, *old, *stock, *parcels]


def named(conversation: Conversation, seen: Understanding) -> tuple[str, ...]:
    """Order numbers that the customer or the platform names."""
    return tuple(dict.fromkeys(filter(None, [*seen.order_numbers, conversation.order_number])))


def _unseen(theirs: Theirs, seen: Understanding) -> list[str]:
    """Numbers that are not here: the message may have come before the order."""
    conversation = theirs.conversation
    numbers = named(conversation, seen)
    if not numbers or Capability.ORDERS not in conversation.channel.connector.capabilities:
        return []
    here = {_plain(number) for number in _numbers(theirs)}
    return [number for number in numbers if _plain(number) not in here][:_MOST_UNSEEN]


def _numbers(theirs: Theirs) -> Iterable[str]:
    customers = Order.objects.filter(theirs.orders())
    return customers.order_by("-placed_at").values_list("number", flat=True)[: 5 * RECENT]


def _old_orders(theirs: Theirs, seen: Understanding) -> list[tuple[UUID, Channel, str]]:
    """The orders named, or else the newest, where what is asked is about how they stand right now."""
    if not set(seen.kinds) & _ABOUT_AN_ORDER_NOW:
        return []
    own = Order.objects.filter(
        theirs.orders(),
        fetched_at__lt=timezone.now() - FRESH,
        channel__state=ChannelState.ACTIVE,
    ).select_related("channel")
    said = {_plain(number) for number in named(theirs.conversation, seen)}
    rows = [row for row in own.order_by("-placed_at")[:RECENT] if not said or _plain(row.number) in said]
    able = [row for row in rows if row.channel.can(Capability.ORDERS)]
    return [(row.pk, row.channel, row.external_id) for row in able[:_MOST_OLD]]


def _moving_parcels(theirs: Theirs) -> list[UUID]:
    """Parcels of this customer that are still moving; `track` itself leaves the fresh ones alone."""
    return list(
        Shipment.objects.filter(theirs.orders("order__"))
        .exclude(status__in=["delivered", "returned"], checked_at__isnull=False)
        .exclude(tracking_number="")
        .exclude(checked_at__gt=timezone.now() - polling.FRESH)
        .order_by("-shipped_at")
        .values_list("pk", flat=True)[:_MOST_PARCELS]
    )


def _old_products(message: Message, seen: Understanding) -> list[Product]:
    """The products a question is about, whose stock was read a while ago."""
    if IntentKind.PRODUCT_QUESTION not in seen.kinds:
        return []
    rows = Product.objects.filter(
        pk__in=catalogue.asked(f"{message.subject} {message.text}", message.about),
        fetched_at__lt=timezone.now() - FRESH,
        channel__state=ChannelState.ACTIVE,
    ).select_related("channel")
    return [row for row in rows.order_by("title") if row.channel.can(Capability.PRODUCTS)]


def _tracked(organization_id: UUID, shipment_id: UUID) -> Callable[[], bool]:
    def run() -> bool:
        polling.track(organization_id, shipment_id)  # notes on the shipment what it was not told
        return True

    return run


def _plain(number: str) -> str:
    return number.lstrip("#").lower()
