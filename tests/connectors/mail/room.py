"""A shop with a mailbox and a shopper, behind real SMTP and IMAP servers; and mails written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from connectors.commands import SendMessage
from connectors.contract import Account, RawDelivery
from connectors.events import MessageBounced, MessageReceived, Party
from connectors.mail import Mail, parse, read
from connectors.mail.sandbox import Mailboxes, in_background
from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import Place, Shop, Shopper, World

MAILBOX = "support@juniper.example"
MAYA = "maya@shopper.example"
ACCOUNT = Account("7", "email", MAILBOX, {"reply_key": "a-key", "mail_password": "right"})


@dataclass
class Room:
    world: World
    trouble: Trouble
    shop: Shop
    maya: Shopper
    account: Account

    def with_(self, **settings: object) -> Account:
        return replace(self.account, settings={**self.account.settings, **settings})

    def with_password(self, password: str) -> Account:
        return replace(self.account, credentials={**self.account.credentials, "mail_password": password})

    def mayas_mails(self) -> list[Mail]:
        return [read(mail.raw) for mail in self.world.mails_of(MAYA)]


@contextmanager
def open_room() -> Iterator[Room]:
    world, trouble = World(), Trouble()
    shop = Shop("juniper.myshopify.com", "Juniper", MAILBOX, "right", "token", "client", "secret")
    maya = Shopper(1, "Maya", "Torres", MAYA, Place("Boston", "MA", "02108"))
    world.shops[shop.domain] = shop
    with in_background(Mailboxes(world, trouble)) as servers:
        settings = {
            "imap_host": servers.host,
            "imap_port": str(servers.imap_port),
            "smtp_host": servers.host,
            "smtp_port": str(servers.smtp_port),
            "tls": "none",
        }
        yield Room(world, trouble, shop, maya, replace(ACCOUNT, settings=settings))


def answer(text: str = "On its way.", **more: object) -> SendMessage:
    return replace(SendMessage(Party({"email": MAYA}, "Maya Torres"), text, sender_name="Juniper"), **more)  # type: ignore[arg-type]


def raw(body: str = "Where is my lamp?", **headers: str) -> bytes:
    """A mail from Maya to the shop; `headers` replace or add (`In_Reply_To=...`), "" leaves one out."""
    named = {
        "From": f"Maya Torres <{MAYA}>",
        "To": MAILBOX,
        "Subject": "Lamp",
        "Date": "Tue, 3 Mar 2026 09:15:00 -0500",
        "Message-ID": "<one@phone.example>",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in named.items() if value]
    return "\r\n".join([*lines, "", *body.splitlines(), ""]).encode()


def events(data: bytes, account: Account = ACCOUNT) -> list[MessageReceived | MessageBounced]:
    return list(parse(account, RawDelivery("mail", "key", data)))


def message(data: bytes, account: Account = ACCOUNT) -> MessageReceived:
    [only] = events(data, account)
    assert isinstance(only, MessageReceived)
    return only
