"""What happened in one conversation and with one customer, read for the screen and the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, DateTimeField, F, OuterRef, Prefetch, QuerySet, UUIDField, Value, When
from django.db.models.functions import Cast, JSONObject

from inbox.models import (
    Assignment,
    Closure,
    Conversation,
    Dispute,
    Identity,
    Membership,
    Note,
    Notice,
    Order,
    Refund,
    Return,
    Shipment,
    Snooze,
)
from inbox.queries import PAGE, Cursor

ORDERS = 50  # of one customer that are read; the newest SHOWN with their lines and parcels
SHOWN = 5
GOING_ON = ["action_needed", "waiting"]


@dataclass(frozen=True)
class Item:
    """One thing in a thread. `kind`: message, note, notice, assigned, closed or snoozed.

    `row` is the Message, Note or Notice; `to` whom it was assigned to, `until` when it comes back.
    """

    kind: str
    at: datetime
    id: UUID
    by: Membership | None
    row: Any = None
    to: Membership | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Thread:
    items: list[Item]  # oldest first
    earlier: Cursor | None  # None when there is nothing earlier


def thread(conversation: Conversation, members: list[Membership], before: Cursor | None = None) -> Thread:
    """The newest PAGE items before a place: messages, notes, what members did and what the
    platform told of the order, in one line. Five queries."""
    known = {member.pk: member for member in members}
    messages = _newest(conversation.messages.prefetch_related("attachments"), "created_at", before)
    notes = _newest(Note.objects.filter(conversation=conversation), "created_at", before)
    found = [Item("message", row.created_at, row.pk, known.get(row.author_id), row) for row in messages]
    found += [Item("note", row.created_at, row.pk, known.get(row.author_id), row) for row in notes]
    found += [Item("notice", row.at, row.pk, None, row) for row in _told(conversation, before)]
    found += [
        Item(kind, at, pk, known.get(by), to=known.get(to), until=until)
        for kind, pk, at, by, to, until in _deeds(conversation, before)
    ]
    found.sort(key=lambda item: (item.at, item.id))
    items = found[-PAGE:]
    return Thread(items, Cursor(items[0].at, items[0].id) if len(found) > PAGE else None)


def _newest(rows: QuerySet[Any], at: str, before: Cursor | None) -> list[Any]:
    if before:
        rows = rows.filter(before.before(at))
    return list(rows.order_by(f"-{at}", "-id")[: PAGE + 1])


def _told(conversation: Conversation, before: Cursor | None) -> list[Any]:
    """Of the orders this is about, since it began; earlier ones stand with the order."""
    rows = Notice.objects.filter(
        order__customer=conversation.customer_id, at__gte=conversation.opened_at, message=None
    )
    if conversation.order_number:
        rows = rows.filter(order__number=conversation.order_number)
    return _newest(rows.only("kind", "subject", "at", "organization_id"), "at", before)


def _deeds(conversation: Conversation, before: Cursor | None) -> QuerySet[Any]:
    """(kind, id, at, by, to, until) of assignments, closures and snoozes, newest first; one query."""
    nobody = Cast(Value(None), UUIDField())
    never = Cast(Value(None), DateTimeField())
    kinds: list[tuple[str, type, Any, Any]] = [
        ("assigned", Assignment, F("assignee_id"), never),
        ("closed", Closure, nobody, never),
        ("snoozed", Snooze, nobody, F("until")),
    ]
    parts = []
    for kind, model, to, until in kinds:
        rows: QuerySet[Any] = model.objects.filter(conversation=conversation)  # type: ignore[attr-defined]
        if before:
            rows = rows.filter(before.before("at"))
        parts.append(
            rows.annotate(kind=Value(kind), to=to, ends=until).values_list(
                "kind", "id", "at", "by_id", "to", "ends"
            )
        )
    return parts[0].union(*parts[1:], all=True).order_by("-at", "-id")[: PAGE + 1]


@dataclass(frozen=True)
class CustomerCard:
    """What the panel shows beside a thread."""

    identities: list[Identity]
    orders: list[Order]  # the one talked about first, then newest first
    order_count: int
    conversations: list[Conversation]  # their others, newest first
    disputes: list[Dispute]  # those to be answered first
    notices: list[Notice]  # of the first order, newest first

    @property
    def spent(self) -> list[tuple[str, Any]]:
        """(currency, amount) of what was not cancelled."""
        sums: dict[str, Any] = {}
        for order in self.orders:
            if not order.cancelled_at:
                sums[order.currency] = sums.get(order.currency, 0) + order.total
        return sorted(sums.items())

    @property
    def shown(self) -> list[Order]:
        return self.orders[:SHOWN]


def customer(conversation: Conversation) -> CustomerCard:
    """Nine queries, however long the history."""
    person = conversation.customer_id
    orders = _orders(person)
    orders.sort(key=lambda order: order.number != conversation.order_number)  # stable: newest first otherwise
    return CustomerCard(
        identities=list(Identity.objects.filter(customer=person).order_by("space", "value")[:20]),
        orders=orders,
        order_count=len(orders),
        conversations=list(
            Conversation.objects.filter(customer=person)
            .exclude(pk=conversation.pk)
            .select_related("channel")
            .defer("handles", "channel__credentials", "channel__cursor")
            .order_by("-last_message_at")[:SHOWN]
        ),
        disputes=_disputes(person),
        notices=list(Notice.objects.filter(order=orders[0], message=None).order_by("-at")[:SHOWN])
        if orders
        else [],
    )


def _disputes(customer_id: UUID) -> list[Dispute]:
    """Those still going on, by deadline, before those that ended."""
    rows = Dispute.objects.filter(customer=customer_id).select_related("order", "channel")
    return list(
        rows.defer("channel__credentials", "channel__cursor").order_by(
            Case(When(state__in=GOING_ON, then=0), default=1), F("due_at").asc(nulls_last=True), "-updated_at"
        )[:SHOWN]
    )


def _orders(customer_id: UUID) -> list[Order]:
    return list(with_details(Order.objects.filter(customer=customer_id)).order_by("-placed_at")[:ORDERS])


def with_details(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Orders with lines, parcels, scans and returns, and what was refunded as plain data (`refunded`)."""
    refunds = Refund.objects.filter(order=OuterRef("pk")).order_by("refunded_at")
    return (
        orders.select_related("channel")
        .prefetch_related(
            "lines",
            Prefetch("shipments", Shipment.objects.order_by("-shipped_at")),
            "shipments__scans",
            Prefetch("returns", Return.objects.order_by("requested_at")),
        )
        .annotate(
            refunded=ArraySubquery(
                refunds.values(json=JSONObject(amount="amount", currency="currency", at="refunded_at"))
            )
        )
    )
