"""Meta's signatures: over a webhook's raw body, and over the "signed request" of its callbacks; and its first question.

One app secret signs for every account the app serves, so a good signature says "from Meta, through this app", not
for whom: that stands in each entry.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from connectors.contract import Account, Answer, RawRequest
from connectors.errors import InvalidSignature
from connectors.signatures import equal, hmac_base64, hmac_hex

_LABEL = b"waybill:verify-token"


def verify_signature(secret: str, request: RawRequest) -> None:
    """Raises InvalidSignature unless Meta signed these very bytes; it writes é as \\u00e9, so JSON made anew differs."""
    scheme, _, given = request.headers.get("x-hub-signature-256", "").partition("=")
    if not secret or scheme != "sha256" or not equal(hmac_hex(secret, request.body), given):
        raise InvalidSignature("The webhook is not signed with this app's secret.")


def handshake(account: Account, request: RawRequest) -> Answer | None:
    """What to answer when Meta asks whether an address is ours; None for any other request."""
    if request.method != "GET" or request.query.get("hub.mode") != "subscribe":
        return None
    if not equal(verify_token(account), request.query.get("hub.verify_token", "")):
        raise InvalidSignature("Meta asked with another verify token than this app's.")
    return Answer(request.query.get("hub.challenge", "").encode())


def verify_token(account: Account) -> str:
    """The seller's own, or one that follows from the app secret, so that all channels of an app have the same."""
    secret = account.credentials.get("app_secret", "")
    own = account.credentials.get("verify_token", "")
    return own or (hmac_hex(secret, _LABEL)[:32] if secret else "")


def signed_request(secret: str, text: str) -> dict[str, Any]:
    """ "signature.payload", both base64url without padding: what a person asked Meta to tell this app.

    Raises InvalidSignature. Source: developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback
    """
    given, _, payload = text.partition(".")
    signature = hmac_base64(secret, payload.encode()).replace("+", "-").replace("/", "_").rstrip("=")
    if not secret or not equal(signature, given.rstrip("=")):
        raise InvalidSignature("The request is not signed with this app's secret.")
    try:
        said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, binascii.Error):
        raise InvalidSignature("The signed request cannot be read.") from None
    if not isinstance(said, dict) or str(said.get("algorithm")).upper() != "HMAC-SHA256":
        raise InvalidSignature("The signed request names another algorithm.")
    return said
