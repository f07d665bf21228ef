"""What is known when a draft begins, in the shape drafts are built from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from agents.evidence import Evidence


@dataclass
class ParcelFacts:
    """One parcel: its fields as evidence, scans newest first (each {"status", "text", "place", "at"})."""

    id: UUID
    fields: dict[str, Evidence]
    scans: list[dict[str, Evidence]]
    is_late: bool = False
    failure: Evidence | None = None

    def __getitem__(self, name: str) -> Evidence:
        return self.fields[name]

    def get(self, name: str) -> Evidence | None:
        return self.fields.get(name)

    @property
    def status(self) -> str:
        return self.fields["status"].value


@dataclass
class OrderFacts:
    """One order: its fields, lines ({"title", "variant", "quantity", "price", "sku"}), parcels, refunds, returns."""

    id: UUID
    number: str
    fields: dict[str, Evidence]
    lines: list[dict[str, Evidence]] = field(default_factory=list)
    parcels: list[ParcelFacts] = field(default_factory=list)
    refunds: list[dict[str, Evidence]] = field(default_factory=list)
    returns: list[dict[str, Evidence]] = field(default_factory=list)

    def __getitem__(self, name: str) -> Evidence:
        return self.fields[name]

    def get(self, name: str) -> Evidence | None:
        return self.fields.get(name)

    @property
    def is_open(self) -> bool:
        """Still on its way, as far as we know."""
        if self.fields.get("cancelled_on"):
            return False
        return not self.parcels or any(p.status not in {"delivered", "returned"} for p in self.parcels)


@dataclass
class ProductFacts:
    """{"title", "description"}, attributes by name, variants ({"title", "price", "stock"})."""

    fields: dict[str, Evidence]
    attributes: dict[str, Evidence]
    variants: list[dict[str, Evidence]]


@dataclass
class Facts:
    """Everything a draft may be built from. `focus` is the one order meant, if that is clear."""

    now: datetime
    zone: ZoneInfo
    evidence: list[Evidence]
    orders: list[OrderFacts]  # the customer's, newest first
    focus: OrderFacts | None
    unknown_numbers: tuple[str, ...] = ()  # named by the customer, but not among their orders
    products: list[ProductFacts] = field(default_factory=list)
    passages: list[Evidence] = field(default_factory=list)  # best first
    earlier_conversations: int = 0

    @property
    def open_orders(self) -> list[OrderFacts]:
        return [order for order in self.orders if order.is_open]

    @property
    def is_ambiguous(self) -> bool:
        """More than one order could be meant, and nothing says which."""
        return self.focus is None and len(self.open_orders or self.orders) > 1
