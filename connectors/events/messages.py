"""Who wrote what: shoppers, the seller elsewhere, the platform itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from connectors.hidden import Hidden


@dataclass(frozen=True)
class Party:
    """Somebody as one platform names them.

    `names` maps a namespace to a value: {"email": "maya@example.com", "shopify": "gid://…/7"}.
    Names in the same event belong to the same person; that is the only proof used to join identities.
    """

    names: Mapping[str, str]
    display: str = ""
    locale: str = ""


@dataclass(frozen=True)
class File:
    """`source`: the bytes are still at the platform, which gives them for One("file", source)."""

    name: str
    content_type: str
    content: bytes = field(repr=False, default=b"")
    source: str = ""


class SenderCheck(StrEnum):
    """What the receiving server says of who wrote; values are stored."""

    NOT_CHECKED = "not_checked"  # it says nothing, or nobody knows which server to believe
    PASSED = "passed"
    FAILED = "failed"  # probably somebody else in the sender's name
    UNSURE = "unsure"  # it was checked, and proves nothing


@dataclass(frozen=True)
class Authentication:
    check: SenderCheck = SenderCheck.NOT_CHECKED
    said: str = ""  # "dmarc fail, dkim none, spf pass"


class Spot(StrEnum):
    """Where a shopper was when they wrote; values are stored."""

    POST = "post"
    AD = "ad"
    VIDEO = "video"
    LIVE = "live"
    STORY = "story"
    PAGE = "page"  # of the seller's own shop
    CALL = "call"


@dataclass(frozen=True)
class About:
    """What a message was written under or beside. `external_id`, `products` and `cart` are the platform's own ids, or
    SKUs where it has none; `creator` is whose video or live it is."""

    kind: Spot
    external_id: str = ""
    title: str = ""
    url: str = ""
    creator: str = ""
    products: tuple[str, ...] = ()
    cart: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Without what is empty."""
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> About:
        """What `as_json` made; what else is kept beside it is left there."""
        texts = {name: str(told.get(name, "")) for name in ("external_id", "title", "url", "creator")}
        lists = {name: tuple(told.get(name, ())) for name in ("products", "cart")}
        values: dict[str, Any] = {**texts, **lists}
        return cls(Spot(told["kind"]), **values)


@dataclass(frozen=True)
class MessageReceived:
    """A shopper said something, or (`ours`) the seller did, outside Waybill.

    `thread` is this platform's name for the thread. For mail it is found by `replies_to` (message ids, newest
    first) or the signed reply address, so it may be empty: then the message opens a thread of its own, named
    by its `external_id`.
    """

    external_id: str
    sender: Party
    text: str  # what was newly written: quotes and signature removed
    sent_at: datetime
    thread: str = ""
    replies_to: tuple[str, ...] = ()
    subject: str = ""
    quoted: str = ""  # what was removed from the text
    files: tuple[File, ...] = ()
    automatic: bool = False  # vacation notices and the like: stored, never answered
    ours: bool = False  # the seller wrote it at the platform or by mail: it goes into the thread as an answer
    recipient: Party | None = None  # of one that is ours: the shopper
    order_number: str = ""  # when the platform itself ties the message to an order
    hidden: tuple[Hidden, ...] = ()  # what nobody could see in it and was left out of the text
    authentication: Authentication = (
        Authentication()
    )  # of the sender; platforms know theirs and check nothing
    public: bool = False  # a comment: everybody reads it, and the answer
    about: About | None = None
    sent_under: str = (
        ""  # of one that is ours: the key Waybill sent it under, where the platform gives that back
    )


class NoticeKind(StrEnum):
    """What a platform tells a seller about. These are no conversations."""

    ORDER_PLACED = "order_placed"
    SHIP_NOW = "ship_now"
    CANCELLATION = "cancellation"
    RETURN = "return"
    REFUND = "refund"
    DISPUTE = "dispute"
    REVIEW = "review"
    PAYOUT = "payout"
    PERFORMANCE = "performance"
    POLICY = "policy"
    DIGEST = "digest"
    OTHER = "other"


@dataclass(frozen=True)
class NoticeReceived:
    """A platform told the seller something; no shopper wrote. It becomes an event on its order, or a quiet notice.

    It holds what a message would, so that a wrong sorting can be put right.
    """

    external_id: str
    kind: NoticeKind
    sender: Party
    text: str
    at: datetime
    subject: str = ""
    order_number: str = ""
    url: str = ""  # the seller's page for it


@dataclass(frozen=True)
class MessageEdited:
    """What a shopper said reads differently now."""

    external_id: str
    text: str
    at: datetime


@dataclass(frozen=True)
class MessageRemoved:
    """A shopper took back what they had said: its words and files are nobody's any more."""

    external_id: str
    at: datetime


@dataclass(frozen=True)
class MessageHidden:
    """A comment is seen by nobody but its writer and the seller, or (`hidden` False) by everybody again."""

    external_id: str
    hidden: bool
    at: datetime


@dataclass(frozen=True)
class PartyNamed:
    """What somebody is called, where a platform's messages do not say so."""

    party: Party


class Progress(StrEnum):
    """How far an answer of ours has come."""

    SENT = "sent"  # only news where the platform's answer to the sending was lost
    DELIVERED = "delivered"
    READ = "read"


@dataclass(frozen=True)
class MessageProgressed:
    """One answer of ours by its id, or, by its `thread` alone, all that were sent there until `at`.

    `key` is what it was sent under, where the platform hands that back: it settles a sending whose answer was lost.
    """

    progress: Progress
    at: datetime
    external_id: str = ""
    thread: str = ""
    key: str = ""


@dataclass(frozen=True)
class MessageBounced:
    """Something we sent did not arrive."""

    external_id: str  # of the message that bounced
    reason: str
    at: datetime
    key: str = ""  # as of MessageProgressed


@dataclass(frozen=True)
class Renamed:
    """A shopper has another name on this platform now, and it says so itself. `thread` goes on under `who`, who has names
    old and new."""

    thread: str
    who: Party
    at: datetime


@dataclass(frozen=True)
class OptedOut:
    """A shopper wants no more messages, by a word that the law gives this meaning, or the platform says so."""

    who: Party
    at: datetime
    said: str = ""  # the word, as they wrote it


@dataclass(frozen=True)
class OptedIn:
    """They do again."""

    who: Party
    at: datetime
    said: str = ""
