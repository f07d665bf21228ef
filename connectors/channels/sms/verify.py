"""Twilio brings a message, or says how far one of ours has come."""

from __future__ import annotations

import json
from xml.sax.saxutils import escape

from connectors.channels.sms.keywords import Keyword, keyword
from connectors.channels.sms.parse import OUR_KEY, help_text
from connectors.contract import Account, Answer, RawDelivery, RawRequest
from connectors.twilio.signature import verified
from connectors.twilio.values import Json

SILENCE = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def verify(account: Account, request: RawRequest) -> RawDelivery:
    """Kept as JSON: in a form numbers are written so that nobody finds them when a customer is to be forgotten."""
    form = verified(account, request) | {OUR_KEY: request.query.get("key", "")}
    number = str(form.get("MessageSid") or form.get("SmsSid") or "")
    status = str(form.get("MessageStatus") or form.get("SmsStatus") or "received")
    topic = "status" if "MessageStatus" in form else "received"
    return RawDelivery(
        topic=topic,
        key=f"{number}/{status}"[:400],
        body=json.dumps(form).encode(),
        answer=None if topic == "status" else _answer(account, form),
    )


def _answer(account: Account, form: Json) -> Answer:
    """Nothing is said by us here, except what the seller has set for HELP."""
    said = str(form.get("Body") or "")
    text = help_text(account)
    if text and keyword(said, str(form.get("OptOutType") or "")) is Keyword.HELP:
        spoken = SILENCE.replace("<Response/>", f"<Response><Message>{escape(text)}</Message></Response>")
        return Answer(spoken.encode(), "text/xml")
    return Answer(SILENCE.encode(), "text/xml")
