"""Amazon: buyers' words by relay mail, orders by SP-API and its notification queue, changes by feeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from connectors import mail
from connectors.channels.amazon import (
    access,
    catching_up,
    checking,
    client,
    commands,
    orders,
    past,
    queue,
    relay,
    reports,
    rules,
    subscribing,
)
from connectors.channels.amazon.calling import understood
from connectors.channels.amazon.parse import parse
from connectors.commands import AskForReview, CancelOrder, Command, RefundOrder, SendMessage, SendOpening
from connectors.contract import (
    Account,
    BaseConnector,
    Capability,
    FormField,
    Grant,
    Health,
    Page,
    Past,
    RawDelivery,
    Receipt,
    Since,
    Wanted,
)
from connectors.events import Event
from connectors.mail.mailbox import address_of
from connectors.mail.threading import is_sent_message_id


class Amazon(BaseConnector):
    kind = "amazon"
    label = "Amazon"
    icon = "package"
    mark = "a"
    colour = "oklch(66% 0.15 60)"
    capabilities = frozenset(
        {
            Capability.MESSAGES,
            Capability.ORDERS,
            Capability.RETURNS,
            Capability.DISPUTES,
            Capability.PERFORMANCE,
            Capability.POLLING,
            Capability.PAST,
            Capability.CONSENT,
        }
    )
    limits = rules.LIMITS
    commands = frozenset({RefundOrder, CancelOrder, SendOpening, AskForReview})
    connect_form = (
        FormField("external_id", "Seller ID", "Seller Central: Settings, Account Info, Merchant Token."),
        FormField("application_id", "Application ID", "amzn1.sp.solution.… of your application."),
        FormField("client_id", "Client ID", "The application's LWA credentials.", secret=True),
        FormField("client_secret", "Client secret", "Has to be rotated every 180 days.", secret=True),
        FormField(
            "refresh_token",
            "Refresh token",
            "Only where you authorised your own application yourself; otherwise leave it empty and agree next.",
            secret=True,
            required=False,
        ),
        FormField("region", "Region", "na, eu or fe", default="na"),
        FormField("marketplace_id", "Marketplace ID", "ATVPDKIKX0DER is amazon.com.", default=access.US),
        FormField(
            "queue_url",
            "Notification queue",
            "Address of an Amazon SQS queue that SP-API may write to. Without it orders come hours late.",
            required=False,
        ),
        FormField(
            "aws_access_key_id", "AWS key ID", "May read and delete there.", secret=True, required=False
        ),
        FormField("aws_secret_access_key", "AWS secret key", secret=True, required=False),
        *(replace(each, required=False) for each in mail.MAILBOX_FORM),
    )

    def parse(self, account: Account, delivery: RawDelivery) -> Sequence[Event]:
        return parse(account, delivery)

    def fetch(self, account: Account, wanted: Wanted) -> Page:
        with understood(safe=True):
            return self._read(account, wanted)

    def _read(self, account: Account, wanted: Wanted) -> Page:
        if isinstance(wanted, Since):
            return catching_up.everything_since(account, wanted.cursor)
        if isinstance(wanted, Past):
            return past.page(account, wanted)
        match wanted.kind:
            case "message":
                return mail.find_sent(account, wanted.external_id)
            case "order":
                found = client.order(account, wanted.external_id)
                return Page([catching_up.fetched("order", wanted.external_id, found)] if found else [])
            case "openings":
                return commands.read_openings(account, wanted.external_id)
            case "command":
                return commands.read_command(account, wanted)
            case "performance":
                return self._performance(account)
        raise self._unsupported(f"look up a {wanted.kind}")

    def send(self, account: Account, message: SendMessage, key: str) -> Receipt:
        """To the buyer's alias. Amazon's relay takes no reply address but the mailbox's own."""
        text = message.text
        if mark := self._mark(account, message):
            text = f"{text}\n\n{mark}"
        return mail.send(account, replace(message, text=text, reply_token=""), key)

    def perform(self, account: Account, command: Command, key: str) -> Receipt:
        if type(command) not in self.commands:
            raise self._unsupported(f"perform {type(command).__name__}")
        with understood(safe=True):  # what must not be repeated is looked at where it is asked
            return commands.perform(account, command, key)

    def check(self, account: Account) -> Health:
        return checking.check(account)

    def subscribe(self, account: Account, url: str) -> Sequence[str]:
        """Has Amazon write to the queue; `url` plays no part, since Amazon posts nowhere else."""
        with understood(safe=True):
            return subscribing.subscribe(account) if queue.has_queue(account) else ()

    def authorize_url(self, account: Account, redirect_uri: str, state: str) -> str:
        return access.authorize_url(account, redirect_uri, state)

    def exchange(self, account: Account, callback: Mapping[str, str], redirect_uri: str) -> Grant:
        return access.exchange(account, callback, redirect_uri)

    def order_page(self, account: Account, external_id: str) -> str:
        return orders.page(access.seller_central(account), external_id)

    def _performance(self, account: Account) -> Page:
        """What the last report says; without one, one is asked for, which the next look finds."""
        now = datetime.now(UTC)
        found = reports.newest(account, reports.PERFORMANCE, now)
        if found is None:
            reports.ask(account, reports.PERFORMANCE, now)
        return Page(found or ())

    def _mark(self, account: Account, message: SendMessage) -> str:
        """The mark in the newest mail of the buyer's: it is in nothing but the mail itself."""
        address = address_of(account)
        theirs = (each for each in message.replies_to if not is_sent_message_id(address, each))
        newest = next(theirs, "")
        received = mail.find_received(account, newest) if newest else None
        return relay.token_in(mail.read(received.body)) if received else ""


connector = Amazon()
