"""A small pretend world of commerce: shops, shoppers, orders, parcels that move, and their mail.

The world knows nothing of any platform's JSON. Each connector's `sandbox.py` shows its part of this world
through that platform's real API. Everything is plain data so that it can be kept between starts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import NAMESPACE_DNS, uuid5

from connectors.contract import Money
from connectors.events import Address, ParcelStatus
from connectors.sandbox.posts import Post


@dataclass
class Clock:
    """Real time plus an offset one can drive."""

    offset: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def advance(self, by: timedelta) -> None:
        self.offset += by


@dataclass
class Variant:
    id: int
    title: str
    sku: str
    price: Decimal
    stock: int


@dataclass
class Product:
    id: int
    title: str
    description: str
    variants: list[Variant]
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass
class Place:
    """Where somebody lives or a scan happened. `zone` is an IANA name."""

    city: str
    region: str
    postal_code: str
    zone: str = "America/New_York"
    line: str = ""
    country: str = "US"


@dataclass
class Credit:
    """Money a shopper can spend in the shop."""

    id: int
    amount: Decimal
    at: datetime
    expires_at: datetime | None = None


@dataclass
class Code:
    """A discount: of a share of the goods (0 to 1) or an amount."""

    id: int
    code: str
    at: datetime
    share: Decimal = Decimal(0)
    amount: Decimal = Decimal("0.00")
    ends_at: datetime | None = None
    uses: int | None = None  # None: as often as one likes


@dataclass
class Shopper:
    id: int
    first_name: str
    last_name: str
    email: str
    home: Place
    phone: str = ""
    handle: str = ""  # their user name, where the platform has such
    credits: list[Credit] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass
class Line:
    id: int
    product_id: int
    variant_id: int
    quantity: int
    price: Decimal
    removed: int = 0  # pieces an edit of the order took away; `quantity` counts them no more


@dataclass
class Step:
    """One thing that happened to a parcel."""

    at: datetime
    status: ParcelStatus
    text: str
    place: Place | None = None
    reason: str = ""  # "", "weather", "attempted", "damaged", "address"


@dataclass
class Parcel:
    number: str
    carrier: str  # one of `journeys.CARRIERS`
    shop: str
    order_id: int
    line_ids: list[int]
    home: Place
    estimated: datetime
    steps: list[Step] = field(default_factory=list)  # oldest first
    estimate_changed: bool = False

    @property
    def status(self) -> ParcelStatus:
        return self.steps[-1].status if self.steps else ParcelStatus.PRE_TRANSIT


@dataclass
class Refund:
    id: int
    amount: Decimal
    at: datetime
    note: str = ""
    lines: dict[int, int] = field(default_factory=dict)  # line id → how many of it were refunded as such
    return_id: int = 0


@dataclass
class Return:
    id: int
    name: str
    status: str  # a connectors.events.ReturnStatus value
    reason: str
    line_id: int
    quantity: int
    at: datetime
    more: dict[int, int] = field(
        default_factory=dict
    )  # other lines: id → how many; `quantity` counts them too
    exchange: dict[int, int] = field(default_factory=dict)  # variant id → how many go out for them
    label: str = ""  # the address of the label for the way back
    arrived: bool = False
    changed_at: datetime | None = None  # None: never since `at`

    @property
    def goods(self) -> dict[int, int]:
        """Line id → how many come back."""
        return {self.line_id: self.quantity - sum(self.more.values())} | self.more


@dataclass
class Order:
    id: int
    number: str  # "#1042"
    shopper_id: int
    placed_at: datetime
    updated_at: datetime
    lines: list[Line]
    shipping: Decimal
    tax: Decimal
    discount: Decimal = Decimal("0.00")
    financial_status: str = "paid"  # a connectors.events.FinancialStatus value
    parcels: list[str] = field(default_factory=list)  # tracking numbers
    refunds: list[Refund] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)
    cancelled_at: datetime | None = None
    fulfilled_by: str = "seller"  # a connectors.events.Fulfiller value
    ship_by: datetime | None = None
    deliver_by: datetime | None = None
    cancel_requested_at: datetime | None = None
    address: Address | None = None  # None: the shopper's home
    attributes: dict[str, str] = field(default_factory=dict)  # what an app noted

    @property
    def subtotal(self) -> Decimal:
        return sum((line.price * line.quantity for line in self.lines), Decimal("0.00"))

    @property
    def total(self) -> Decimal:
        return self.subtotal + self.shipping + self.tax - self.discount

    @property
    def left(self) -> Decimal:
        """What was paid and has not gone back."""
        if self.financial_status in ("pending", "authorized", "voided"):
            return Decimal("0.00")
        return self.total - sum((each.amount for each in self.refunds), Decimal("0.00"))


@dataclass
class Dispute:
    id: str
    kind: str  # a connectors.events.DisputeKind value
    state: str  # a connectors.events.DisputeState value
    order_id: int
    reason: str
    amount: Decimal
    opened_at: datetime
    updated_at: datetime
    due_at: datetime | None = None
    outcome: str = ""
    log: list[str] = field(default_factory=list)  # what the seller did about it
    evidence: dict[str, str] = field(default_factory=dict)  # by the platform's name for its kind


@dataclass
class Contract:
    """Goods a shopper gets again and again."""

    id: int
    shopper_id: int
    next_at: datetime
    lines: dict[int, int]  # line id → variant id
    status: str = "active"  # "active", "paused" or "cancelled"
    skipped: list[datetime] = field(default_factory=list)


@dataclass
class Subscription:
    """A webhook the app asked for."""

    id: int
    topic: str
    url: str


@dataclass
class Shop:
    """One seller on one platform. `domain` is its name there, `mailbox` its support address.

    The same seller on another platform is another shop with the same `brand`: other shoppers, other orders. Where the store's contact form writes to another address, that is `form_mailbox`; one password opens both.
    """

    domain: str  # "northpine.myshopify.com"
    name: str
    mailbox: str  # "support@northpine.example"
    mail_password: str
    access_token: str
    client_id: str
    client_secret: str
    form_mailbox: str = ""
    currency: str = "USD"
    platform: str = "shopify"  # the kind of its connector
    brand: str = ""  # "northpine"; "" means the domain's first word
    seller_id: str = ""  # the platform's id for the seller, where it is not the domain
    keys: dict[str, str] = field(default_factory=dict)  # more secrets of this platform, by name
    products: dict[int, Product] = field(default_factory=dict)
    shoppers: dict[int, Shopper] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    disputes: dict[str, Dispute] = field(default_factory=dict)
    contracts: dict[int, Contract] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)  # by code, in capitals
    subscriptions: list[Subscription] = field(default_factory=list)
    posts: dict[str, Post] = field(default_factory=dict)
    warehouse: Place = field(default_factory=lambda: Place("Reno", "NV", "89502", "America/Los_Angeles"))

    @property
    def slug(self) -> str:
        return self.brand or self.domain.split(".")[0]

    @property
    def chat_key(self) -> str:
        """The public name of the live chat on its pages."""
        return f"{self.slug}-{uuid5(NAMESPACE_DNS, self.slug).hex[:16]}"

    @property
    def chat_secret(self) -> str:
        """With it the store's server signs who is signed in."""
        return f"{self.slug}-chat-secret-of-a-pretend-shop"

    @property
    def mailboxes(self) -> list[str]:
        return [self.mailbox, *([self.form_mailbox] if self.form_mailbox else [])]

    def money(self, amount: Decimal) -> Money:
        return Money(amount, self.currency)

    def order_named(self, number: str) -> Order | None:
        return next((o for o in self.orders.values() if o.number.lstrip("#") == number.lstrip("#")), None)


