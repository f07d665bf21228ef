"""WhatsApp: messages to and from a business's phone number by Meta's Cloud API."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from connectors.channels.whatsapp import compose
from connectors.channels.whatsapp.client import WhatsApp
from connectors.channels.whatsapp.parse import TEMPLATES, WEBHOOK, parse
from connectors.channels.whatsapp.sharing import addressed_to
from connectors.channels.whatsapp.standing import MANAGER
from connectors.commands import SendMessage
from connectors.contract import (
    Account,
    Answer,
    BaseConnector,
    Capability,
    Form,
    FormField,
    Health,
    Limits,
    One,
    Outcome,
    Page,
    RawDelivery,
    RawRequest,
    Receipt,
    ReplyClock,
    Wanted,
)
from connectors.errors import ConnectorError, Unreachable, Unsupported
from connectors.events import Event
from connectors.meta.graph import understood
from connectors.meta.verify import handshake, verify_signature, verify_token

WINDOW = timedelta(hours=24)
EXPECTED = "Our choice: people expect an answer within the hour. Meta itself names none within its window"
TOLD_WITHIN = timedelta(minutes=5)  # a status says what became of a message, mostly within seconds

log = logging.getLogger(__name__)


class WhatsAppConnector(BaseConnector):
    kind = "whatsapp"
    label = "WhatsApp"
    icon = "message-circle"
    mark = "Wa"
    colour = "oklch(58% 0.15 150)"
    templates_page = f"{MANAGER}/message_templates"
    capabilities = frozenset(
        {Capability.MESSAGES, Capability.WEBHOOKS, Capability.SHARED_DOOR, Capability.TEMPLATES}
    )
    limits = Limits(
        longest_text=compose.LONGEST_TEXT,
        attachment_types=("image/*", "video/*", "audio/*", "application/*", "text/plain"),
        largest_attachment=compose.LARGEST_FILE,
        most_attachments=1,
        reply_window=WINDOW,
        reply=ReplyClock(within=timedelta(hours=1), source=EXPECTED),
        form=Form.CHAT,
    )
    connect_form = (
        FormField(
            "external_id",
            "Phone number ID",
            "In the app dashboard under WhatsApp, API Setup; not the number itself.",
        ),
        FormField("waba_id", "WhatsApp Business Account ID", "It stands beside the phone number ID."),
        FormField(
            "access_token",
            "Access token",
            "Of a system user, with whatsapp_business_messaging and whatsapp_business_management.",
            secret=True,
        ),
        FormField("app_secret", "App secret", "In the app dashboard under App settings, Basic.", secret=True),
    )

    def verify(self, account: Account, request: RawRequest) -> RawDelivery:
        """Meta numbers no webhooks: the same bytes are the same thing twice."""
        verify_signature(account.credentials.get("app_secret", ""), request)
        return RawDelivery(WEBHOOK, hashlib.sha256(request.body).hexdigest(), request.body)

    def challenge(self, account: Account, request: RawRequest) -> Answer | None:
        return handshake(account, request)

    def addressed_to(self, raw: RawDelivery) -> Mapping[str, RawDelivery]:
        return addressed_to(raw)

    def parse(self, account: Account, delivery: RawDelivery) -> Sequence[Event]:
        return parse(account, delivery)

    def fetch(self, account: Account, wanted: Wanted) -> Page:
        match wanted:
            case One("file"):
                content = WhatsApp(account).content(wanted.external_id)
                return Page([RawDelivery("file", wanted.external_id, content)])
            case One("templates"):
                return _templates(account)
            case One("message"):
                raise _only_told(wanted)
            case One():
                raise self._unsupported(f"look up a {wanted.kind}")
        raise self._unsupported("be read: what was said before nobody gives out")

    def send(self, account: Account, message: SendMessage, key: str) -> Receipt:
        """Not repeatable. `key` goes along, and comes back with every status of the message."""
        compose.checked(message)
        api = WhatsApp(account)
        media_id = api.upload(message.files[0]) if message.files else ""
        body = compose.message(message, key, media_id)
        with understood(safe=False):
            name = str(api.send(body)["messages"][0]["id"])
        if message.answers:
            _mark_read(api, message.answers)
        return Receipt(Outcome.SENT, name, datetime.now(UTC))

    def check(self, account: Account) -> Health:
        """The number and the account above it, so that a missing right is named now."""
        api = WhatsApp(account)
        if not api.waba:
            return Health(False, "The WhatsApp Business Account ID is missing.")
        try:
            number = api.about("display_phone_number", "verified_name", "quality_rating", "status")
            above = api.about_account("id", "name")
        except ConnectorError as error:
            return Health(False, error.message, passing=isinstance(error, Unreachable))
        if str(above.get("id")) != api.waba or not number.get("display_phone_number"):
            return Health(False, "Meta answered with another account than this one.")
        shown = f"{number['display_phone_number']} ({number.get('verified_name') or 'no name yet'})"
        quality = str(number.get("quality_rating") or "").lower()
        return Health(True, f"{shown} answers{f'; its quality is {quality}' if quality else ''}.")

    def subscribe(self, account: Account, url: str) -> Sequence[str]:
        """At an address of the business account's own, since one app serves many sellers; Meta asks there first whether
        it is ours. A number that has been sent elsewhere by an address of its own is brought back."""
        api, token = WhatsApp(account), verify_token(account)
        held = api.about("webhook_configuration").get("webhook_configuration")
        held = held if isinstance(held, dict) else {}
        missing = []
        if held.get("whatsapp_business_account") != url:
            api.subscribe_app(url, token)
            missing.append("account")
        if held.get("phone_number") not in (None, "", url):
            api.subscribe_number(url, token)
            missing.append("number")
        return missing


def _templates(account: Account) -> Page:
    rows, now = WhatsApp(account).templates(), datetime.now(UTC)
    body = json.dumps({"data": rows}).encode()
    return Page([RawDelivery(TEMPLATES, f"templates/{now.isoformat()}", body, received_at=now)])


def _only_told(wanted: One) -> ConnectorError:
    """No API finds a message by our key; a status tells of it, or a person looks."""
    if wanted.tried_at and datetime.now(UTC) - wanted.tried_at < TOLD_WITHIN:
        return Unreachable("WhatsApp has told nothing about it yet.")
    return Unsupported("WhatsApp cannot be asked whether a message arrived, and has told nothing about it.")


def _mark_read(api: WhatsApp, message_id: str) -> None:
    """The shopper sees that they were read; that it failed harms nobody."""
    try:
        api.mark_read(compose.read_receipt(message_id))
    except ConnectorError as error:
        log.info("A message could not be marked as read: %s", error)


connector = WhatsAppConnector()
