"""What WhatsApp says when it does not send, in an answer or later in a status, and what that means to a seller.

Sources: the Cloud API's list of error codes; those of 132… and 133010 by partners' lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

KNOWN: Mapping[int | tuple[int, int], str] = {
    130472: "WhatsApp did not deliver this one: the shopper is in a group that gets no marketing messages.",
    130497: "WhatsApp does not let this business write to people in that country.",
    131008: "WhatsApp misses something in this message.",
    131021: "A number cannot write to itself.",
    131026: "This person cannot be reached on WhatsApp: not there, an old app, or its terms not accepted. Use another channel.",
    131030: "This is a test number, and the shopper's is not on its list.",
    131031: "Meta has locked this business account. Look at WhatsApp Manager, Account quality.",
    131042: "Meta has no way of payment for this account. Add one in WhatsApp Manager.",
    131047: "More than 24 hours have passed since the shopper last wrote. WhatsApp now takes only an approved template.",
    131049: "Meta keeps this shopper from getting more marketing messages for now. Do not try again today.",
    131051: "WhatsApp does not send messages of this kind.",
    131052: "WhatsApp could not fetch what the shopper sent.",
    131053: "WhatsApp does not take this file. Send it as a JPEG, a PNG or a PDF.",
    132000: "The template has another number of blanks than were filled.",
    132001: "This template does not exist in this language, or is not approved yet.",
    132005: "With these words in its blanks the template is too long.",
    132007: "The words in the template's blanks break WhatsApp's policy.",
    132012: "Something in the template's blanks is not of the kind WhatsApp expects.",
    132015: "Meta has paused this template, because too many people disliked it.",
    132016: "Meta has disabled this template for good.",
    133010: "This phone number is not registered with WhatsApp. Register it in WhatsApp Manager.",
}


def reason(errors: Iterable[Any]) -> str:
    """Of a status "failed"."""
    told = [each for each in errors if isinstance(each, Mapping)]
    known = [KNOWN[each["code"]] for each in told if each.get("code") in KNOWN]
    said = [_said(each) for each in told]
    return " ".join(known) or "; ".join(filter(None, said)) or "WhatsApp gave no reason."


def _said(error: Mapping[str, Any]) -> str:
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, Mapping) else ""
    return str(details or error.get("message") or error.get("title") or "")[:300]