@dataclass
class Mail:
    """A message in a mailbox, raw as SMTP carried it."""

    id: int
    mailbox: str  # whose
    folder: str  # "INBOX" or "Sent"
    raw: bytes
    at: datetime
    written: str = ""  # what a shopper typed, before the mail was put around it
    __pydantic_config__ = {"ser_json_bytes": "base64", "val_json_bytes": "base64"}  # how store.py keeps `raw`


@dataclass
class CarrierKeys:
    """The app's credentials at one carrier: a client's id and secret, or an API key."""

    client_id: str = ""
    client_secret: str = ""
    api_key: str = ""

    def shown(self) -> dict[str, str]:
        """As the carrier's connect form names them."""
        return {name: value for name, value in vars(self).items() if value}


@dataclass
class CarrierHook:
    """An address to which a carrier pushes."""

    id: int
    url: str
    secret: str


@dataclass
class World:
    clock: Clock = field(default_factory=Clock)
    shops: dict[str, Shop] = field(default_factory=dict)  # by domain
    parcels: dict[str, Parcel] = field(default_factory=dict)  # by tracking number
    mails: list[Mail] = field(default_factory=list)
    carrier_keys: dict[str, CarrierKeys] = field(default_factory=dict)  # by carrier
    carrier_hooks: dict[str, list[CarrierHook]] = field(default_factory=dict)  # by carrier
    trackers: set[str] = field(default_factory=set)  # numbers that an aggregator was asked to follow
    listeners: list[Callable[[str, object], None]] = field(default_factory=list, repr=False)
    last_id: int = 10_000

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def shop_of_mailbox(self, address: str) -> Shop | None:
        return next((s for s in self.shops.values() if address.lower() in s.mailboxes), None)

    def changed(self, what: str, thing: object) -> None:
        """Tell whoever listens: ("order", Order), ("parcel", Parcel), ("product", Product), ("mail", Mail),
        ("dispute", Dispute), ("credit", Credit), ("code", Code), ("contract", Contract), ("comment", Comment), ("clock", Clock)."""
        for listener in self.listeners:
            listener(what, thing)

    def advance(self, by: timedelta) -> None:
        self.clock.advance(by)
        self.changed("clock", self.clock)

    def deliver_mail(self, mailbox: str, raw: bytes, folder: str = "INBOX", written: str = "") -> Mail:
        mail = Mail(self.next_id(), mailbox.lower(), folder, raw, self.clock.now(), written)
        self.mails.append(mail)
        self.changed("mail", mail)
        return mail

    def mails_of(self, mailbox: str, folder: str = "INBOX") -> list[Mail]:
        return [m for m in self.mails if m.mailbox == mailbox.lower() and m.folder == folder]

    def move(self, number: str, step: Step, estimated: datetime | None = None) -> Parcel:
        """The next scan of a parcel."""
        parcel = self.parcels[number]
        parcel.steps.append(step)
        if estimated is not None:
            parcel.estimate_changed = estimated != parcel.estimated
            parcel.estimated = estimated
        self.changed("parcel", parcel)
        self.touch(self.shops[parcel.shop].orders[parcel.order_id])
        return parcel

    def touch(self, order: Order) -> None:
        order.updated_at = self.clock.now()
        self.changed("order", order)

    def shop_of(self, order: Order) -> Shop:
        return next(s for s in self.shops.values() if s.orders.get(order.id) is order)
