"""One push holds entries of many accounts, and each entry many things: which of them are whose."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs

from connectors.contract import Account, Answer, RawDelivery, RawRequest
from connectors.errors import InvalidSignature, Unparsable
from connectors.meta.verify import signed_request, verify_signature

Json = dict[str, Any]
WEBHOOK = "webhook"
DELETION, DEAUTHORIZATION = (
    "deletion",
    "deauthorization",
)  # named in the address of the callback: "…?deletion"


def verify(account: Account, request: RawRequest) -> RawDelivery:
    """A push with all its entries, or one of the two callbacks. The same bytes twice are the same push."""
    secret = account.credentials.get("app_secret", "")
    for topic in (DELETION, DEAUTHORIZATION):
        if topic in request.query:
            return _callback(secret, topic, request)
    verify_signature(secret, request)
    return RawDelivery(WEBHOOK, hashlib.sha256(request.body).hexdigest(), request.body)


def _callback(secret: str, topic: str, request: RawRequest) -> RawDelivery:
    try:
        form = parse_qs(request.body.decode())
    except UnicodeDecodeError:
        raise InvalidSignature("The signed request cannot be read.") from None
    text = form.get("signed_request", [""])[0]
    said = signed_request(secret, text)
    code = hashlib.sha256(text.encode()).hexdigest()[:24]
    return RawDelivery(topic, f"{topic}/{code}", json.dumps(said).encode())


def addressed_to(raw: RawDelivery) -> Mapping[str, RawDelivery]:
    """Each account's entries as a push of their own. What is not an entry of anybody is everybody's."""
    if raw.topic != WEBHOOK:
        return {"": raw}
    try:
        whole = loaded(raw)
    except Unparsable:
        return {"": raw}  # kept, so that somebody sees what came
    by_account: dict[str, list[Json]] = {}
    for entry in entries(whole):
        by_account.setdefault(str(entry.get("id", "")), []).append(entry)
    parts = {}
    for account, theirs in by_account.items():
        body = json.dumps({"object": whole.get("object"), "entry": theirs}, separators=(",", ":")).encode()
        parts[account] = RawDelivery(WEBHOOK, hashlib.sha256(body).hexdigest(), body)
    return parts


def answer(raw: RawDelivery, url: str) -> Answer | None:
    """Whoever asked for deletion gets a code, and the page that says how it stands with it."""
    if raw.topic != DELETION:
        return None
    said = {"url": url, "confirmation_code": raw.key.rpartition("/")[2]}
    return Answer(json.dumps(said).encode(), "application/json")


def loaded(raw: RawDelivery) -> Json:
    try:
        found = json.loads(raw.body)
    except ValueError as error:
        raise Unparsable("This is not JSON.") from error
    if not isinstance(found, dict):
        raise Unparsable("This is JSON of another shape than Meta's contract says.")
    return found


def entries(whole: Json) -> Iterator[Json]:
    held = whole.get("entry")
    yield from (each for each in held if isinstance(each, dict)) if isinstance(held, list) else ()
