"""Gather what is known, live, about what the customer asks: their orders, parcels, returns, products, policy.

Only the writing customer's own records are ever read. Look-ups outside run side by side with a time-out, between two
scopes; what could not be fetched becomes evidence too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Prefetch
from django.utils import timezone

from agents import records
from agents.evidence import Evidence, Ledger
from agents.known import Facts, OrderFacts, ProductFacts
from agents.understand import IntentKind, Understanding
from config.tenancy import scope
from connectors.contract import Capability
from inbox import polling
from inbox.models import Conversation, Message, Order, Product, Shipment, TrackingEvent
from knowledge import search as knowledge
from knowledge.embedding import embed

MOST_UNSEEN = 2  # orders asked for at a platform because of one message
RECENT = 10  # orders of a customer that are looked at
LOOKUP_SECONDS = 8.0
ASKS_KNOWLEDGE = {
    IntentKind.RETURN_REQUEST,
    IntentKind.SHIPPING_INFO,
    IntentKind.WARRANTY,
    IntentKind.PRODUCT_QUESTION,
    IntentKind.CANCEL,
    IntentKind.DELIVERY_EXCEPTION,
}


def gather(organization_id: UUID, conversation: Conversation, message: Message, seen: Understanding) -> Facts:
    """May take up to LOOKUP_SECONDS. Call it outside any scope."""
    for number in _unseen_orders(organization_id, conversation, seen):
        polling.look_for(organization_id, conversation.channel, "order", number)
    with scope(organization_id):
        stale = _stale_parcels(conversation)
    failures = _look_up(organization_id, stale)
    asks_knowledge = bool({intent.kind for intent in seen.intents} & ASKS_KNOWLEDGE)
    vector = embed([message.text[:2000]], "query")[0] if asks_knowledge else None
    with scope(organization_id):
        return _collect(conversation, message, seen, vector, failures)


def _unseen_orders(organization_id: UUID, conversation: Conversation, seen: Understanding) -> list[str]:
    """Numbers the customer or the platform names that are not here: the message may have come before the order."""
    channel = conversation.channel
    named = dict.fromkeys(filter(None, [conversation.order_number, *seen.order_numbers]))
    if not named or Capability.ORDERS not in channel.connector.capabilities:
        return []
    with scope(organization_id):
        here = {_plain(number) for number in _numbers(conversation)}
    return [number for number in named if _plain(number) not in here][:MOST_UNSEEN]


def _numbers(conversation: Conversation) -> Iterable[str]:
    customers = Order.objects.filter(customer_id=conversation.customer_id)
    return customers.order_by("-placed_at").values_list("number", flat=True)[: 5 * RECENT]


def _plain(number: str) -> str:
    return number.lstrip("#")


def _stale_parcels(conversation: Conversation) -> list[UUID]:
    """Parcels of this customer that are still moving; `track` itself leaves the fresh ones alone."""
    return list(
        Shipment.objects.filter(order__customer_id=conversation.customer_id)
        .exclude(status__in=["delivered", "returned"], checked_at__isnull=False)
        .exclude(tracking_number="")
        .order_by("-shipped_at")
        .values_list("pk", flat=True)[:6]
    )


def _look_up(organization_id: UUID, shipments: Sequence[UUID]) -> set[UUID]:
    """Ask carriers side by side; the ids of those that did not answer in time."""
    if not shipments:
        return set()
    pool = ThreadPoolExecutor(max_workers=len(shipments), thread_name_prefix="track")
    calls = {pool.submit(_track, organization_id, pk): pk for pk in shipments}
    _, unfinished = wait(calls, timeout=LOOKUP_SECONDS)
    pool.shutdown(wait=False, cancel_futures=True)
    return {calls[call] for call in unfinished}


def _track(organization_id: UUID, shipment_id: UUID) -> None:
    try:
        polling.track(organization_id, shipment_id)
    finally:
        connection.close()  # this thread's own


def _collect(
    conversation: Conversation,
    message: Message,
    seen: Understanding,
    vector: list[float] | None,
    silent: set[UUID],
) -> Facts:
    ledger = Ledger()
    zone = ZoneInfo(conversation.organization.time_zone)
    orders = [records.order(order, ledger, conversation, zone, silent) for order in _orders(conversation)]
    named = tuple(
        dict.fromkeys(
            [*seen.order_numbers, *([conversation.order_number] if conversation.order_number else [])]
        )
    )
    focus, unknown = _focus(orders, named, list(seen.tracking_numbers))
    asks_product = any(intent.kind == IntentKind.PRODUCT_QUESTION for intent in seen.intents)
    return Facts(
        now=timezone.now(),
        zone=zone,
        evidence=ledger.items,
        orders=orders,
        focus=focus,
        unknown_numbers=unknown,
        products=_products(conversation, message, focus, ledger) if asks_product else [],
        passages=_passages(conversation, message, vector, ledger),
        earlier_conversations=Conversation.objects.filter(customer_id=conversation.customer_id)
        .exclude(pk=conversation.pk)
        .count(),
    )


def _orders(conversation: Conversation) -> list[Order]:
    parcels = Shipment.objects.order_by("shipped_at").prefetch_related(
        Prefetch("scans", TrackingEvent.objects.order_by("-at"))
    )
    return list(
        Order.objects.filter(customer_id=conversation.customer_id)
        .select_related("channel")
        .prefetch_related("lines", "refunds", "returns", Prefetch("shipments", parcels))
        .order_by("-placed_at")[:RECENT]
    )


def _focus(
    orders: list[OrderFacts], named: tuple[str, ...], tracked: list[str]
) -> tuple[OrderFacts | None, tuple[str, ...]]:
    """The order meant: by its number, by a parcel's number, or because there is only one it can be."""
    by_number = {order.number.lstrip("#").lower(): order for order in orders}
    wanted = [number.lstrip("#").lower() for number in named]
    unknown = tuple(number for number in wanted if number not in by_number)
    found = [by_number[number] for number in wanted if number in by_number]
    found += [
        order for order in orders for p in order.parcels if (n := p.get("number")) and n.value in tracked
    ]
    if found:
        return (found[0] if len({order.id for order in found}) == 1 else None), unknown
    if unknown:
        return None, unknown
    still_open = [order for order in orders if order.is_open]
    only = still_open or orders
    return (only[0] if len(only) == 1 else None), ()


def _products(
    conversation: Conversation, message: Message, focus: OrderFacts | None, ledger: Ledger
) -> list[ProductFacts]:
    """Products the message names by the words of their titles, best match first; else those of the order meant."""
    words = {word.strip(".,?!").lower() for word in f"{message.subject} {message.text}".split()}
    catalogue = list(Product.objects.order_by("title").only("pk", "title", "external_id")[:2000])
    scored = [(records.title_overlap(product.title, words), product) for product in catalogue]
    best = max((score for score, _ in scored), default=0.0)
    chosen = [product.pk for score, product in scored if score == best and best >= 0.5]
    if not chosen and focus:
        titles = {line["title"].value for line in focus.lines}
        chosen = [product.pk for product in catalogue if product.title in titles]
    return [records.product(row, ledger, conversation) for row in Product.objects.filter(pk__in=chosen[:3])]


def _passages(
    conversation: Conversation, message: Message, vector: list[float] | None, ledger: Ledger
) -> list[Evidence]:
    if vector is None:
        return []
    found = knowledge.search(message.text, vector, channel_kind=conversation.channel.kind, limit=4)
    return [records.passage(each.passage, ledger, conversation) for each in found]
