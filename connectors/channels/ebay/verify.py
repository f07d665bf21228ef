"""eBay's signature over a notification's raw body, and its question whose address this is.

The header X-EBAY-SIGNATURE names a public key of eBay's. It is fetched once an hour and kept for all channels, so a
web request waits for eBay at most once an hour. Key ids nobody knows are remembered too.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from typing import Any

import httpx
from cryptography.exceptions import InvalidSignature as Mismatch
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from connectors.channels.ebay import access, client
from connectors.channels.ebay.families import NOTIFICATIONS
from connectors.contract import Account, Answer, RawDelivery, RawRequest
from connectors.errors import InvalidSignature, Refused, Unreachable
from connectors.http import Rate
from connectors.shared import shared
from connectors.signatures import hmac_hex

Json = dict[str, Any]

DAY, HOUR, FIVE_MINUTES = 86_400, 3600, 300
SHORT = httpx.Timeout(2, connect=1)  # a web request waits
# Anybody can send key ids; without this they could use up the day's calls of everybody.
LOOKING_UP = Rate(per_second=1 / 30, burst=6, name="keys")
_KID = re.compile(r"[0-9a-zA-Z-]{8,64}")
_DIGESTS: dict[str, type[hashes.SHA1 | hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {
    "SHA1": hashes.SHA1,
    "SHA256": hashes.SHA256,
    "SHA384": hashes.SHA384,
    "SHA512": hashes.SHA512,
}
_UNKNOWN = "unknown"


def verify(account: Account, request: RawRequest) -> RawDelivery:
    proof = _proof(request.headers.get("x-ebay-signature", ""))
    held = _public_key(account, proof["kid"])
    try:
        key = load_der_public_key(base64.b64decode(_bare(held["key"])))
        digest = _DIGESTS[str(held.get("digest") or "SHA1").replace("-", "").upper()]()
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise InvalidSignature("eBay's public key is of a kind we do not know.")
        key.verify(base64.b64decode(proof["signature"]), request.body, ec.ECDSA(digest))
    except (Mismatch, binascii.Error, KeyError, ValueError, UnsupportedAlgorithm) as error:
        raise InvalidSignature("The notification is not signed by eBay.") from error
    return _delivery(request)


def challenge(account: Account, request: RawRequest) -> Answer | None:
    code = request.query.get("challenge_code")
    if request.method != "GET" or not code:
        return None
    proof = hashlib.sha256(f"{code}{verification_token(account)}{request.url}".encode()).hexdigest()
    return Answer(json.dumps({"challengeResponse": proof}).encode(), "application/json")


def verification_token(account: Account) -> str:
    """Made, not stored: eBay asks while it is being told the address. 64 of the 32 to 80 characters it allows."""
    return hmac_hex(account.credentials.get("client_secret", ""), f"ebay notifications {account.id}".encode())


def _proof(header: str) -> dict[str, str]:
    """{"alg": "ecdsa", "kid": .., "signature": .., "digest": "SHA1"}, as base64 of JSON."""
    try:
        proof = json.loads(base64.b64decode(header, validate=True))
        kid, signature = proof["kid"], proof["signature"]
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise InvalidSignature("The notification has no signature of eBay's.") from error
    if not (isinstance(kid, str) and _KID.fullmatch(kid) and isinstance(signature, str)):
        raise InvalidSignature("The notification's signature is not written as eBay writes it.")
    return {"kid": kid, "signature": signature}


def _public_key(account: Account, kid: str) -> Json:
    """Kept by where it came from: a seller whose account points elsewhere must not lend others a key."""
    place = f"ebay:key:{access.host(account, 'api')}:{kid}"
    held = shared().read(place) or _fetched(account, kid, place)
    if held == _UNKNOWN:
        raise InvalidSignature("The notification is signed with a key that eBay does not know.")
    key: Json = json.loads(held)
    return key


def _fetched(account: Account, kid: str, place: str) -> str:
    """While eBay cannot be asked, a key it gave us today is still good."""
    app = client.as_application(account)
    try:
        found = app.find(NOTIFICATIONS, f"/public_key/{kid}", rate=LOOKING_UP, timeout=SHORT)
    except Refused:
        found = None
    except Unreachable:
        if last := shared().read(f"{place}:last"):
            return last
        raise
    if not found or not isinstance(found.get("key"), str):
        shared().write(place, _UNKNOWN, FIVE_MINUTES)
        return _UNKNOWN
    held = json.dumps(found)
    shared().write(place, held, HOUR)
    shared().write(f"{place}:last", held, DAY)
    return held


def _bare(pem: str) -> str:
    """eBay writes its PEM on one line, which no reader of PEM takes."""
    return re.sub(r"-----[A-Z ]+-----|\s", "", pem)


def _delivery(request: RawRequest) -> RawDelivery:
    """A body that is no notification is kept as well, under its own hash, for a person to see."""
    try:
        content = json.loads(request.body)
        topic, number = content["metadata"]["topic"], content["notification"]["notificationId"]
    except (ValueError, KeyError, TypeError):
        topic, number = "unreadable", ""
    key = number if isinstance(number, str) and number else hashlib.sha256(request.body).hexdigest()
    return RawDelivery(topic=str(topic)[:120], key=key[:400], body=request.body)
