"""Live chat on the seller's own pages. There is no platform: what we send is there at once, and the door tells the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from connectors.channels.chat import parse, shopper, widget
from connectors.commands import SendMessage
from connectors.contract import (
    Account,
    BaseConnector,
    Capability,
    Form,
    FormField,
    Health,
    Limits,
    Outcome,
    Page,
    RawDelivery,
    Receipt,
    ReplyClock,
    Takes,
    Wanted,
)
from connectors.events import Event


class ChatConnector(BaseConnector):
    kind = "chat"
    label = "Live chat"
    proves_sender = False
    icon = "messages-square"
    mark = "Ch"
    colour = "oklch(58% 0.13 165)"
    capabilities = frozenset({Capability.MESSAGES, Capability.WIDGET})
    limits = Limits(
        longest_text=4_000,
        attachment_types=("image/jpeg", "image/png", "image/gif", "image/webp", "application/pdf"),
        largest_attachment=8 * 1024 * 1024,
        most_attachments=4,
        reply=ReplyClock(within=timedelta(minutes=1), source="What shoppers wait for in a chat window"),
        form=Form.CHAT,
        at_once=True,
    )
    connect_form = (
        FormField("greeting", "Greeting", "The first words in the window.", default=widget.GREETING),
        FormField(
            "colour",
            "Colour",
            "Of the button and of what the shopper says.",
            default=widget.COLOUR,
            takes=Takes.COLOUR,
        ),
        FormField(
            "hours",
            "Office hours",
            "Mon-Fri 9:00-17:00, Sat 10:00-14:00. Empty: somebody is always there. Outside of them the chat says when "
            "you are back, and takes an e-mail address.",
            required=False,
        ),
        FormField("time_zone", "Their time zone", "Like America/Los_Angeles.", required=False, default="UTC"),
        FormField(
            "origins",
            "Where it may be shown",
            "Addresses of your shop, like https://shop.example, one after the other. Empty: anywhere.",
            required=False,
        ),
        FormField(
            "secret",
            "Secret for signed-in shoppers",
            f"At least {shopper.SHORTEST_SECRET} random characters. Your shop signs with it who is signed in (see the "
            "README of the channel), so that nobody has to prove it again. Empty: nobody is vouched for.",
            secret=True,
            required=False,
        ),
    )

    def parse(self, account: Account, delivery: RawDelivery) -> Sequence[Event]:
        return parse.parse(delivery)

    def send(self, account: Account, message: SendMessage, key: str) -> Receipt:
        """It stands in the conversation, which is what the shopper's page shows."""
        return Receipt(Outcome.SENT, key, datetime.now(UTC))

    def fetch(self, account: Account, wanted: Wanted) -> Page:
        raise self._unsupported("be read: shoppers' words come in by its own door")

    def misread(self, values: Mapping[str, str]) -> Mapping[str, str]:
        return widget.misread(values)

    def check(self, account: Account) -> Health:
        try:
            widget.Widget.of(account)
        except ValueError as error:
            return Health(False, str(error))
        return Health(True, "Ready: put its line into your shop's pages.")


connector = ChatConnector()
