"""What is known of shoppers and goods, read once for any number of cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.cache import cache

from config.tenancy import current_organization_id
from connectors.events import DisputeState
from inbox.models import Conversation, Dispute, Order, OrderLine, Product, Refund

if TYPE_CHECKING:
    from agents.models import Action

ENOUGH = 2000  # rows of a kind: more of them would not change a score
USUAL_OF = 200  # orders
USUAL_KEPT = 3600  # seconds
_OPEN = {DisputeState.ACTION_NEEDED, DisputeState.WAITING}

Rows = dict[UUID, list[dict[str, Any]]]


class History:
    """Rows by customer, newest first, each a dict of the few columns that count."""

    def __init__(
        self, orders: Rows, refunds: Rows, disputes: Rows, contacts: Rows, products: dict[Any, Product]
    ) -> None:
        self.orders, self.refunds, self.disputes, self.contacts = orders, refunds, disputes, contacts
        self._products = products

    @classmethod
    def of(cls, actions: Iterable[Action]) -> History:
        actions = list(actions)
        orders = [order for each in actions if (order := each.order or (each.back and each.back.order))]
        return cls.about({each.customer_id for each in actions if each.customer_id}, orders)

    @classmethod
    def about(cls, customers: Collection[UUID], orders: Collection[Order]) -> History:
        return cls(
            _by_customer(
                Order.objects.filter(customer__in=customers).order_by("-placed_at"),
                "customer_id", "id", "placed_at", "total", "currency", "shipping_address",
            ),
            _by_customer(
                Refund.objects.filter(order__customer__in=customers).order_by("-refunded_at"),
                "order__customer_id", "refunded_at", "amount",
            ),
            _by_customer(
                Dispute.objects.filter(customer__in=customers).order_by("-opened_at"),
                "customer_id", "opened_at", "updated_at", "state",
            ),
            _by_customer(
                Conversation.objects.filter(customer__in=customers).order_by("-last_message_at"),
                "customer_id", "opened_at",
            ),
            _products(orders),
        )  # fmt: skip

    def product(self, line: OrderLine) -> Product | None:
        return self._products.get((line.order.channel_id, line.product_id_external))

    def words_of(self, line: OrderLine) -> set[str]:
        """What a rule may name these goods by, in lower case: attributes' values, title, its words, SKU."""
        said = [line.title, *line.title.split(), line.sku]
        if product := self.product(line):
            said += [
                product.title,
                *(part for value in product.attributes.values() for part in str(value).split(",")),
            ]
        return {each.strip().lower() for each in said if each}

    def refunds_since(self, customer: UUID | None, at: datetime, days: int) -> list[dict[str, Any]]:
        since = at - timedelta(days=days)
        return [each for each in self._of(self.refunds, customer) if since <= each["refunded_at"] < at]

    def contacts_since(self, customer: UUID | None, at: datetime, days: int) -> int:
        since = at - timedelta(days=days)
        return sum(since <= each["opened_at"] <= at for each in self._of(self.contacts, customer))

    def orders_before(self, customer: UUID | None, at: datetime) -> list[dict[str, Any]]:
        return [each for each in self._of(self.orders, customer) if each["placed_at"] <= at]

    def has_open_dispute(self, customer: UUID | None, at: datetime) -> bool:
        return any(
            each["opened_at"] <= at and (each["state"] in _OPEN or each["updated_at"] > at)
            for each in self._of(self.disputes, customer)
        )

    def _of(self, rows: Rows, customer: UUID | None) -> list[dict[str, Any]]:
        return rows.get(customer, []) if customer else []


def usual(currency: str) -> Decimal | None:
    """What an order of this organization usually comes to; None where it has too few to tell."""
    key = f"usual-order:{current_organization_id()}:{currency}"
    kept = cache.get(key)
    if kept is None:
        totals = (
            Order.objects.filter(currency=currency).order_by("-placed_at").values_list("total", flat=True)
        )
        found: Sequence[Decimal] = list(totals[:USUAL_OF])
        kept = str(median(found)) if len(found) >= 10 else ""
        cache.set(key, kept, USUAL_KEPT)
    return Decimal(kept) if kept else None


def _by_customer(rows: Any, customer: str, *columns: str) -> Rows:
    found: Rows = defaultdict(list)
    for row in rows.values(customer, *columns)[:ENOUGH]:
        found[row.pop(customer)].append(row)
    return found


def _products(orders: Collection[Order]) -> dict[Any, Product]:
    """By channel and the platform's id."""
    ids = {
        line.product_id_external for order in orders for line in order.lines.all() if line.product_id_external
    }
    if not ids:
        return {}
    named = Product.objects.filter(channel__in={order.channel_id for order in orders}, external_id__in=ids)
    return {(each.channel_id, each.external_id): each for each in named.defer("description")}
