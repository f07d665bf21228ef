"""Normal wishes that go out. Plain frozen data."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.events import File, Party


@dataclass(frozen=True)
class SendMessage:
    """One message to one shopper.

    `replies_to` are the platform ids of the thread's messages, newest first (mail writes them as
    References). `reply_token` identifies the conversation; mail signs it into the reply address.
    """

    to: Party
    text: str
    thread: str = ""
    subject: str = ""
    replies_to: tuple[str, ...] = ()
    reply_token: str = ""
    sender_name: str = ""
    files: tuple[File, ...] = ()


Command = SendMessage  # actions at a platform join here
