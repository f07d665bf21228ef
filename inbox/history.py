"""What happened in one conversation and with one customer, read for the screen and the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Case, F, OuterRef, Prefetch, QuerySet, When
from django.db.models.functions import JSONObject

from inbox import joining
from inbox.models import (
    Attachment,
    Conversation,
    Dispute,
    Identity,
    Join,
    Membership,
    Message,
    Notice,
    Order,
    Refund,
    Return,
    Shipment,
)
from inbox.queries import PAGE, Cursor

ORDERS = 50  # of one customer that are read; the newest SHOWN with their lines and parcels
SHOWN = 5
GOING_ON = ["action_needed", "waiting"]

_OF_FILE = (
    "name",
    "content_type",
    "size",
    "read_state",
    "text",
    "hidden",
    "problem",
    "source",
)  # what the thread shows of a file


@dataclass(frozen=True)
class Item:
    """One thing in a thread. `kind`: message, note, notice, assigned, closed or snoozed.

    `row` is a message's row; `text` a note's words or a notice's title; `to` whom it was assigned to, `until` when
    it comes back.
    """

    kind: str
    at: datetime
    id: UUID
    by: Membership | None
    row: Message | None = None
    to: Membership | None = None
    until: datetime | None = None
    text: str = ""


@dataclass(frozen=True)
class Thread:
    items: list[Item]  # oldest first
    earlier: Cursor | None  # None when there is nothing earlier


def thread(conversation: Conversation, members: list[Membership], before: Cursor | None = None) -> Thread:
    """The newest PAGE items before a place: messages (their `files` as plain data), notes, what members did and what
    the platform told of the order, in one line. Two queries."""
    known: dict[UUID | None, Membership] = {member.pk: member for member in members}
    files = Attachment.objects.filter(message=OuterRef("pk")).order_by("id")
    rows = conversation.messages.select_related("customer").annotate(
        files=ArraySubquery(files.values(json=JSONObject(pk="id", **{name: name for name in _OF_FILE})))
    )
    if before:
        rows = rows.filter(before.before("created_at"))
    found = [
        Item("message", row.created_at, row.pk, known.get(row.author_id), row)
        for row in rows.order_by("-created_at", "-id")[: PAGE + 1]
    ]
    found += [
        Item(kind, at, pk, known.get(by), to=known.get(to), until=until, text=text)
        for kind, pk, at, by, to, until, text in _beside(conversation, before)
    ]
    found.sort(key=lambda item: (item.at, item.id))
    items = found[-PAGE:]
    return Thread(items, Cursor(items[0].at, items[0].id) if len(found) > PAGE else None)


# Five kinds of rows with the same seven columns. In SQL, because putting it together from five querysets takes
# longer than all that PostgreSQL does for the page.
_BESIDE = """
WITH beside AS (
    SELECT 'assigned' AS kind, id, at, by_id AS by, assignee_id AS assigned, NULL::timestamptz AS until, '' AS text
      FROM inbox_assignment WHERE organization_id = %(organization)s AND conversation_id = %(conversation)s
    UNION ALL
    SELECT 'closed', id, at, by_id, NULL, NULL, ''
      FROM inbox_closure WHERE organization_id = %(organization)s AND conversation_id = %(conversation)s
    UNION ALL
    SELECT 'snoozed', id, at, by_id, NULL, until, ''
      FROM inbox_snooze WHERE organization_id = %(organization)s AND conversation_id = %(conversation)s
    UNION ALL
    SELECT 'note', id, created_at, author_id, NULL, NULL, text
      FROM inbox_note WHERE organization_id = %(organization)s AND conversation_id = %(conversation)s
    UNION ALL
    SELECT 'notice', notice.id, notice.at, NULL, NULL, NULL,
           coalesce(nullif(subject, ''), upper(left(kind, 1)) || replace(substr(kind, 2), '_', ' '))
      FROM inbox_notice AS notice JOIN inbox_order ON inbox_order.id = notice.order_id
     WHERE notice.organization_id = %(organization)s AND inbox_order.customer_id = %(customer)s
       AND notice.at >= %(opened_at)s AND notice.message_id IS NULL
       AND %(order_number)s IN ('', inbox_order.number)
)
SELECT * FROM beside
 WHERE %(before_at)s::timestamptz IS NULL OR (at, id) < (%(before_at)s, %(before_id)s::uuid)
 ORDER BY at DESC, id DESC LIMIT %(most)s
"""


def _beside(conversation: Conversation, before: Cursor | None) -> list[tuple[Any, ...]]:
    """(kind, id, at, by, to, until, text) of what stands between the messages, newest first. What the platform
    told is of the orders this conversation is about, since it began; earlier ones stand with the order."""
    values: dict[str, Any] = {
        "organization": conversation.tenant,
        "conversation": conversation.pk,
        "customer": conversation.customer_id,
        "opened_at": conversation.opened_at,
        "order_number": conversation.order_number,
        "before_at": before and before.at,
        "before_id": before and before.id,
        "most": PAGE + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BESIDE, values)
        return cursor.fetchall()


@dataclass(frozen=True)
class CustomerCard:
    """What the panel shows beside a thread."""

    identities: list[Identity]
    orders: list[Order]  # the one talked about first, then newest first
    order_count: int
    conversations: list[Conversation]  # their others, newest first
    disputes: list[Dispute]  # those to be answered first
    notices: list[Notice]  # of the first order, newest first
    joins: list[Join]  # whom else this customer stands for, newest first

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
    identities = list(Identity.objects.filter(customer=person).order_by("space", "value")[:20])
    orders.sort(key=lambda order: order.number != conversation.order_number)  # stable: newest first otherwise
    return CustomerCard(
        identities=identities,
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
        joins=joining.standing(conversation.customer) if any(row.came_as_id for row in identities) else [],
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
