"""X-Twilio-Signature: proof that a webhook is Twilio's, and what it says.

The header is the base64 of HMAC-SHA1, keyed with the account's Auth Token, over the address that was called, and
behind it, for a form, every field's name and value without anything between, in the order of the names. A JSON body is
proven by its SHA-256, which stands in the address as `bodySHA256`. (twilio.com/docs/usage/webhooks/webhooks-security)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from connectors.contract import Account, RawRequest
from connectors.errors import InvalidSignature
from connectors.signatures import equal, hmac_base64
from connectors.twilio.values import Json, token

PORTS = {"https": 443, "http": 80}


def verified(account: Account, request: RawRequest) -> Json:
    """The fields of a form, or the object of a JSON body. Raises InvalidSignature."""
    given, secret = request.headers.get("x-twilio-signature", ""), token(account)
    if not given or not secret:
        raise InvalidSignature("The request is not signed by Twilio.")
    fields = [] if "bodySHA256" in request.query else _fields(request)
    if not any(equal(sign(secret, url, fields), given) for url in _addresses(request)):
        raise InvalidSignature("The signature is not Twilio's for this account.")
    if "bodySHA256" not in request.query:
        return dict(fields)
    if not equal(hashlib.sha256(request.body).hexdigest(), request.query["bodySHA256"].lower()):
        raise InvalidSignature("The body is not the one Twilio signed.")
    return _object(request.body)


def sign(secret: str, url: str, fields: Iterable[tuple[str, str]] = ()) -> str:
    """A field that comes several times counts once for each of its values."""
    said = "".join(f"{name}{value}" for name, value in sorted(set(fields)))
    return hmac_base64(secret, f"{url}{said}".encode(), "sha1")


def _fields(request: RawRequest) -> list[tuple[str, str]]:
    try:
        return parse_qsl(request.body.decode(), keep_blank_values=True)
    except (UnicodeDecodeError, ValueError) as error:
        raise InvalidSignature("The request is not a form.") from error


def _addresses(request: RawRequest) -> Iterator[str]:
    """As it was called; Twilio has at times left the usual port out, or written it."""
    parts = urlsplit(request.url)
    query = urlencode(request.query)
    host, port = parts.hostname or "", PORTS.get(parts.scheme)
    for place in dict.fromkeys((parts.netloc, host, f"{host}:{port}")):
        yield urlunsplit((parts.scheme, place, parts.path, query, ""))


def _object(body: bytes) -> Json:
    """Signed, so whatever it is it comes from Twilio: what is no object says nothing."""
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
