"""Words to a shopper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from connectors.events import File, Party


@dataclass(frozen=True)
class FilledTemplate:
    """A text the platform approved, and what goes into its blanks, by their keys (events.Blank)."""

    name: str
    language: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SendMessage:
    """One message to one shopper.

    `replies_to` are the platform ids of the thread's messages, newest first (mail writes them as
    References). `reply_token` identifies the conversation; mail signs it into the reply address. `by_person`: somebody
    wrote it or approved it. `public`: under a comment, where everybody reads it. `answers` is the platform's id of what
    the shopper said last. With a `template`, `text` is only how the shopper will read it.
    """

    to: Party
    text: str
    thread: str = ""
    subject: str = ""
    replies_to: tuple[str, ...] = ()
    reply_token: str = ""
    sender_name: str = ""
    files: tuple[File, ...] = ()
    order_id: str = ""  # the order it is about, where one is known
    by_person: bool = True
    last_heard_at: datetime | None = None  # when the shopper last wrote in this thread; aware
    public: bool = False
    answers: str = ""
    template: FilledTemplate | None = None


@dataclass(frozen=True)
class ReplyPrivately:
    """The one direct message that may answer a comment, by the comment's platform id. It opens a thread of its own."""

    comment_id: str
    text: str


@dataclass(frozen=True)
class HideComment:
    """From everybody but its writer and the seller, or (`hidden` False) shown again."""

    comment_id: str
    hidden: bool = True


@dataclass(frozen=True)
class SendOpening:
    """A message of a fixed kind, where the platform allows no free one (see events.Opening)."""

    order_id: str
    kind: str
    text: str = ""
    files: tuple[File, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class AskForReview:
    order_id: str
