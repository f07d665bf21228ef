"""Text messages through Twilio's Programmable Messaging: one of the seller's numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlencode

from connectors.channels.sms import reading
from connectors.channels.sms.parse import parse
from connectors.channels.sms.verify import verify
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
    Past,
    RawDelivery,
    RawRequest,
    Receipt,
    ReplyClock,
    Since,
    Wanted,
)
from connectors.errors import Refused
from connectors.events import Event
from connectors.twilio import hooks, reasons
from connectors.twilio.client import Twilio, understood
from connectors.twilio.form import FORM
from connectors.twilio.values import e164, own_number, time

LONGEST_TEXT = 1600
CALLBACK = (
    "status_callback"  # among the credentials: the address of ours that hears how far a message has come
)


class SmsConnector(BaseConnector):
    kind = "sms"
    label = "Text messages"
    icon = "message-square-text"
    mark = "Tx"
    colour = "oklch(55% 0.19 25)"
    capabilities = frozenset({Capability.MESSAGES, Capability.WEBHOOKS, Capability.POLLING, Capability.PAST})
    limits = Limits(
        longest_text=LONGEST_TEXT,
        attachment_types=(),  # Twilio fetches files from a public address, and ours have none
        most_attachments=0,
        reply=ReplyClock(within=timedelta(hours=1), source="Our choice: people expect a text back at once"),
        form=Form.CHAT,
        segmented=True,
        keywords=True,
    )
    connect_form = (
        *FORM,
        FormField(
            "help_text",
            "Answer to HELP",
            "Only if Twilio does not answer HELP itself, as it does unless you have switched that off.",
            required=False,
        ),
    )

    def verify(self, account: Account, request: RawRequest) -> RawDelivery:
        return verify(account, request)

    def parse(self, account: Account, delivery: RawDelivery) -> Sequence[Event]:
        return parse(account, delivery)

    def fetch(self, account: Account, wanted: Wanted) -> Page:
        with understood(safe=True):
            if isinstance(wanted, Since):
                return reading.since(account, wanted.cursor)
            if isinstance(wanted, Past):
                return reading.past(account, wanted)
            if wanted.kind == "message":
                return reading.one(account, wanted)
            if wanted.kind == "file":
                return reading.file(account, wanted)
        raise self._unsupported(f"look up a {wanted.kind}")

    def send(self, account: Account, message: SendMessage, key: str) -> Receipt:
        to = e164(message.to.names.get("phone", ""))
        if not to:
            raise Refused("There is no phone number to write to.")
        form = {"To": to, "From": own_number(account), "Body": message.text}
        if callback := account.credentials.get(CALLBACK):
            form["StatusCallback"] = f"{callback}?{urlencode({'key': key})}"
        with understood(safe=False):
            answer = Twilio(account).send_message(form)
            receipt = Receipt(Outcome.SENT, str(answer["sid"]), time(answer["date_created"]))
            if answer.get("status") == "failed":
                raise Refused(reasons.words(reasons.code_of(answer.get("error_code"))))
        return receipt

    def check(self, account: Account) -> Health:
        return hooks.check(account, "sms")

    def subscribe(self, account: Account, url: str) -> Sequence[str]:
        """Twilio is told with every message where to say what becomes of it, so the address is kept."""
        missing = hooks.point(account, {"SmsUrl": url, "SmsMethod": "POST"})
        if account.credentials.get(CALLBACK) != url:
            account.renewed({CALLBACK: url})
        return missing


connector = SmsConnector()
