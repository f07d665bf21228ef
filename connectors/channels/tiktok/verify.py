"""TikTok's signature over a webhook: the bare hex of an HMAC in `Authorization`, over the app key and the raw body.

It names no time, so an old webhook can be sent again by whoever has seen it. It does no harm: the same key twice is the
same thing, and what a webhook says is only a hint.
"""

from __future__ import annotations

import hashlib
import json

from connectors.channels.tiktok import signing
from connectors.channels.tiktok.parse import TOPICS
from connectors.contract import Account, RawDelivery, RawRequest
from connectors.errors import InvalidSignature
from connectors.signatures import equal


def verify(account: Account, request: RawRequest) -> RawDelivery:
    key, secret = (account.credentials.get(name, "") for name in ("client_id", "client_secret"))
    given = request.headers.get("authorization", "")
    if not key or not secret or not equal(given, signing.of_webhook(key, secret, request.body)):
        raise InvalidSignature("The webhook is not signed by TikTok for this app.")
    return _delivery(request.body)


def _delivery(body: bytes) -> RawDelivery:
    """A body that is no webhook is kept as well, under its own hash, for a person to see."""
    try:
        content = json.loads(body)
        kind, number = content["type"], content.get("tts_notification_id")
    except (ValueError, KeyError, TypeError, AttributeError):
        return RawDelivery("unreadable", hashlib.sha256(body).hexdigest(), body)
    topic = TOPICS.get(kind) if isinstance(kind, int) else None
    named = str(number)[:400] if number else hashlib.sha256(body).hexdigest()
    return RawDelivery(topic or f"webhook/{str(kind)[:40]}", named, body)
