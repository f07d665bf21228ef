"""What a platform allows in one message, and how fast it wants an answer: plain facts of a connector."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Wording(StrEnum):
    """What a platform may forbid in a message."""

    LINK = "link"
    EMAIL_ADDRESS = "email_address"
    PHONE_NUMBER = "phone_number"
    PROMOTION = "promotion"  # offers, discounts, "visit our shop"
    REVIEW = "review"  # asking for a review or rating, or to change one
    ELSEWHERE = "elsewhere"  # asking the shopper to deal or write outside the platform
    HTML = "html"


@dataclass(frozen=True)
class WordingRule:
    """`because` is shown to the writer. `hosts` are domains a LINK rule lets pass (carriers' tracking pages)."""

    forbids: Wording
    because: str
    source: str  # where the platform says so; the same as in the channel's README
    hosts: tuple[str, ...] = ()
    blocks: bool = True  # False: the writer is warned and may send


@dataclass(frozen=True)
class ReplyClock:
    """How fast an answer is expected. With `business_days`, weekends and holidays stand still."""

    within: timedelta = timedelta(hours=24)
    warn: timedelta | None = (
        None  # from this long after the message it is shown as urgent; None: 3/4 of `within`
    )
    business_days: bool = False
    source: str = ""


class Form(StrEnum):
    """What people expect a message of this channel to look like."""

    LETTER = "letter"  # greeting, paragraphs, signature
    CHAT = "chat"  # a few short sentences
    PUBLIC = "public"  # everybody reads it: nothing about the shopper or their orders


@dataclass(frozen=True)
class Limits:
    """What a platform allows in one message, and how fast it wants an answer."""

    longest_text: int = 20_000  # characters
    largest_text: int | None = None  # bytes of UTF-8, where a platform counts those
    attachment_types: tuple[str, ...] = ("image/*", "application/pdf")
    largest_attachment: int = 10 * 1024 * 1024  # bytes, each
    most_attachments: int = 20
    largest_message: int | None = None  # bytes of all attachments together
    reply_window: timedelta | None = None  # how long after the customer's last message a reply is allowed
    person_window: timedelta | None = (
        None  # how long a person may still answer when that is over, a machine not
    )
    private_reply: timedelta | None = None  # how long after a comment one direct message may answer it
    reply: ReplyClock = ReplyClock()
    wording: tuple[WordingRule, ...] = ()
    subject: bool = False  # messages have a subject line
    form: Form = Form.LETTER
    at_once: bool = False  # sending calls nobody, and somebody waits: no time to take an answer back
    evidence_files: bool = True  # the answer to a dispute may have some
    segmented: bool = False  # passed on, and paid, in segments (connectors/segments.py)
    keywords: bool = False  # shoppers forbid messages by a word, and allow them again (events.OptedOut)
    spoken: bool = False  # people call: nothing can be written here, they are called back

    def forbids(self, wording: Wording) -> bool:
        return any(rule.forbids is wording and rule.blocks for rule in self.wording)

    @property
    def links_allowed(self) -> bool:
        return not any(rule.forbids is Wording.LINK for rule in self.wording)
