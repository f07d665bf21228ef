"""Calls through Twilio: one of the seller's numbers. Nothing can be written here; people are called back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from connectors.channels.voice import reading
from connectors.channels.voice.parse import parse
from connectors.channels.voice.verify import verify
from connectors.contract import (
    Account,
    BaseConnector,
    Capability,
    Form,
    FormField,
    Health,
    Limits,
    One,
    Page,
    Past,
    RawDelivery,
    RawRequest,
    ReplyClock,
    Since,
    Takes,
    Wanted,
)
from connectors.events import Event
from connectors.twilio import hooks
from connectors.twilio.client import understood
from connectors.twilio.form import FORM


class VoiceConnector(BaseConnector):
    kind = "voice"
    label = "Calls"
    icon = "phone"
    mark = "Ph"
    colour = "oklch(52% 0.12 150)"
    capabilities = frozenset({Capability.MESSAGES, Capability.WEBHOOKS, Capability.POLLING})
    limits = Limits(
        attachment_types=(),
        most_attachments=0,
        reply=ReplyClock(
            within=timedelta(hours=4),
            business_days=True,
            source="Our choice: a missed call is returned within half a working day",
        ),
        form=Form.CHAT,
        spoken=True,
    )
    connect_form = (
        *FORM,
        FormField(
            "forward_to",
            "Ring this phone",
            "Then Waybill answers your number: it rings that phone, and takes a voicemail when nobody picks up. Empty: "
            "your number goes on answering as you have set it at Twilio, and Waybill only listens.",
            required=False,
        ),
        FormField(
            "record",
            "Record whoever is put through",
            "Mind the law: many states want both sides to know.",
            required=False,
            takes=Takes.YES,
        ),
        FormField("greeting", "Words before a voicemail", "", required=False),
    )

    def verify(self, account: Account, request: RawRequest) -> RawDelivery:
        return verify(account, request)

    def parse(self, account: Account, delivery: RawDelivery) -> Sequence[Event]:
        return parse(account, delivery)

    def fetch(self, account: Account, wanted: Wanted) -> Page:
        with understood(safe=True):
            if isinstance(wanted, Since):
                return reading.since(account, wanted.cursor)
            if isinstance(wanted, One) and wanted.kind == "call":
                return reading.whole(account, wanted)
            if isinstance(wanted, One) and wanted.kind == "file":
                return reading.recording(account, wanted)
        raise self._unsupported("read the past" if isinstance(wanted, Past) else f"look up a {wanted.kind}")

    def check(self, account: Account) -> Health:
        return hooks.check(account, "voice")

    def subscribe(self, account: Account, url: str) -> Sequence[str]:
        """How the number answers is the seller's own, unless they let us."""
        wanted = {"StatusCallback": url, "StatusCallbackMethod": "POST"}
        if account.settings.get("forward_to"):
            wanted |= {"VoiceUrl": url, "VoiceMethod": "POST"}
        return hooks.point(account, wanted)


connector = VoiceConnector()
