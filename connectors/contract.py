"""What the rest of Waybill may ask of a platform or carrier, and in which words.

A connector is a stateless object with five verbs and a few plain facts. Every verb takes an `Account`,
never a model, and none touches the database. See docs/adding-a-channel.md for how to add one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from connectors.limits import Form as Form
from connectors.limits import Limits as Limits
from connectors.limits import ReplyClock as ReplyClock
from connectors.limits import Wording as Wording
from connectors.limits import WordingRule as WordingRule

if TYPE_CHECKING:
    from connectors.commands import Command, ReturnDecision, SendMessage
    from connectors.events import Event


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in an ISO 4217 currency; never a float."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


@dataclass(frozen=True)
class Account:
    """One connected seller account as a connector sees it.

    `id` names the account in rate limits and logs. `external_id` is the platform's own name for it (a shop
    domain, a mailbox address). `credentials` are secrets and never appear in logs; `settings` are not secret
    (base URLs, folders). Platforms read `settings["base_url"]`, so the sandbox is a setting, not a branch.
    `renewed` is called with the credentials a platform replaced (a refresh token that may be used once), for
    the caller to store; they hold nothing but what changed.
    """

    id: str
    kind: str
    external_id: str
    credentials: Mapping[str, str] = field(repr=False, default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    renewed: Callable[[Mapping[str, str]], None] = field(
        repr=False, compare=False, default=lambda credentials: None
    )


class Capability(StrEnum):
    MESSAGES = "messages"  # can receive and send messages
    ORDERS = "orders"
    PRODUCTS = "products"
    RETURNS = "returns"
    TRACKING = "tracking"  # a carrier
    AGGREGATOR = "aggregator"  # a carrier that tracks the parcels of all others as well
    DISPUTES = "disputes"
    PERFORMANCE = "performance"  # tells how well the seller keeps the platform's standards
    WEBHOOKS = "webhooks"  # pushes; verify() is meaningful
    POLLING = "polling"  # fetch(Since) is meaningful
    PAST = "past"  # fetch(Past) is meaningful
    SHARED_DOOR = (
        "shared_door"  # the pushes of all its accounts come to one address; addressed_to() is meaningful
    )
    TEMPLATES = (
        "templates"  # knows texts approved beforehand; fetch(One("templates")) and SendMessage.template
    )
    CONSENT = "consent"  # authorize_url() and exchange() are meaningful
    MAIL = "mail"  # writes to any e-mail address: what began on another channel may go on there
    LIVES = "lives"  # comments under a live video come while it runs
    WIDGET = "widget"  # our own: shoppers write on the seller's pages, and there is no account elsewhere


class Takes(StrEnum):
    TEXT = "text"
    COLOUR = "colour"  # "#1f6feb"
    YES = "yes"  # "yes" or ""


@dataclass(frozen=True)
class FormField:
    """One field of the connect form.

    `secret` values go to `credentials`, the one named "external_id" to that, others to `settings`.
    """

    name: str
    label: str
    help: str = ""
    secret: bool = False
    required: bool = True
    default: str = ""
    takes: Takes = Takes.TEXT


@dataclass(frozen=True)
class RawRequest:
    """An HTTP request from a platform, before anybody trusts it. Header names are lower-case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    query: Mapping[str, str] = field(default_factory=dict)
    url: str = ""  # the address it was sent to, as subscribe() was told it


@dataclass(frozen=True)
class Answer:
    """What a platform wants to hear before it believes that an address is ours."""

    body: bytes
    content_type: str = "text/plain"


