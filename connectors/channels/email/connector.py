"""E-mail as a channel of its own: one mailbox, read over IMAP and answered over SMTP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from connectors import mail
from connectors.commands import SendMessage
from connectors.contract import (
    Account,
    BaseConnector,
    Capability,
    Health,
    Limits,
    Page,
    Past,
    RawDelivery,
    Receipt,
    Since,
    Wanted,
)
from connectors.events import Event


class EmailConnector(BaseConnector):
    kind = "email"
    label = "E-mail"
    proves_sender = False
    icon = "mail"
    mark = "@"
    colour = "oklch(55% 0.12 250)"
    capabilities = frozenset({Capability.MESSAGES, Capability.POLLING, Capability.PAST, Capability.MAIL})
    limits = Limits(
        longest_text=100_000,
        attachment_types=("*/*",),
        largest_attachment=15 * 1024 * 1024,  # providers take 20 to 25 MB, and base64 adds a third
        subject=True,
    )
    # the mailbox is the account: its address names the channel
    connect_form = tuple(
        replace(each, name="external_id") if each.name == "mail_address" else each
        for each in mail.MAILBOX_FORM
    )

    def parse(self, account: Account, delivery: RawDelivery) -> Sequence[Event]:
        if delivery.topic != mail.TOPIC:
            return ()
        return mail.sorted_out(account, delivery, mail.parse(account, delivery))

    def fetch(self, account: Account, wanted: Wanted) -> Page:
        if isinstance(wanted, Since):
            return mail.fetch_new(account, wanted.cursor)
        if isinstance(wanted, Past):
            return mail.fetch_past(account, wanted)
        if wanted.kind != "message":
            raise self._unsupported(f"look up a {wanted.kind}")
        return mail.find_sent(account, wanted.external_id)

    def send(self, account: Account, message: SendMessage, key: str) -> Receipt:
        return mail.send(account, message, key)

    def check(self, account: Account) -> Health:
        return mail.check(account)


connector = EmailConnector()
