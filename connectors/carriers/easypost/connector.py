"""EasyPost: the parcels of every carrier with one key, for sellers who have none at the carriers themselves."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Sequence
from typing import Any

import httpx

from connectors import signatures
from connectors.carriers.answers import Json, text
from connectors.carriers.carrier import API_KEY, CarrierConnector
from connectors.carriers.easypost import client, parse
from connectors.contract import Account, Capability, RawRequest

PREFIX = "hmac-sha256-hex="
EVENTS = ("tracker.created", "tracker.updated")


class EasyPost(CarrierConnector):
    kind = "easypost"
    label = "EasyPost"
    mark = "EP"
    colour = "oklch(50% 0.17 255)"
    reading = parse
    icon = "route"
    capabilities = CarrierConnector.capabilities | {Capability.AGGREGATOR}
    connect_form = (API_KEY,)

    def subscribe(self, account: Account, url: str) -> Sequence[str]:
        """The secret is ours to choose, so the seller never sees one."""
        known = next((each for each in client.webhooks(account) if text(each, "url") == url), None)
        if known and not known.get("disabled_at") and account.credentials.get("webhook_secret"):
            return ()
        secret = secrets.token_urlsafe(24)
        if known:
            client.renew_webhook(account, text(known, "id"), secret)
        else:
            client.make_webhook(account, url, secret)
        account.renewed({"webhook_secret": secret})
        return EVENTS

    def _signed(self, secret: str, request: RawRequest) -> bool:
        """The second version also covers time, method and path, and goes first where it is shown."""
        headers = request.headers
        signed, shown = request.body, headers.get("x-hmac-signature", "")
        if second := headers.get("x-hmac-signature-v2"):
            path = headers.get("x-path", request.path)
            signed = f"{headers.get('x-timestamp', '')}{request.method.upper()}{path}".encode() + request.body
            shown = second
        digest = signatures.hmac_hex(unicodedata.normalize("NFKD", secret), signed)
        return signatures.equal(digest, shown.strip().lower().removeprefix(PREFIX))

    def _push_key(self, request: RawRequest) -> str:
        return parse.event_id(request.body) or super()._push_key(request)

    def _harmless(self, account: Account) -> httpx.Response:
        return client.newest(account)

    def _answered(self, account: Account, number: str, carrier: str) -> httpx.Response:
        return client.tracker(account, number, carrier)

    def _lasting(self, said: Json) -> Any:
        """Without the time at which EasyPost last looked itself."""
        return {name: value for name, value in said.items() if name != "updated_at"}


connector = EasyPost()
