"""What is known when a draft begins, in the shape drafts are built from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from agents.facts.evidence import Evidence
from agents.understanding.intents import IntentKind
from inbox.models import Customer, Order


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
    failure: Evidence | None = None  # its platform was asked and did not answer
    row: Order | None = None  # as it was read, with its parts; None in a sample

    def __getitem__(self, name: str) -> Evidence:
        return self.fields[name]

    def get(self, name: str) -> Evidence | None:
        return self.fields.get(name)

    @property
    def has_arrived(self) -> bool:
        return any(parcel.status == "delivered" for parcel in self.parcels)

    @property
    def is_open(self) -> bool:
        """Still on its way, as far as we know."""
        if self.fields.get("cancelled_on"):
            return False
        return not self.parcels or any(p.status not in {"delivered", "returned"} for p in self.parcels)


@dataclass
class DisputeFacts:
    """A claim at the platform or the bank: {"label", "status", "opened_on", "due", "amount"}."""

    id: UUID
    order_number: str
    fields: dict[str, Evidence]
    is_open: bool


@dataclass
class Told:
    """A sentence we sent this customer before, when, and on which channel, where that is another one than this."""

    text: Evidence
    at: Evidence
    conversation: UUID
    channel: Evidence | None = None


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
    disputes: list[DisputeFacts] = field(default_factory=list)  # newest first
    candidates: list[OrderFacts] = field(default_factory=list)  # the orders that can be meant, newest first
    told: list[Told] = field(default_factory=list)  # newest first
    phrases: dict[str, Evidence] = field(default_factory=dict)  # the brand's own words, by themselves
    is_sender_doubtful: bool = False  # the receiving server says that somebody else wrote
    prepared: dict[IntentKind, Evidence] = field(
        default_factory=dict
    )  # what may be said of actions that wait
    reader: Customer | None = None  # who may be named; None: the conversation's customer
    unable: tuple[str, ...] = ()  # why no action was prepared, for a member

    @property
    def open_orders(self) -> list[OrderFacts]:
        return [order for order in self.orders if order.is_open]

    def open_dispute(self, order: OrderFacts | None) -> DisputeFacts | None:
        """On this order; without one, on any."""
        return next(
            (d for d in self.disputes if d.is_open and (order is None or d.order_number == order.number)),
            None,
        )

    @property
    def is_ambiguous(self) -> bool:
        """More than one order could be meant, and nothing says which."""
        return self.focus is None and len(self.open_orders or self.orders) > 1
