"""What a call hears: the seller's phone rings; when nobody picks up, the caller may leave words, which are written down.

Only where the seller lets Waybill answer the number (setting `forward_to`); otherwise Twilio asks somebody else.
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from connectors.contract import Account, Answer
from connectors.twilio.values import Json, e164

RINGS = 20  # seconds
LONGEST = 120  # seconds of a voicemail: what Twilio transcribes
GREETING = "Nobody can come to the phone right now. Please say what it is about, and we call you back."
_PICKED_UP = ("completed", "answered")


def answer(account: Account, form: Json, url: str) -> Answer | None:
    """None for what only tells us something."""
    if "DialCallStatus" in form:
        return _said("" if form["DialCallStatus"] in _PICKED_UP else _voicemail(account, url))
    if form.get("CallStatus") == "ringing" and form.get("Direction") == "inbound":
        return _said(_ring(account, url))
    if "RecordingUrl" in form and "RecordingStatus" not in form:  # the caller has put down
        return _said("<Hangup/>")
    return None


def _ring(account: Account, url: str) -> str:
    number = e164(str(account.settings.get("forward_to") or ""))
    if not number:
        return _voicemail(account, url)
    here = quoteattr(url)
    records = str(account.settings.get("record") or "").strip().lower() in ("yes", "true", "1")
    recording = f' record="record-from-answer-dual" recordingStatusCallback={here}' if records else ""
    return f'<Dial timeout="{RINGS}" action={here}{recording}>{escape(number)}</Dial>'


def _voicemail(account: Account, url: str) -> str:
    here = quoteattr(url)
    greeting = str(account.settings.get("greeting") or GREETING)
    return (
        f'<Say>{escape(greeting)}</Say><Record maxLength="{LONGEST}" playBeep="true" transcribe="true" '
        f"action={here} transcribeCallback={here} recordingStatusCallback={here}/>"
    )


def _said(verbs: str) -> Answer:
    return Answer(f'<?xml version="1.0" encoding="UTF-8"?><Response>{verbs}</Response>'.encode(), "text/xml")
