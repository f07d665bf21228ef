"""Three ways in which Walmart proves a webhook, of which a subscription chooses one; ours choose HMAC.

WM_SEC.SIGNATURE    base64 HMAC-SHA256 over method, path and query, WM_SEC.TIMESTAMP and the body's hash
SIGNATURE_HEADER    HMAC-SHA256 over the raw body; the encoding is not published, so base64 and hex are taken
Authorization       Basic with the user name and password of the subscription, where a seller set that up

Only the first carries a time. In the others a repeat is recognised by the event's id, which is under the signature.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from datetime import datetime
from typing import Any

from connectors.contract import Account, RawDelivery, RawRequest
from connectors.errors import InvalidSignature
from connectors.signatures import equal, hmac_base64, hmac_hex

SIGNATURE_HEADER = "X-Waybill-Signature"
WINDOW = 300  # seconds that a signed time may be off


def secret(account: Account) -> str:
    """What Walmart signs with: given away in a subscription, so it is not the client secret but made from it."""
    return hmac_hex(account.credentials.get("client_secret", ""), b"walmart webhooks")


def verify(account: Account, request: RawRequest) -> RawDelivery:
    if not account.credentials.get("client_secret"):
        raise InvalidSignature("This account has no secret to check a webhook with.")
    if not _is_proven(account, request):
        raise InvalidSignature("The webhook is not signed with this account's secret.")
    body = _readable(request.body)
    source, payload = body.get("source") or {}, body.get("payload") or {}
    partner = str(payload.get("partnerId") or "")
    if partner and partner != account.external_id:
        raise InvalidSignature("The webhook is about another seller.")
    return RawDelivery(
        topic=f"event/{source.get('eventType') or 'UNKNOWN'}",
        key=str(source.get("eventId") or hashlib.sha256(request.body).hexdigest()),
        body=request.body,
    )


def strict_signature(key: str, method: str, target: str, timestamp: str, body: bytes) -> str:
    text = "\n".join((method.upper(), target, timestamp, hashlib.sha256(body).hexdigest()))
    return hmac_base64(key, text.encode())


def _is_proven(account: Account, request: RawRequest) -> bool:
    given, key = request.headers, secret(account)
    if "wm_sec.timestamp" in given:
        timestamp = given["wm_sec.timestamp"]
        made = strict_signature(key, request.method, _target(request), timestamp, request.body)
        return _is_near(timestamp) and equal(made, given.get("wm_sec.signature", ""))
    if plain := given.get(SIGNATURE_HEADER.lower(), ""):
        return equal(hmac_base64(key, request.body), plain) or equal(
            hmac_hex(key, request.body), plain.lower()
        )
    user, password = (account.credentials.get(name, "") for name in ("webhook_user", "webhook_password"))
    basic = base64.b64encode(f"{user}:{password}".encode()).decode()
    return bool(user and password) and equal(f"Basic {basic}", given.get("authorization", ""))


def _target(request: RawRequest) -> str:
    query = "&".join(f"{name}={value}" for name, value in request.query.items())
    return f"{request.path}?{query}" if query else request.path


def _is_near(timestamp: str) -> bool:
    """Epoch in ms or in seconds, or ISO 8601."""
    try:
        at = float(timestamp) if timestamp.isdecimal() else datetime.fromisoformat(timestamp).timestamp()
    except ValueError:
        return False
    return abs(time.time() - (at / 1000 if at > 1e11 else at)) <= WINDOW


def _readable(body: bytes) -> dict[str, Any]:
    """{} for what is not JSON: it is signed, so it is kept, and parse says what is wrong with it."""
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
