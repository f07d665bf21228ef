"""Twilio tells of a call: that it rings, how it ended, that a recording or a transcript of it is there."""

from __future__ import annotations

import json

from connectors.channels.voice import twiml
from connectors.contract import Account, RawDelivery, RawRequest
from connectors.twilio.signature import verified


def verify(account: Account, request: RawRequest) -> RawDelivery:
    """Kept as JSON: in a form numbers are written so that nobody finds them when a customer is to be forgotten."""
    form = verified(account, request)
    told = (
        form.get("CallSid"),
        form.get("TranscriptionSid") or form.get("RecordingSid"),
        form.get("TranscriptionStatus") or form.get("RecordingStatus") or form.get("DialCallStatus"),
        "" if "TranscriptionSid" in form or "RecordingStatus" in form else form.get("CallStatus"),
    )
    return RawDelivery(
        topic="call",
        key="/".join(str(each) for each in told if each)[:400],
        body=json.dumps(form).encode(),
        answer=twiml.answer(account, form, request.url),
    )