@dataclass(frozen=True)
class RawDelivery:
    """One thing received, as it came.

    `topic` routes it inside the connector ("orders/updated", "mail", "fetched/order"). `key` is the
    platform's own id for this delivery: the same key twice is the same thing twice. `answer` is what the platform
    waits to hear once it is stored; it is not kept.
    """

    topic: str
    key: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    received_at: datetime | None = None  # aware; None means now
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Since:
    """Wanted: everything that changed since a cursor this connector handed out (None: from the start)."""

    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class One:
    """Wanted: one object as it is now. `kind` is "order", "return", "dispute", "product", "parcel", "message",
    "call", "command", "openings" (which fixed kinds of message an order allows now; its id is the order's),
    "performance", "templates" (all of the account's), or "file" (its id is a File's `source`; the one delivery's body is the bytes, and is not parsed).

    For "message" and "command", `external_id` is the key it was sent or performed under, or, for a command that
    was accepted, its receipt's id: an empty page means that the platform has never seen it. This is how an
    uncertain outcome is settled (by `tried`, to a page with a receipt), and how an accepted command is followed
    (without `tried`, until CommandSettled is among what the page says).

    Platforms that keep no keys recognise it by what it was: `tried`, not before `tried_at`.

    `carrier` is who moves a "parcel", as its shipment says; for aggregators.
    """

    kind: str
    external_id: str
    carrier: str = ""
    tried: Command | None = None
    tried_at: datetime | None = None  # aware


@dataclass(frozen=True, slots=True)
class Past:
    """Wanted: orders, returns, disputes and messages that changed from `since` to `until`, a page at a time.

    `cursor` is what the last page handed out. Works beside `Since` and leaves its cursor alone.
    An empty page with `more` and the same cursor says that a report is still being made: ask again in a while.
    """

    since: datetime  # aware
    until: datetime
    cursor: str | None = None


Wanted = Since | One | Past


@dataclass(frozen=True)
class Page:
    """`cursor` goes back verbatim in the next Since or Past, once the deliveries are stored.

    `receipt`, of One("command") that was found: what perform() would have answered, had its answer not been lost.
    """

    deliveries: Sequence[RawDelivery] = ()
    cursor: str | None = None
    more: bool = False
    share: float | None = (
        None  # of Past: how much of the whole is in with this page, 0 to 1, where it can be told
    )
    receipt: Receipt | None = None


@dataclass(frozen=True)
class Grant:
    """What a consent gave: `credentials` and `settings` to keep beside what the form said.

    `external_id` and `name` say whose account it is, where the seller did not have to.
    """

    credentials: Mapping[str, str] = field(repr=False)
    external_id: str = ""
    name: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


class Outcome(StrEnum):
    SENT = "sent"  # done at the platform
    ACCEPTED = "accepted"  # taken; a later CommandSettled says how it ended


@dataclass(frozen=True)
class Receipt:
    outcome: Outcome
    external_id: str  # the platform's id for what was made
    at: datetime  # aware
    thread: str = ""  # where a message went, and whose names these are, when only the answer says so
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Health:
    """The answer to "test connection", in words a seller understands: what is missing, and where to get it.

    `passing`: nothing is wrong with the credentials, the platform could not say so just now.
    """

    ok: bool
    message: str
    passing: bool = False


