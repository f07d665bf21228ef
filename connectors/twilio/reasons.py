"""Twilio's error codes in words a seller understands (twilio.com/docs/api/errors)."""

from __future__ import annotations

OPTED_OUT = 21610

_WORDS = {
    20003: "Twilio does not accept the Account SID and Auth Token.",
    20404: "Twilio knows no such thing.",
    20429: "Twilio takes no more requests right now.",
    21211: "That is not a phone number that can be written to.",
    21212: "Your own number is not one that can send.",
    21408: "Your Twilio account may not send to that country.",
    21602: "The message is empty.",
    21606: "Your number cannot send text messages to that phone.",
    21608: "A trial account only writes to numbers verified at Twilio.",
    OPTED_OUT: "They wrote STOP: nothing can be sent until they write START.",
    21611: "Too many messages of your number wait at Twilio already.",
    21612: "Twilio has no way from your number to that one.",
    21614: "That number is no mobile phone.",
    21617: "The message is longer than 1,600 characters.",
    30001: "Too many messages were waiting at Twilio, so this one was dropped.",
    30002: "Your Twilio account is suspended.",
    30003: "The phone could not be reached: switched off, out of range, or no longer in use.",
    30004: "The carrier or the phone blocks messages of yours.",
    30005: "The number is unknown or no longer in use.",
    30006: "The number is a landline, or its carrier cannot be reached.",
    30007: "The carrier filtered it out as unwanted.",
    30008: "The carrier gave no reason.",
    30034: "Your number is not registered for business messages (A2P 10DLC), so the carrier refused it.",
    30032: "Your toll-free number is not verified, so the carrier refused it.",
    30410: "The carrier did not answer in time.",
    63038: "Your Twilio account has reached its number of messages for today.",
}


def words(code: int, said: str = "") -> str:
    known = _WORDS.get(code)
    if known:
        return f"{known} (Twilio {code})"
    return f"{said.strip() or 'Twilio gave no reason.'} (Twilio {code})" if code else said.strip()


def code_of(value: object) -> int:
    """None, "" and what is no number are 0."""
    text = str(value or "")
    return int(text) if text.isdigit() else 0