class Connector(Protocol):
    kind: str  # equals its folder's name
    label: str  # "Shopify"
    icon: str  # a Lucide icon name
    mark: str  # one or two letters for the channel mark
    colour: str  # CSS colour of the mark
    capabilities: frozenset[Capability]
    limits: Limits
    connect_form: tuple[FormField, ...]
    commands: frozenset[type[Command]]  # what perform() takes
    return_decisions: frozenset[ReturnDecision] | None  # which of them DecideReturn takes; None: all
    proves_sender: bool  # see BaseConnector
    templates_page: str  # where the seller writes templates; "" where there are none

    def verify(self, account: Account, request: RawRequest) -> RawDelivery:
        """The trusted delivery inside a webhook request. Raises InvalidSignature."""

    def challenge(self, account: Account, request: RawRequest) -> Answer | None:
        """What to answer when a platform asks whether an address is ours; None for any other request. No call is made.
        Raises InvalidSignature when it is asked for something we did not ask for."""

    def parse(self, account: Account, delivery: RawDelivery) -> Sequence[Event]:
        """Normal facts. Unknown topics give (), broken ones raise Unparsable. Pure."""

    def fetch(self, account: Account, wanted: Wanted) -> Page:
        """Read from the platform. Raises Unreachable, RateLimited, AuthorizationLost, Refused."""

    def send(self, account: Account, message: SendMessage, key: str) -> Receipt:
        """Say something to a shopper. Raises OutcomeUnknown when the request left and no answer came."""

    def perform(self, account: Account, command: Command, key: str) -> Receipt:
        """Change something at the platform. Raises Unsupported for commands it does not declare."""

    def check(self, account: Account) -> Health:
        """One harmless call that proves the credentials work."""

    def subscribe(self, account: Account, url: str) -> Sequence[str]:
        """Ask for webhooks at `url`, where the platform lets an app do that; the topics that were missing."""

    def authorize_url(self, account: Account, redirect_uri: str, state: str) -> str:
        """The platform's consent page; it sends the browser back to `redirect_uri` with `state`. No call is made."""

    def exchange(self, account: Account, callback: Mapping[str, str], redirect_uri: str) -> Grant:
        """The query of the way back → what to keep. The caller has compared `state`. Raises Refused when the
        seller did not agree, InvalidSignature when the way back was not the platform's."""

    def addressed_to(self, raw: RawDelivery) -> Mapping[str, RawDelivery]:
        """Each account's part of what verify() trusted, by external id; "" is for all accounts of the app. Pure."""

    def answer(self, raw: RawDelivery, url: str) -> Answer | None:
        """What a platform wants to hear once this is stored; None for a bare 200. `url` shows how it stands with it."""

    def misread(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """What of a filled-in connect form cannot be meant: a field's name → words for the seller. Pure."""

    def order_page(self, account: Account, external_id: str) -> str:
        """The seller's own page for an order, "" where there is none: what no API does is done there."""


class BaseConnector:
    """Defaults for the facts and for verbs a platform does not have."""

    icon = "store"
    colour = "oklch(55% 0.02 265)"
    capabilities: frozenset[Capability] = frozenset()
    limits = Limits()
    connect_form: tuple[FormField, ...] = ()
    commands: frozenset[type[Command]] = frozenset()
    label = ""
    return_decisions: frozenset[ReturnDecision] | None = None
    templates_page = ""
    proves_sender = True  # the platform itself says who writes; False: anybody can write, as with mail

    def verify(self, account: Account, request: RawRequest) -> RawDelivery:
        raise self._unsupported("push webhooks")

    def challenge(self, account: Account, request: RawRequest) -> Answer | None:
        return None

    def fetch(self, account: Account, wanted: Wanted) -> Page:
        raise self._unsupported("be read")

    def send(self, account: Account, message: SendMessage, key: str) -> Receipt:
        raise self._unsupported("send messages")

    def perform(self, account: Account, command: Command, key: str) -> Receipt:
        raise self._unsupported(f"perform {type(command).__name__}")

    def subscribe(self, account: Account, url: str) -> Sequence[str]:
        """Nothing to ask for: the seller, or the carrier's portal, sets the address."""
        return ()

    def authorize_url(self, account: Account, redirect_uri: str, state: str) -> str:
        raise self._unsupported("ask for consent in the browser")

    def exchange(self, account: Account, callback: Mapping[str, str], redirect_uri: str) -> Grant:
        raise self._unsupported("ask for consent in the browser")

    def addressed_to(self, raw: RawDelivery) -> Mapping[str, RawDelivery]:
        return {"": raw}

    def answer(self, raw: RawDelivery, url: str) -> Answer | None:
        return raw.answer

    def misread(self, values: Mapping[str, str]) -> Mapping[str, str]:
        return {}

    def order_page(self, account: Account, external_id: str) -> str:
        return ""

    def _unsupported(self, what: str) -> Exception:
        from connectors.errors import Unsupported

        return Unsupported(f"{self.label} cannot {what}.")
